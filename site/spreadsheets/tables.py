"""The table of a file: its headings, wherever they stand, and the rows below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

from persian.digits import to_persian
from spreadsheets.columns import Column, Columns, find_columns
from spreadsheets.files import open_sheets
from spreadsheets.values import Cell, Row, Sheet, UnreadableSheet, is_empty

#: Above the headings there may be a title, a date, a logo.
ROWS_ABOVE: Final = 30
_SPLIT: Final = (
    "این سطر بیش از سطر عنوان خانه دارد؛ شاید جداکننده در متن یک خانه آمده یا ستونی عنوان ندارد. "
    'لطفاً آن خانه را میان دو علامت نقل‌قول («"») بگذارید یا برای ستون عنوان بنویسید.'
)
_BESIDE: Final = "زیر عنوان ادغام‌شدهٔ «{}» بیش از یک خانه پر شده است. لطفاً آن‌ها را یکی کنید."


@dataclass(frozen=True)
class TableRow:
    """What stands below the known headings; ``problem``: why the row is not to be trusted."""

    line: int
    cells: dict[str, Cell]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """``lines``: about how many lines its sheet has; ``names``: the columns that are there."""

    lines: int
    names: frozenset[str]
    rows: Iterator[TableRow]


@dataclass
class _Candidate:
    """A sheet that was looked into: its first rows, and the one that is most like headings."""

    sheet: Sheet
    head: list[Row]
    rest: Iterator[Row]
    at: int
    columns: Columns

    @property
    def below(self) -> list[Row]:
        return self.head[self.at + 1 :]


def open_table(file: BinaryIO, columns: Sequence[Column]) -> Table:
    """The one table with these headings. Raises UnreadableSheet, also while its rows are read."""
    candidates = [_look_into(sheet, columns) for sheet in open_sheets(file)]
    filled = [candidate for candidate in candidates if candidate.head]
    if not filled:
        raise UnreadableSheet("در این فایل هیچ سطری نیست.")
    table = _choose_sheet(filled, columns)
    table.columns.require_clear()
    rows = (_read_row(table, row) for row in chain(table.below, table.rest))
    return Table(table.sheet.count_lines(), frozenset(table.columns.where), rows)


def _look_into(sheet: Sheet, columns: Sequence[Column]) -> _Candidate:
    rows = sheet.read_rows()
    head = list(islice(rows, ROWS_ABOVE + 2))
    found = [find_columns(row.cells, columns) for row in head[: ROWS_ABOVE + 1]]
    at = max(range(len(found)), key=lambda n: found[n].rank, default=0)
    return _Candidate(sheet, head, rows, at, found[at] if found else find_columns([], columns))


def _choose_sheet(candidates: list[_Candidate], columns: Sequence[Column]) -> _Candidate:
    complete = [one for one in candidates if not one.columns.missing]
    if not complete:
        _refuse_missing(max(candidates, key=lambda one: one.columns.rank).columns.missing)
    with_rows = [one for one in complete if one.below] or complete[:1]
    if len(with_rows) > 1:
        names = "، ".join(f"«{one.sheet.name}»" for one in with_rows)
        raise UnreadableSheet(
            f"در این فایل {to_persian(len(with_rows))} برگه با همین عنوان‌ها هست: {names}. "
            "لطفاً همه را در یک برگه بیاورید یا هر برگه را در فایل جداگانه‌ای بارگذاری کنید."
        )
    return with_rows[0]


def _refuse_missing(missing: Sequence[Column]) -> None:
    titles = "، ".join(f"«{column.title}»" for column in missing)
    raise UnreadableSheet(
        f"این ستون‌ها در سطر عنوان فایل نیست: {titles}. "
        "لطفاً عنوان ستون‌ها را مانند فایل نمونه بنویسید."
    )


def _read_row(table: _Candidate, row: Row) -> TableRow:
    cells = {
        name: row.cells[position] if position < len(row.cells) else None
        for name, position in table.columns.where.items()
    }
    return TableRow(row.line, cells, row.problem or _find_stray_cell(table, row))


def _find_stray_cell(table: _Candidate, row: Row) -> str:
    """What is wrong with cells that stand below no heading, or beside the one below it."""
    columns = table.columns
    if table.sheet.exact and not all(is_empty(cell) for cell in row.cells[columns.width :]):
        return _SPLIT
    for position, title in columns.beside.items():
        if position < len(row.cells) and not is_empty(row.cells[position]):
            return _BESIDE.format(title)
    return ""
