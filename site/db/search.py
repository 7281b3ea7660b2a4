"""The search backend of everything that Wagtail lists, chooses and searches.

The database narrows the rows to what the person may see and gives their texts;
``persian.searching`` compares and ranks them, alike on both databases. Nothing is indexed: these
are tables that the staff fill by hand. A model that can grow without end names a column of folded
text as ``SEARCH_KEY``, and only the rows whose key may hold the words are read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, Model, Q, QuerySet
from modelsearch.backends.base import BaseSearchBackend, BaseSearchResults, EmptySearchResults
from modelsearch.index import RelatedFields, SearchField
from modelsearch.query import And, Boost, MatchAll, Or, Phrase, PlainText

from persian.searching import Query, rank, read_query

# As many rows of a large table are read and ranked.
MOST_ROWS: Final = 1000


class RankedSearch:
    """One search: which rows, by which columns, in which order."""

    def __init__(
        self, rows: QuerySet[Any], query: Query, columns: Sequence[str], **order: bool
    ) -> None:
        self.queryset = rows
        self.query = query
        self.columns = columns
        self.by_rank = order.get("by_rank", True)
        self.some = order.get("some", False)

    @cached_property
    def keys(self) -> list[Any]:
        """The keys of what was found: the best first, or in the order of the rows."""
        texts = self._read_texts()
        found = rank(texts, self.query, lambda key: texts[key], some=self.some)
        if self.by_rank:
            return found
        kept = set(found)
        return [key for key in texts if key in kept]

    def _read_texts(self) -> dict[Any, list[str]]:
        """What each row says in its columns; of related rows, what all of them say."""
        rows = self.queryset.select_related(None).prefetch_related(None)
        if key := getattr(rows.model, "SEARCH_KEY", ""):
            rows = rows.filter(key_condition(self.query, key))[:MOST_ROWS]
        texts: dict[Any, list[str]] = {}
        for pk, *values in rows.values_list("pk", *self.columns):
            said = texts.setdefault(pk, [""] * len(values))
            for place, value in enumerate(values):
                if value and str(value) not in said[place]:
                    said[place] = f"{said[place]} {value}".strip()
        # What was typed may run over two columns, as a first and a last name do.
        return {key: [*said, " ".join(said)] for key, said in texts.items()}


class RankedRows(BaseSearchResults):
    """Rows that were found, fetched only as far as they are shown."""

    query_compiler: RankedSearch
    supports_facet = True

    def _do_search(self) -> list[Any]:
        keys = self.query_compiler.keys[self.start : self.stop]
        places = {key: place for place, key in enumerate(keys)}
        rows = self.query_compiler.queryset.filter(pk__in=keys)
        return sorted(rows, key=lambda row: places[getattr(row, "pk", row)])

    def _do_count(self) -> int:
        return len(self.query_compiler.keys[self.start : self.stop])

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        model = self.query_compiler.queryset.model
        rows = model._default_manager.filter(pk__in=self.query_compiler.keys).order_by()
        counted = rows.values_list(field_name).annotate(count=Count("pk")).order_by("-count")
        return OrderedDict(counted)


class SearchBackend(BaseSearchBackend):
    """Named as Wagtail's settings look for it; ``search`` and ``autocomplete`` are one."""

    query_compiler_class = autocomplete_query_compiler_class = RankedSearch
    results_class = RankedRows

    def _search(
        self, query_compiler_class: Any, query: Any, model_or_queryset: Any, **options: Any
    ) -> BaseSearchResults:
        rows = model_or_queryset
        if not isinstance(rows, QuerySet):
            rows = rows._default_manager.all()
        columns = options.get("fields") or searched_columns(rows.model)
        found = read_query(typed_words(query))
        if not columns or not (found or isinstance(query, MatchAll)):
            return EmptySearchResults()
        operator = str(options.get("operator") or getattr(query, "operator", "and"))
        some = operator.lower() == "or"
        by_rank = options.get("order_by_relevance", True)
        return RankedRows(self, RankedSearch(rows, found, columns, by_rank=by_rank, some=some))


def typed_words(query: Any) -> str:
    """The words of a query of any kind; what it excludes is not among them."""
    if isinstance(query, str):
        return query
    if isinstance(query, PlainText | Phrase):
        return str(query.query_string)
    if isinstance(query, And | Or):
        return " ".join(map(typed_words, query.subqueries))
    return typed_words(query.subquery) if isinstance(query, Boost) else ""


def searched_columns(model: type[Model]) -> list[str]:
    """The columns that an indexed model says it is found by, in its order."""
    fields = model.get_search_fields() if hasattr(model, "get_search_fields") else []
    return list(dict.fromkeys(_column_names(model, fields)))


def _column_names(model: type[Model], fields: Iterable[Any]) -> Iterable[str]:
    known = {field.name for field in model._meta.get_fields()}
    for field in fields:
        if isinstance(field, RelatedFields):
            yield from (
                f"{field.field_name}__{one.field_name}"
                for one in field.fields
                if isinstance(one, SearchField)
            )
        elif isinstance(field, SearchField) and field.field_name in known:
            yield field.field_name


def key_condition(query: Query, column: str) -> Q:
    """Rows whose ``column``, a folded text without spaces, holds every word of the query.

    ``%`` and ``_`` are no letters, so they are not in the words.
    """
    condition = Q()
    for unit in query.units:
        said = Q()
        for way in unit:
            said |= Q(*((f"{column}__contains", part) for part in way.parts))
        condition &= said
    return condition
