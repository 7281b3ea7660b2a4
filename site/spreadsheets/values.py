"""What a sheet is made of, whatever kind of file it stood in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple


class UnreadableSheet(Exception):
    """A file that is not such a table; the sentence says what to do."""


@dataclass(frozen=True)
class Unread:
    """A cell whose value nobody can tell: ``why`` says so in Persian.

    ``covered``: nothing stands in it, another cell is merged over it; ``above`` is that cell's
    value where it lies higher up.
    """

    why: str
    covered: bool = False
    above: str | None = None


Cell = str | int | float | bool | date | datetime | time | Unread | None


class Row(NamedTuple):
    """``problem``: why the whole row is not to be trusted, in Persian."""

    line: int
    cells: list[Cell]
    problem: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``count_lines`` tells about how many lines it has, ``read_rows`` begins anew.

    Empty rows are left out; line numbers grow. ``exact``: a row has no cell to the right of its
    headings, unless a separator has split one of them.
    """

    name: str
    count_lines: Callable[[], int]
    read_rows: Callable[[], Iterator[Row]]
    exact: bool = False


def is_empty(cell: Cell) -> bool:
    """Whether nothing stands in the cell itself."""
    if isinstance(cell, Unread):
        return cell.covered
    return cell is None or (isinstance(cell, str) and not cell.strip())
