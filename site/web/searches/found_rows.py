"""What a search of the staff finds, page by page: whose name answers best comes first.

A search looks at keys and names alone; with all that a line shows, only the rows of one page are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from persian.searching import read_query
from persian.text import fold_key
from web.pagination import PAGE_SIZE, KeysetPage, OwnRows, first_rows

#: Rows that a search looks at, the newest of all that it finds.
SEARCH_LIMIT = 200
# Of a mark; what is longer was not made here.
DIGITS = 4
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class FoundPage(KeysetPage[M]):
    """A page of found rows; ``count``: how many the search has found in all."""

    count: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether there may be more than a search looks at."""
        return self.count == SEARCH_LIMIT


@dataclass(frozen=True)
class Search:
    """What a text looks for in some list.

    ``name``: the path of the name that is compared with the text; without one, the rows stay in
    their order. ``own``: who searches among rows of others, see ``first_rows``.
    """

    text: str
    condition: Q
    name: str = ""
    own: OwnRows | None = None


def found_page(
    rows: QuerySet[M, M], search: Search, *, after: str = "", before: str = ""
) -> FoundPage[M]:
    """The page of what a search finds in ordered rows, at most ``SEARCH_LIMIT`` of them.

    ``after`` and ``before``: marks of an earlier page. A text without a letter or digit finds
    nothing, as it would be a part of every name.
    """
    keys = _ranked_keys(rows, search) if fold_key(search.text) else []
    at = _place_of(after, before)
    at = at if at < len(keys) else 0
    part, end = keys[at : at + PAGE_SIZE], at + PAGE_SIZE
    read = {row.pk: row for row in rows.filter(pk__in=part)} if part else {}
    return FoundPage(
        [read[key] for key in part if key in read],
        after=str(end) if end < len(keys) else "",
        before=str(at) if at else "",
        count=len(keys),
    )


def _ranked_keys(rows: QuerySet[Any], search: Search) -> list[int]:
    columns = ["pk", search.name] if search.name else ["pk"]
    named = rows.filter(search.condition).values_list(*columns)
    # Whether a row answers is told sooner than whether somebody may see it.
    found: list[Any] = first_rows(named, SEARCH_LIMIT, search.own, search.condition)
    if search.name:
        query = read_query(search.text)
        found.sort(key=lambda row: query.score(row[1]))
    return [row[0] for row in found]


def _place_of(after: str, before: str) -> int:
    """At which of the found rows the page begins; a mangled mark is treated as absent."""
    if _is_mark(before):
        return max(int(before) - PAGE_SIZE, 0)
    return int(after) if _is_mark(after) else 0


def _is_mark(text: str) -> bool:
    return text.isdecimal() and len(text) <= DIGITS
