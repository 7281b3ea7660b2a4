"""The file that somebody brings: what kind it is, and its sheets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

from spreadsheets.texts import open_text
from spreadsheets.values import Row, Sheet, UnreadableSheet
from spreadsheets.workbooks import BROKEN, SheetPart, Workbook
from spreadsheets.worksheets import Survey, read_sheet, survey_sheet

MAX_BYTES: Final = 50 * 1024 * 1024
HEAD: Final = 2048
# What expat calls its want of memory.
NO_MEMORY: Final = 1
CHUNK: Final = 1 << 20

_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_PROTECTED: Final = (
    "این فایل با گذرواژه محافظت شده است. لطفاً آن را بدون گذرواژه و با قالب XLSX ذخیره کنید."
)
_OLD: Final = (
    "این فایل با قالب قدیمی اکسل (XLS) ذخیره شده است. "
    "لطفاً آن را در اکسل باز و با قالب XLSX یا CSV ذخیره کنید."
)
_OTHER: Final = (
    "این فایل با قالب {} ذخیره شده است. لطفاً آن را باز و با قالب XLSX یا CSV ذخیره کنید."
)
#: How other kinds of tables begin, after spaces and byte order marks, in small letters.
_OTHER_BEGINNINGS: Final = {
    (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta"): "صفحهٔ وب (HTML)",
    (b"<?xml", b"<workbook", b"<ss:workbook"): "XML",
    (b"mime-version:",): "صفحهٔ وب (MHTML)",
    (b"id;p",): "SYLK",
    (b"{\\rtf",): "RTF",
    (b"%pdf",): "PDF",
}
_ARCHIVE: Final = (
    "این فایل بایگانی فشرده (مانند ZIP) است. لطفاً فایل جدول را از آن بیرون بیاورید و بارگذاری کنید."
)
#: How archives begin that are no workbooks: gzip, RAR, 7z, bzip2, xz.
_ARCHIVES: Final = (b"\x1f\x8b", b"rar!\x1a", b"7z\xbc\xaf\x27", b"bzh", b"\xfd7zxz")


def require_possible_size(size: int) -> None:
    """Raises UnreadableSheet for a file that is empty or larger than MAX_BYTES."""
    if not size:
        raise UnreadableSheet("این فایل خالی است.")
    if size > MAX_BYTES:
        raise UnreadableSheet("حجم فایل بیش از ۵۰ مگابایت است. لطفاً آن را به چند فایل بخش کنید.")


def open_sheets(file: BinaryIO) -> list[Sheet]:
    """The visible sheets of ``file``, recognised by its content.

    Raises UnreadableSheet, also while rows are read, for whatever is wrong with the file.
    """
    require_possible_size(file.seek(0, io.SEEK_END))
    file.seek(0)
    head = file.read(HEAD)
    with refuse_broken():
        if head.startswith(_COMPOUND):
            raise UnreadableSheet(_PROTECTED if _contains(file, _ENCRYPTED) else _OLD)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _open_workbook(file)
        _refuse_other_tables(head)
        return open_text(file)


@contextmanager
def refuse_broken() -> Iterator[None]:
    """Raise UnreadableSheet for whatever error a damaged file leads its reader into.

    Want of memory stays what it is.
    """
    try:
        yield
    except (UnreadableSheet, MemoryError):
        raise
    except ParseError as error:
        raise (MemoryError if error.code == NO_MEMORY else UnreadableSheet(BROKEN)) from error
    except Exception as error:
        raise UnreadableSheet(BROKEN) from error


def _contains(file: BinaryIO, words: bytes) -> bool:
    file.seek(0)
    before = b""
    while chunk := file.read(CHUNK):
        if words in before + chunk:
            return True
        before = chunk[-len(words) :]
    return False


def _refuse_other_tables(head: bytes) -> None:
    begins = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.lower().startswith(_ARCHIVES):
        raise UnreadableSheet(_ARCHIVE)
    for beginnings, name in _OTHER_BEGINNINGS.items():
        if begins.startswith(beginnings):
            raise UnreadableSheet(_OTHER.format(name))


# --- Workbooks -------------------------------------------------------------------


def _open_workbook(file: BinaryIO) -> list[Sheet]:
    book = Workbook(file)
    if not book.has(book.main):
        raise UnreadableSheet(_name_package(book))
    visible = [sheet for sheet in book.sheets if sheet.visible]
    if not visible:
        raise UnreadableSheet("در این فایل برگه‌ای دیده نمی‌شود. لطفاً برگهٔ پنهان را آشکار کنید.")
    return [_open_sheet(book, sheet) for sheet in visible]


def _name_package(book: Workbook) -> str:
    """What to say of a packed file that is no XLSX workbook."""
    if book.has("content.xml"):
        return _OTHER.format("اُپن‌آفیس (ODS)")
    if book.has("xl/workbook.bin"):
        return _OTHER.format("XLSB")
    if book.has("index/document.iwa") or book.has("index.zip"):
        return _OTHER.format("Numbers")
    return BROKEN if book.has("[content_types].xml") or book.has("_rels/.rels") else _ARCHIVE


def _open_sheet(book: Workbook, sheet: SheetPart) -> Sheet:
    @cache
    def survey() -> Survey:
        with refuse_broken(), book.open(sheet.part) as stream:
            return survey_sheet(stream)

    def read_rows() -> Iterator[Row]:
        with refuse_broken():
            yield from read_sheet(book, sheet, survey().merged)

    return Sheet(sheet.name, lambda: survey().lines, read_rows)
