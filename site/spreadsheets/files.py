"""Reading of CSV and XLSX tables row by row, in bounded memory."""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Final
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from persian.digits import to_persian

Cell = str | int | float | bool | date | datetime | None
Row = tuple[int, list[Cell]]

MAX_BYTES: Final = 50 * 1024 * 1024
# A packed file may say little and mean much: what it unpacks to is limited as well.
MAX_UNPACKED: Final = 600 * 1024 * 1024
MAX_COLUMNS: Final = 60
CHUNK = 1 << 20
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = ",;\t|؛"


class UnreadableSheet(Exception):
    """A file that is not such a table; the sentence says what to do."""


@dataclass(frozen=True)
class Sheet:
    """``lines``: about how many there are; ``rows``: line number and cells, empty ones left out."""

    lines: int
    rows: Iterator[Row]


def open_sheet(file: BinaryIO) -> Sheet:
    """The table in ``file``, recognised by its content. Raises UnreadableSheet, also while read."""
    require_possible_size(file.seek(0, io.SEEK_END))
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head == OLD_EXCEL:
        raise UnreadableSheet(
            "این پرونده با قالب قدیمی اکسل (XLS) یا با گذرواژه ذخیره شده است. "
            "لطفاً آن را بدون گذرواژه و با قالب XLSX یا CSV ذخیره کنید."
        )
    return _open_workbook(file) if head == ZIP else _open_csv(file)


def require_possible_size(size: int) -> None:
    """Raises UnreadableSheet for a file that is empty or larger than MAX_BYTES."""
    if not size:
        raise UnreadableSheet("این پرونده خالی است.")
    if size > MAX_BYTES:
        raise UnreadableSheet(
            "حجم پرونده بیش از ۵۰ مگابایت است. لطفاً آن را به چند پرونده بخش کنید."
        )


# --- XLSX ----------------------------------------------------------------------


def _open_workbook(file: BinaryIO) -> Sheet:
    broken = UnreadableSheet(
        "این پرونده یک کارپوشهٔ سالم اکسل نیست. لطفاً آن را دوباره با قالب XLSX ذخیره کنید."
    )
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MAX_UNPACKED:
            raise UnreadableSheet("محتوای این کارپوشه بیش از اندازه بزرگ است.")
        # Formulas are wanted as they are written, so that they can be refused.
        book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        table = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, ParseError) as error:
        raise broken from error
    if table is None:
        raise UnreadableSheet("در این کارپوشه برگه‌ای دیده نمی‌شود.")
    return Sheet(table.max_row or 0, _table_rows(table, broken))


def _table_rows(table: object, broken: UnreadableSheet) -> Iterator[Row]:
    rows = table.iter_rows(max_col=MAX_COLUMNS, values_only=True)  # type: ignore[attr-defined]
    try:
        for line, cells in enumerate(rows, start=1):
            if any(cell not in (None, "") for cell in cells):
                yield line, list(cells)
    except (zipfile.BadZipFile, KeyError, ValueError, ParseError) as error:
        raise broken from error


# --- CSV -----------------------------------------------------------------------


def _open_csv(file: BinaryIO) -> Sheet:
    encoding, lines = _survey_text(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    head = text.readline()
    text.seek(0)
    delimiter = max(DELIMITERS, key=head.count)
    return Sheet(lines, _csv_rows(text, delimiter))


def _survey_text(file: BinaryIO) -> tuple[str, int]:
    """The encoding that all of the file fits, and its lines; read in pieces."""
    head = file.read(4)
    file.seek(0)
    if head.startswith(UTF16):
        return "utf-16", sum(chunk.count(b"\n") for chunk in _read_chunks(file))
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, is_utf8 = 0, True
    for chunk in _read_chunks(file):
        if b"\0" in chunk:
            raise UnreadableSheet(
                "این پرونده متن نیست. لطفاً جدول را با قالب XLSX یا CSV ذخیره کنید."
            )
        lines += chunk.count(b"\n")
        if is_utf8:
            is_utf8 = _can_decode(decoder, chunk)
    # What is not UTF-8 comes from an older Windows, where Persian was Windows-1256.
    return ("utf-8-sig" if is_utf8 and _can_decode(decoder, b"", True) else "cp1256"), lines


def _read_chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _can_decode(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(text: io.TextIOWrapper, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, list(cells[:MAX_COLUMNS])
            # A quoted cell may hold line breaks: the row is named by the line it begins on.
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableSheet(
            f"خواندن پرونده در سطر {to_persian(line)} متوقف شد؛ شاید گیومهٔ یک خانه بسته نشده است."
        ) from error
