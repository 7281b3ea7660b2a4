"""Several parts of a table, each read by its own index: the first of their rows, and how many.

One condition joined by OR has no index that holds it in order: a database would read all rows of
every part and sort them. Here each part gives its first keys, and the few of them are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple, cast

from django.db import connections
from django.db.models import IntegerField, Q, QuerySet, Subquery

from db.questions import Blank

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
    ordered_rows = rows.order_by(*order).values_list(*columns)
    parts = _put_in_words(lanes, lambda lane: ordered_rows.filter(lane)[:size])
    found: set[tuple[Any, int]] = set()
    for at in range(0, len(parts), PARTS_AT_ONCE):
        joined = _ask_joined(rows.db, parts[at : at + PARTS_AT_ONCE])
        found.update((moment, key) for moment, key in joined)
    ordered = sorted(found, reverse=order[0].startswith("-"))
    return [key for _moment, key in ordered[:size]]


def count_in(rows: QuerySet[Any], lanes: Sequence[Q]) -> int:
    """How many of ``rows`` are in ``lanes``, of which no two have a row in common.

    MOST_COUNTED and one more stand for all that are more.
    """
    enough = MOST_COUNTED + 1
    keys = rows.order_by().values_list("pk")
    parts = _put_in_words(lanes, lambda lane: keys.filter(lane)[:enough])
    counted = 0
    for at in range(0, len(parts), PARTS_AT_ONCE):
        counted += _ask_joined(rows.db, parts[at : at + PARTS_AT_ONCE], counting=enough)[0][0]
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


class _Part(NamedTuple):
    """The words of one part and the values in them."""

    sql: str
    values: Sequence[Any]


def _put_in_words(lanes: Sequence[Q], rows_in: Callable[[Q], QuerySet[Any]]) -> list[_Part]:
    """The parts, of which those that differ in their keys alone are put into words once.

    Forty desks of one person would be forty times the same work of the compiler.
    """
    written: dict[object, _Part] = {}
    parts = []
    for lane in lanes:
        form, blank, keys = _blank_out(lane)
        if form not in written:
            rows = rows_in(blank)
            written[form] = _Part(*rows.query.get_compiler(rows.db).as_sql())
        sql, places = written[form]
        parts.append(_Part(sql, [keys[p.name] if isinstance(p, Blank) else p for p in places]))
    return parts


def _blank_out(lane: Q) -> tuple[object, Q, dict[str, int]]:
    """What is alike in lanes of one form, the lane with blanks for its keys, and these.

    A lane that is more than some columns and their values is of a form of its own.
    """
    pairs = [child for child in lane.children if isinstance(child, tuple)]
    if len(pairs) < len(lane.children) or lane.negated or lane.connector != Q.AND:
        return id(lane), lane, {}
    keys = {name: value for name, value in pairs if type(value) is int}
    form = tuple((name, None if name in keys else repr(value)) for name, value in pairs)
    blank = Q(*((name, Blank(name) if name in keys else value) for name, value in pairs))
    return form, blank, keys


def _ask_joined(db: str, parts: Sequence[_Part], *, counting: int = 0) -> list[tuple[Any, ...]]:
    """The rows of all parts; with ``counting`` how many these are, up to that many.

    The limit of the whole stands outside: somebody's first desk may hold enough, and the others
    are not read then.
    """
    named = (f"SELECT * FROM ({part.sql}) part{at}" for at, part in enumerate(parts))
    joined = " UNION ALL ".join(named)
    if counting:
        joined = f"SELECT COUNT(*) FROM (SELECT 1 FROM ({joined}) parts LIMIT {counting}) counted"
    with connections[db].cursor() as cursor:
        cursor.execute(joined, list(chain(*(part.values for part in parts))))
        return cast("list[tuple[Any, ...]]", cursor.fetchall())
