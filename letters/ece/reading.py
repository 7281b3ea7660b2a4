"""Reads ECE files of others: liberal in what they say, strict in what they may do to us.

Names are taken in any case and order, dates in either calendar, and what is not known is kept.
No DTD is read and no entity resolved; a file has its greatest length, number of elements and
depth, and no part of it is held before these are known.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from persiantools.jdatetime import JalaliDate

from letters.ece.shapes import FILE_TYPES, EceFile, EceLetter, EceParty, EceReceipt, EceRelated
from persian.digits import to_ascii
from persian.jalali import TEHRAN
from persian.text import clean_text

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_ELEMENTS: Final = 5_000
MOST_ATTRIBUTES: Final = 50
DEEPEST: Final = 20
# A tag that has not ended after so many bytes is none of a letter.
LONGEST_TAG: Final = 256 * 1024
# What is kept of a text of others.
LONGEST_TEXT: Final = 500
MOST_UNKNOWN: Final = 100
_PIECE: Final = 64 * 1024
# A year below is Jalali, as in the programs of others.
_FIRST_GREGORIAN: Final = 1900
_MOMENT = re.compile(r"\s*(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2}))?")
_PARTS = ("organization", "department", "position", "name", "code")


class NotEce(ValueError):
    """The file cannot be read as a letter or a receipt; ``str()`` says why, in Persian."""


def read_ece(content: bytes) -> EceLetter | EceReceipt:
    """What the file says. Raises NotEce, and nothing else whatever the bytes are."""
    root = _parse_tree(content)
    name = _name_of(root)
    if name == "letter":
        return _read_letter(root)
    if name == "receipt":
        return _read_receipt(root)
    raise NotEce("این فایل نامه یا رسید ECE نیست.")


class _BoundedTree(TreeBuilder):
    """Builds the tree and gives up before it grows too large."""

    def __init__(self) -> None:
        super().__init__()
        self.count, self.depth = 0, 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.count, self.depth = self.count + 1, self.depth + 1
        if self.count > MOST_ELEMENTS or self.depth > DEEPEST or len(attrs) > MOST_ATTRIBUTES:
            raise NotEce("ساختار فایل بیش از حد بزرگ یا پیچیده است.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def _parse_tree(content: bytes) -> Element:
    if len(content) > MOST_BYTES:
        raise NotEce("حجم فایل بیش از ۲۰ مگابایت است.")
    parser = DefusedXMLParser(target=_BoundedTree(), forbid_dtd=True)
    try:
        for begin in range(0, len(content), _PIECE):
            parser.feed(content[begin : begin + _PIECE])
            if begin + _PIECE - parser.parser.CurrentByteIndex > LONGEST_TAG:
                raise NotEce("ساختار فایل بیش از حد بزرگ یا پیچیده است.")
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise NotEce("فایل تعریف یا ارجاع غیرمجاز دارد و خوانده نشد.") from error
    except (ParseError, UnicodeError, LookupError, AssertionError, AttributeError) as error:
        raise NotEce("فایل XML درست نیست.") from error
    except ValueError as error:
        if isinstance(error, NotEce):
            raise
        raise NotEce("فایل XML درست نیست.") from error
    return root


def _read_letter(root: Element) -> EceLetter:
    parts = _Parts(root)
    number = parts.text("letterno")
    if not number:
        raise NotEce("نامه شماره ندارد.")
    left_out: list[str] = []
    origins = tuple(_read_files(parts.children("origins", "origin"), "اصل نامه", left_out))
    attachments = tuple(_read_files(parts.children("attachments", "attachment"), "پیوست", left_out))
    return EceLetter(
        sender=_read_party(parts.one("sender")),
        receiver=_read_party(parts.one("receiver")),
        number=number,
        at=read_moment(parts.text("letterdatetime")),
        subject=parts.text("subject"),
        origins=origins,
        attachments=attachments,
        copies=tuple(map(_read_party, parts.children("otherreceivers", "otherreceiver"))),
        related=tuple(map(_read_related, parts.children("relatedletters", "relatedletter"))),
        priority=_attribute_of(parts.one("priority"), "code"),
        classification=_attribute_of(parts.one("classification"), "code"),
        keywords=tuple(filter(None, map(_text_of, parts.children("keywords", "keyword")))),
        unknown=parts.unknown(),
        left_out=tuple(left_out),
    )


def _read_receipt(root: Element) -> EceReceipt:
    parts = _Parts(root)
    status = parts.one("status")
    received = parts.text("receivedno")
    number = parts.text("letterno")
    if not number:
        raise NotEce("رسید شمارهٔ نامه ندارد.")
    return EceReceipt(
        sender=_read_party(parts.one("sender")),
        receiver=_read_party(parts.one("receiver")),
        number=number,
        at=read_moment(parts.text("letterdatetime")),
        received_number=received,
        received_at=read_moment(parts.text("receiveddatetime")),
        # Whoever says no code and names a number has registered it.
        is_registered=(_attribute_of(status, "code") or "1") == "1" and bool(received),
        description=_attribute_of(status, "description") or _text_of(status),
        unknown=parts.unknown(),
    )


class _Parts:
    """The elements of a file by their names; what nobody has asked for is unknown."""

    def __init__(self, root: Element) -> None:
        self._rows: dict[str, list[Element]] = {}
        for element in root:
            self._rows.setdefault(_name_of(element), []).append(element)
        self._asked = {"protocol", "software"}

    def one(self, name: str) -> Element | None:
        """The first of them."""
        self._asked.add(name)
        return next(iter(self._rows.get(name, [])), None)

    def text(self, name: str) -> str:
        return _text_of(self.one(name))

    def children(self, name: str, child: str) -> list[Element]:
        """The elements called ``child`` in all that are called ``name``."""
        self._asked.add(name)
        return [row for box in self._rows.get(name, []) for row in box if _name_of(row) == child]

    def unknown(self) -> tuple[dict[str, object], ...]:
        rows = [row for name, rows in self._rows.items() if name not in self._asked for row in rows]
        return tuple(list(_describe_unknown(rows))[:MOST_UNKNOWN])


def _describe_unknown(rows: list[Element]) -> Iterator[dict[str, object]]:
    for row in rows:
        for element in row.iter():
            facts = {_tidy_text(name): _tidy_text(value) for name, value in element.attrib.items()}
            yield {
                "element": _tidy_text(str(element.tag)),
                "text": _text_of(element),
                "attributes": facts,
            }


def _name_of(element: Element) -> str:
    """In lower case and without a namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def _tidy_text(text: str) -> str:
    return clean_text(text[: 4 * LONGEST_TEXT])[:LONGEST_TEXT]


