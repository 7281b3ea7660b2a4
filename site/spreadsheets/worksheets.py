"""Rows of one sheet of a workbook, read as a stream."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from xml.etree.ElementTree import Element, iterparse

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel

from spreadsheets.guards import take_off_guard
from spreadsheets.merges import Merges
from spreadsheets.values import Cell, Row, Unread, UnreadableSheet, is_empty
from spreadsheets.workbooks import (
    BROKEN,
    NumberFormat,
    SheetPart,
    Workbook,
    join_text,
    local_name,
    resolve_escapes,
)

LAST_LINE: Final = 1_048_576
LAST_COLUMN: Final = 16_384
CHUNK: Final = 1 << 20
FORMULA: Final = Unread(
    "حاصل فرمول این خانه در فایل نیست و خوانده نمی‌شود. لطفاً به‌جای فرمول، خود مقدار را بنویسید."
)
NO_DATE: Final = Unread("تاریخ این خانه در اکسل معتبر نیست. لطفاً قالب خانه را «متن» کنید.")

_ROW: Final = re.compile(rb"<(?:[\w.\-]+:)?row[\s/>]")
_MERGE: Final = re.compile(rb"<(?:[\w.\-]+:)?mergeCell\s[^>]*?\bref=[\"']([^\"']+)[\"']")
_PLAIN: Final = NumberFormat()


@dataclass(frozen=True)
class Survey:
    """What is told before the rows are: how many there are, and which cells are merged."""

    lines: int
    merged: tuple[str, ...]


def survey_sheet(stream: BinaryIO) -> Survey:
    """Looks through the sheet once. Its own word for its size is often wrong."""
    lines, merged, rest = 0, list[bytes](), b""
    while chunk := stream.read(CHUNK):
        if b"\0" in chunk:
            raise UnreadableSheet(BROKEN)
        whole, bracket, rest = (rest + chunk).rpartition(b">")
        whole += bracket
        lines += len(_ROW.findall(whole))
        merged += _MERGE.findall(whole)
    return Survey(lines, tuple(place.decode("ascii") for place in merged))


def read_sheet(book: Workbook, sheet: SheetPart, merged: tuple[str, ...]) -> Iterator[Row]:
    """The rows in which something stands. Raises UnreadableSheet where their order is broken."""
    merges = Merges(merged)
    line = 0
    with book.open(sheet.part) as stream:
        for element in _row_elements(stream):
            following = _read_count(element.get("r")) or line + 1
            if not line < following <= LAST_LINE:
                raise UnreadableSheet(BROKEN)
            line = following
            cells = _read_cells(book, element)
            element.clear()
            merges.cover(line, cells)
            if not all(is_empty(cell) for cell in cells):
                yield Row(line, cells)


def _row_elements(stream: BinaryIO) -> Iterator[Element]:
    for _, element in iterparse(stream):
        name = local_name(element)
        if name == "row":
            yield element
        elif name == "sheetData":
            return


def _read_cells(book: Workbook, row: Element) -> list[Cell]:
    cells: list[Cell] = []
    column = 0
    for element in row:
        if local_name(element) != "c":
            continue
        column = _read_column(element.get("r")) or column + 1
        value = _read_value(book, element)
        if value is None or value == "":
            continue
        if len(cells) < column:
            cells += [None] * (column - len(cells))
        cells[column - 1] = value
    return cells


def _read_column(place: str | None) -> int | None:
    """The number of «AB12»: 28."""
    if not place:
        return None
    column: int = column_index_from_string(place.replace("$", "").rstrip("0123456789"))
    if column > LAST_COLUMN:
        raise UnreadableSheet(BROKEN)
    return column


def _read_count(text: str | None) -> int | None:
    return int(float(text)) if text else None


# --- One cell --------------------------------------------------------------------


def _read_value(book: Workbook, cell: Element) -> Cell:
    parts = {local_name(child): child for child in cell}
    stored = (parts["v"].text or "") if "v" in parts else ""
    kind = cell.get("t", "n")
    if "f" in parts:
        # ="0012" is a text to whoever wrote it; what else comes out, only Excel can tell.
        formula = f"={parts['f'].text or ''}"
        if (text := take_off_guard(formula)) != formula:
            return text
        if not book.is_calculated or (not stored and kind != "str"):
            return FORMULA
    if kind == "inlineStr":
        return take_off_guard(join_text(parts["is"])) if "is" in parts else None
    return _read_stored(book, kind, stored, cell.get("s")) if stored else None


def _read_stored(book: Workbook, kind: str, stored: str, style: str | None) -> Cell:
    match kind:
        case "n":
            return _read_number(book, stored.strip(), style)
        case "s":
            return take_off_guard(book.texts[_read_index(stored)])
        case "b":
            return stored.strip() in ("1", "true")
        case "d":
            return _read_iso_date(stored.strip())
    return take_off_guard(resolve_escapes(stored))


def _read_index(stored: str) -> int:
    index = int(stored)
    if index < 0:
        raise UnreadableSheet(BROKEN)
    return index


def _read_number(book: Workbook, stored: str, style: str | None) -> Cell:
    number = int(stored) if stored.lstrip("-").isdecimal() else float(stored)
    shown = book.formats[int(style)] if style and int(style) < len(book.formats) else _PLAIN
    if shown.is_date:
        return _read_date(number, book.epoch)
    if shown.width and isinstance(number, int) and number >= 0:
        return f"{number:0{shown.width}d}"
    return number


def _read_date(number: float, epoch: object) -> Cell:
    try:
        moment: dt.datetime | dt.time = from_excel(number, epoch)
    except (OverflowError, ValueError):
        return NO_DATE
    return moment


def _read_iso_date(stored: str) -> Cell:
    try:
        moment = dt.datetime.fromisoformat(stored)
    except ValueError:
        return stored
    # A Jalali year is no year of this calendar: the text is read like any other.
    return moment if moment.year >= 1900 else stored
