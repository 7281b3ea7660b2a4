"""The search backend of pages, images and documents, which any typed text may reach."""

from __future__ import annotations

import re
from typing import Any, Final

from modelsearch.backends import database
from modelsearch.query import And, Not, Or, Phrase, PlainText, SearchQuery

# Both databases nest a query once for each word, and give up beyond some hundreds.
MOST_WORDS: Final = 32
_NOT_SEARCHED = re.compile(r'["\x00-\x1f\x7f-\x9f\ud800-\udfff]')


class CleanQueries:
    """A backend's one way in: what its query language would read as its own is taken out.

    SQLite puts each word between ``"`` without looking into it; neither database takes NUL.
    """

    def _search(self, query_compiler_class: Any, query: Any, rows: Any, **options: Any) -> Any:
        # Nothing left to search for is an empty search, which finds nothing.
        query = clean_query(query) or ""
        return super()._search(query_compiler_class, query, rows, **options)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:
    """Backend of the default database, named as Wagtail's settings look for it."""
    chosen = type(database.SearchBackend(dict(params)))
    return type(f"Clean{chosen.__name__}", (CleanQueries, chosen), {})(params)


def clean_query(query: Any) -> Any:
    """A query with only what can be searched for; None when nothing is left of it."""
    if isinstance(query, str):
        return _clean_words(query) or None
    if isinstance(query, PlainText):
        words = _clean_words(query.query_string)
        return PlainText(words, operator=query.operator, boost=query.boost) if words else None
    if isinstance(query, Phrase):
        words = _clean_words(query.query_string)
        return Phrase(words) if words else None
    if isinstance(query, Not):
        left = clean_query(query.subquery)
        return Not(left) if left else None
    if isinstance(query, And | Or):
        return _clean_parts(query)
    return query


def _clean_parts(query: And | Or) -> SearchQuery | None:
    parts = [left for part in query.subqueries if (left := clean_query(part))][:MOST_WORDS]
    return type(query)(parts) if len(parts) > 1 else next(iter(parts), None)


def _clean_words(text: str) -> str:
    return " ".join(_NOT_SEARCHED.sub(" ", text).split()[:MOST_WORDS])
