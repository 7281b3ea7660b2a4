"""Columns of a table, recognised by the words above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from persian.text import fold_key
from spreadsheets.files import Cell, UnreadableSheet


@dataclass(frozen=True)
class Column:
    """``title`` as the template has it; ``also``: other headings that mean the same."""

    name: str
    title: str
    example: str
    required: bool = False
    also: tuple[str, ...] = ()


def find_columns(headings: Sequence[Cell], columns: Iterable[Column]) -> dict[str, int]:
    """The places of the columns that are there, by name. Raises UnreadableSheet for one given twice.

    Spaces, case, strokes below and Arabic letters make no difference.
    """
    known = {fold_key(word): c for c in columns for word in (c.title, c.name, *c.also)}
    where: dict[str, int] = {}
    for position, heading in enumerate(headings):
        column = known.get(fold_key(str(heading or "")))
        if column and column.name in where:
            raise UnreadableSheet(f"ستون «{column.title}» دو بار در پرونده آمده است.")
        if column:
            where[column.name] = position
    return where
