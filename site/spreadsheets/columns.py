"""Columns of a table, recognised by the words above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from persian.text import fold_key
from spreadsheets.values import Cell, Unread, UnreadableSheet, is_empty


@dataclass(frozen=True)
class Column:
    """``title`` as the template has it; ``also``: other headings that mean the same."""

    name: str
    title: str
    example: str
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Columns:
    """Where columns stand in a row of headings.

    ``width`` counts the headings; ``beside``: places over which a heading is merged as well;
    ``twice``: columns that two headings name.
    """

    where: dict[str, int]
    missing: tuple[Column, ...]
    width: int
    beside: dict[int, str]
    twice: tuple[Column, ...]

    @property
    def rank(self) -> tuple[int, int]:
        """How much the row is like headings: all that are required, then as many as there are."""
        return -len(self.missing), len(self.where)

    def require_clear(self) -> None:
        """Raises UnreadableSheet for a column that is given twice."""
        for column in self.twice:
            raise UnreadableSheet(f"ستون «{column.title}» دو بار در فایل آمده است.")


def find_columns(headings: Sequence[Cell], columns: Sequence[Column]) -> Columns:
    """The places of the columns that are there.

    Spaces, case, strokes below and Arabic letters make no difference. A column's own name
    outweighs other headings that mean the same.
    """
    words = [_read_heading(heading) for heading in headings]
    places = {column.name: _find_places(words, column) for column in columns}
    where = {name: found[0] for name, found in places.items() if found}
    return Columns(
        where=where,
        missing=tuple(c for c in columns if c.required and c.name not in where),
        width=max((at + 1 for at, word in enumerate(headings) if not is_empty(word)), default=0),
        beside=_find_beside(headings, {where[c.name]: c.title for c in columns if c.name in where}),
        twice=tuple(column for column in columns if len(places[column.name]) > 1),
    )


def _read_heading(heading: Cell) -> str:
    """The folded words; a cell below a merged heading belongs to it."""
    if isinstance(heading, Unread):
        return fold_key(heading.above or "")
    return fold_key(heading) if isinstance(heading, str) else ""


def _find_places(words: Sequence[str], column: Column) -> list[int]:
    own = fold_key(column.name)
    known = {fold_key(word) for word in (column.title, *column.also)}
    named = [position for position, word in enumerate(words) if word == own]
    return named or [position for position, word in enumerate(words) if word in known]


def _find_beside(headings: Sequence[Cell], titles: dict[int, str]) -> dict[int, str]:
    """Places that a heading to their left covers, with its title."""
    beside: dict[int, str] = {}
    for position, heading in enumerate(headings[1:], start=1):
        left = titles.get(position - 1) or beside.get(position - 1)
        is_covered = isinstance(heading, Unread) and heading.covered and not heading.above
        if left and is_covered:
            beside[position] = left
    return beside
