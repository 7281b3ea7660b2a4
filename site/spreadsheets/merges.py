"""Merged cells: one value stands over several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from openpyxl.utils.cell import range_boundaries

from spreadsheets.values import Cell, Unread, UnreadableSheet

WHY: Final = (
    "این خانه با خانهٔ دیگری ادغام شده است. لطفاً ادغام را بردارید و مقدار را در هر سطر بنویسید."
)
TOO_MANY: Final = "خانه‌های ادغام‌شدهٔ این برگه بیش از اندازه است. لطفاً ادغام‌ها را بردارید."
MOST_AT_ONCE: Final = 1000
MOST_COLUMNS: Final = 256


@dataclass
class Merge:
    """From the first to the last line and column; ``value`` is what stands in the first cell."""

    first: int
    first_line: int
    last: int
    last_line: int
    value: Cell = None


class Merges:
    """The merged cells of a sheet, told line by line."""

    def __init__(self, places: Iterable[str]) -> None:
        merges = [Merge(*range_boundaries(place)) for place in places]
        self.waiting = sorted(merges, key=lambda merge: -merge.first_line)
        self.active: list[Merge] = []

    def cover(self, line: int, cells: list[Cell]) -> None:
        """Put into a line's cells that are covered what says so. Lines come in their order."""
        while self.waiting and self.waiting[-1].first_line <= line:
            self.active.append(self.waiting.pop())
        self.active = [merge for merge in self.active if merge.last_line >= line]
        if len(self.active) > MOST_AT_ONCE:
            raise UnreadableSheet(TOO_MANY)
        for merge in self.active:
            _cover_cells(merge, line, cells)


def _cover_cells(merge: Merge, line: int, cells: list[Cell]) -> None:
    last = min(merge.last, merge.first + MOST_COLUMNS)
    cells += [None] * (last - len(cells))
    is_first = line == merge.first_line
    if is_first:
        merge.value = cells[merge.first - 1]
    above = None if is_first else merge.value
    covered = Unread(WHY, covered=True, above=above if isinstance(above, str) else None)
    for column in range(merge.first + is_first, last + 1):
        cells[column - 1] = covered