def _text_of(element: Element | None) -> str:
    return _tidy_text(element.text or "") if element is not None else ""


def _attribute_of(element: Element | None, name: str) -> str:
    """Its attribute by a name in any case; a text when there is none."""
    if element is None:
        return ""
    found = (value for key, value in element.attrib.items() if key.lower() == name)
    return _tidy_text(next(found, ""))


def _read_party(element: Element | None) -> EceParty:
    return EceParty(*(_attribute_of(element, part) for part in _PARTS))


def _read_related(element: Element) -> EceRelated:
    parts = _Parts(element)
    at = read_moment(parts.text("letterdatetime"))
    return EceRelated(parts.text("letterno"), at, _attribute_of(element, "relationtype"))


def _read_files(rows: list[Element], what: str, left_out: list[str]) -> Iterator[EceFile]:
    """The files that may be given out; of the others ``left_out`` says why not."""
    for row in rows:
        extension = _attribute_of(row, "extension").lower().lstrip(".")
        named = f"{what} «{_attribute_of(row, 'description') or extension or 'بدون نام'}»"
        if extension not in FILE_TYPES:
            left_out.append(f"{named}: نوع فایل مجاز نیست.")
            continue
        content = _decode_file(row.text or "")
        if content:
            yield EceFile(extension, content, _attribute_of(row, "description"))
        else:
            left_out.append(f"{named}: محتوای فایل خوانده نشد.")


def _decode_file(text: str) -> bytes:
    """The bytes of a base64 text, or none when it is no such text."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_moment(text: str) -> datetime | None:
    """The moment that a text of either calendar means, in Tehran; None when it means none."""
    match = _MOMENT.match(to_ascii(text))
    if match is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in match.groups())
    try:
        if year < _FIRST_GREGORIAN:
            date = JalaliDate(year, month, day).to_gregorian()
            year, month, day = date.year, date.month, date.day
        return datetime(year, month, day, hour, minute, tzinfo=TEHRAN)
    except (ValueError, OverflowError):
        return None
