"""Several parts of a table, each read by its own index: the first of their rows, and how many.

One condition joined by OR has no index that holds it in order: a database would read all rows of
every part and sort them. Here each part gives its first keys, and the few of them are merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, cast

from django.db import connections
from django.db.models import IntegerField, Q, QuerySet, Subquery

# SQLite joins 500 parts in one query, no more.
PARTS_AT_ONCE = 100
# Who has more to do than this is told so; how much more it is would be counted for nobody.
MOST_COUNTED = 1000


def first_keys(
    rows: QuerySet[Any], lanes: Sequence[Q], order: Sequence[str], size: int
) -> list[int]:
    """Keys of the first ``size`` of ``rows`` that are in one of ``lanes``, in one query mostly.

    ``order`` names a column and then the key, both with the same sign. A row that is in
    two lanes comes once.
    """
    columns = [name.removeprefix("-") for name in order]
    parts = [rows.filter(lane).order_by(*order).values_list(*columns)[:size] for lane in lanes]
    found: set[tuple[Any, int]] = set()
    for at in range(0, len(parts), PARTS_AT_ONCE):
        found.update((moment, key) for moment, key in _joined(parts[at : at + PARTS_AT_ONCE]))
    ordered = sorted(found, reverse=order[0].startswith("-"))
    return [key for _moment, key in ordered[:size]]


def count_in(rows: QuerySet[Any], lanes: Sequence[Q]) -> int:
    """How many of ``rows`` are in ``lanes``, of which no two have a row in common.

    MOST_COUNTED and one more stand for all that are more.
    """
    enough = MOST_COUNTED + 1
    parts = [rows.filter(lane).order_by().values_list("pk")[:enough] for lane in lanes]
    counted = 0
    for at in range(0, len(parts), PARTS_AT_ONCE):
        counted += _joined(parts[at : at + PARTS_AT_ONCE], counting=enough)[0][0]
        if counted >= enough:
            return enough
    return counted


def count_some(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted as far as ``count_in`` does."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def count_each(*kinds: QuerySet[Any]) -> list[int]:
    """How many rows there are of each kind, counted as far as ``count_in`` does, in one query."""
    enough = [rows.order_by()[: MOST_COUNTED + 1].query for rows in kinds]
    compiled = [query.get_compiler(kinds[0].db).as_sql() for query in enough]
    counts = (f"(SELECT COUNT(*) FROM ({sql}) counted)" for sql, _words in compiled)
    with connections[kinds[0].db].cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(counts)}", list(chain(*(words for _, words in compiled)))
        )
        return list(cursor.fetchone())


class CountSome(Subquery):
    """How many rows a query has, as an expression in another one; counted as far as ``count_in`` does."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows[: MOST_COUNTED + 1])


def _joined(parts: Sequence[QuerySet[Any]], *, counting: int = 0) -> list[tuple[Any, ...]]:
    """The rows of all parts; with ``counting`` how many these are, up to that many.

    The limit of the whole stands outside: somebody's first desk may hold enough, and the others
    are not read then.
    """
    compiled = [part.query.get_compiler(part.db).as_sql() for part in parts]
    named = (f"SELECT * FROM ({sql}) part{at}" for at, (sql, _words) in enumerate(compiled))
    joined = " UNION ALL ".join(named)
    if counting:
        joined = f"SELECT COUNT(*) FROM (SELECT 1 FROM ({joined}) parts LIMIT {counting}) counted"
    with connections[parts[0].db].cursor() as cursor:
        cursor.execute(joined, list(chain(*(words for _, words in compiled))))
        return cast("list[tuple[Any, ...]]", cursor.fetchall())
