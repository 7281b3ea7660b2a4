"""The parts of an XLSX workbook: its sheets, shared texts and kinds of numbers.

Names of elements are compared without their namespace, which makes strict workbooks like others.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from spreadsheets.values import UnreadableSheet

# A packed file may say little and mean much: what it unpacks to is limited as well.
MAX_UNPACKED: Final = 600 * 1024 * 1024
# Of a part that is kept in memory (texts, styles): a list of contracts has a tenth of it.
MAX_KEPT: Final = 256 * 1024 * 1024
MOST_TEXTS: Final = 5_000_000
TOO_LARGE: Final = "محتوای این فایل بیش از حد مجاز است. لطفاً آن را به چند فایل بخش کنید."
BROKEN: Final = (
    "این فایل یک کارپوشهٔ سالم اکسل نیست. لطفاً آن را در اکسل باز و دوباره با قالب XLSX ذخیره کنید."
)

# Formats that are dates in Persian and other settings; openpyxl names the common ones.
_DATES: Final = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_ZEROS: Final = re.compile(r"0{2,}")
# Halves of characters are left as they stand: alone they are none.
_ESCAPED: Final = re.compile(r"_x(?![dD][89a-fA-F])([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class SheetPart:
    name: str
    part: str
    visible: bool


@dataclass(frozen=True)
class NumberFormat:
    """How Excel shows a number: as a date, or filled up with zeros to ``width`` digits."""

    is_date: bool = False
    width: int = 0


class Workbook:
    """The packed file; a part is found whatever case and strokes its name was written with."""

    def __init__(self, file: BinaryIO) -> None:
        self.packed = zipfile.ZipFile(file)
        entries = self.packed.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableSheet(
                "این فایل با گذرواژه محافظت شده است. لطفاً آن را بدون گذرواژه ذخیره کنید."
            )
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise UnreadableSheet(TOO_LARGE)
        self.entries = {_plain_name(entry.filename): entry for entry in entries}

    def has(self, part: str) -> bool:
        return _plain_name(part) in self.entries

    def open(self, part: str) -> BinaryIO:
        """The content of a part. Raises KeyError when there is none."""
        return self.packed.open(self.entries[_plain_name(part)])  # type: ignore[return-value]

    @cached_property
    def main(self) -> str:
        """The part that lists the sheets."""
        return self._related("", "officeDocument") or "xl/workbook.xml"

    @cached_property
    def sheets(self) -> list[SheetPart]:
        targets = {key: to for key, kind, to in self._relations(self.main) if kind == "worksheet"}
        found = []
        for element in self._elements(self.main, "sheet"):
            target = targets.get(get_attribute(element, "id"))
            if target and self.has(target):
                visible = element.get("state", "").lower() not in ("hidden", "veryhidden")
                found.append(SheetPart(element.get("name", ""), target, visible))
        return found

    @cached_property
    def epoch(self) -> object:
        """The day from which dates are counted."""
        for properties in self._elements(self.main, "workbookPr"):
            if properties.get("date1904") in ("1", "true"):
                return MAC_EPOCH
        return WINDOWS_EPOCH

    @cached_property
    def is_calculated(self) -> bool:
        """Whether formulas stand with what they come to: who writes nothings there says so."""
        told = self._elements(self.main, "calcPr")
        return not any(element.get("fullCalcOnLoad") in ("1", "true") for element in told)

    @cached_property
    def texts(self) -> list[str]:
        """The texts that cells name by their number."""
        part = self._related(self.main, "sharedStrings")
        texts: list[str] = []
        for item in self._elements(part, "si") if part else ():
            if len(texts) >= MOST_TEXTS:
                raise UnreadableSheet(TOO_LARGE)
            texts.append(join_text(item))
            item.clear()
        return texts

    @cached_property
    def formats(self) -> list[NumberFormat]:
        """How each style of a cell shows its number."""
        part = self._related(self.main, "styles")
        codes: dict[str, str] = {}
        formats: list[NumberFormat] = []
        for element in self._elements(part, "numFmt", "cellXfs") if part else ():
            if local_name(element) == "numFmt":
                codes.setdefault(element.get("numFmtId", ""), element.get("formatCode", ""))
            else:
                keys = [style.get("numFmtId", "0") for style in element]
                formats = [_read_format(key, codes.get(key)) for key in keys]
        return formats

    def _related(self, part: str, kind: str) -> str | None:
        """The part of a kind that ``part`` names, and that is there."""
        named = (to for _, of_kind, to in self._relations(part) if of_kind == kind)
        return next((target for target in named if self.has(target)), None)

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Key, kind and target of everything that a part refers to."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(relations):
            return []
        return [
            (
                element.get("Id", ""),
                element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))),
            )
            for element in self._elements(relations, "Relationship")
        ]

    def _elements(self, part: str, *names: str) -> Iterator[Element]:
        # Nothing unpacks to more than it declares: the rest would not even be read.
        if self.entries[_plain_name(part)].file_size > MAX_KEPT:
            raise UnreadableSheet(TOO_LARGE)
        with self.open(part) as stream:
            for _, element in iterparse(stream):
                if local_name(element) in names:
                    yield element


def local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def get_attribute(element: Element, name: str) -> str:
    """An attribute that stands in a namespace, which strict workbooks call otherwise."""
    ours = (value for key, value in element.attrib.items() if key.endswith("}" + name))
    return next(ours, "")


def join_text(item: Element) -> str:
    """All that a rich text says, without the reading aids of Japanese."""
    said = []
    for child in item:
        if local_name(child) == "t":
            said.append(child.text or "")
        elif local_name(child) == "r":
            said += [part.text or "" for part in child if local_name(part) == "t"]
    return resolve_escapes("".join(said))


def resolve_escapes(text: str) -> str:
    """What Excel writes for characters that XML has not: «_x000D_» is a line break."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _read_format(key: str, code: str | None) -> NumberFormat:
    code = code or BUILTIN_FORMATS.get(int(key), "")
    first = code.split(";")[0]
    width = len(first) if _ZEROS.fullmatch(first) else 0
    return NumberFormat(is_date=int(key) in _DATES or is_date_format(code), width=width)
