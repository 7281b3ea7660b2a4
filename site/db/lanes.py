"""Several parts of a table, each read by its own index: the first of their rows, and how many.

One condition joined by OR has no index that holds it in order: a database would read all rows of
every part and sort them. Here each part gives its first keys, and the few of them are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

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
    found = {(moment, key) for joined in _join_parts(parts, rows.db) for moment, key in joined}
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
    for ((number,),) in _join_parts(parts, rows.db, counting=enough):
        counted += number
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


class _Form(NamedTuple):
    """Parts that differ in their keys alone: their words with blanks, and the keys of each."""

    sql: str
    places: Sequence[Any]
    lanes: list[dict[str, int]]


def _put_in_words(lanes: Sequence[Q], rows_in: Callable[[Q], QuerySet[Any]]) -> list[_Form]:
    """The parts; those of one form are put into words once.

    Forty desks of one person would be forty times the same work of the compiler.
    """
    written: dict[object, _Form] = {}
    for lane in lanes:
        form, blank, keys = _blank_out(lane)
        if form not in written:
            rows = rows_in(blank)
            sql, places = rows.query.get_compiler(rows.db).as_sql()
            written[form] = _Form(sql, places, [])
        written[form].lanes.append(keys)
    return list(written.values())


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


def _join_parts(
    forms: Sequence[_Form], db: str, *, counting: int = 0
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of all parts, of so many at once; with ``counting`` how many these are, up to that many.

    The limit of the whole stands outside: somebody's first desk may hold enough, and the others
    are not read then.
    """
    spell = _spell_laterally if connections[db].vendor == "postgresql" else _spell_each
    queries = list(chain.from_iterable(map(spell, forms)))
    for at in range(0, len(queries), PARTS_AT_ONCE):
        parts = queries[at : at + PARTS_AT_ONCE]
        named = (f"SELECT * FROM ({sql}) part{n}" for n, (sql, _values) in enumerate(parts))
        joined = " UNION ALL ".join(named)
        if counting:
            joined = (
                f"SELECT COUNT(*) FROM (SELECT 1 FROM ({joined}) parts LIMIT {counting}) counted"
            )
        with connections[db].cursor() as cursor:
            cursor.execute(joined, list(chain(*(values for _sql, values in parts))))
            yield cursor.fetchall()


def _spell_each(form: _Form) -> Iterator[tuple[str, list[Any]]]:
    """A query for each part, and the values in it."""
    for keys in form.lanes:
        yield form.sql, [keys[p.name] if isinstance(p, Blank) else p for p in form.places]


def _spell_laterally(form: _Form) -> Iterator[tuple[str, list[Any]]]:
    """One query for all parts of a form: PostgreSQL plans it once, not for each of forty desks."""
    names = list(form.lanes[0])
    if not names or len(form.lanes) == 1:
        yield from _spell_each(form)
        return
    first, *others = form.sql.split("%s")
    columns = (
        f"lane.k{names.index(p.name)}" if isinstance(p, Blank) else "%s" for p in form.places
    )
    sql = first + "".join(map("".join, zip(columns, others, strict=True)))
    row = f"({', '.join(['%s'] * len(names))})"
    lanes = f"(VALUES {', '.join([row] * len(form.lanes))})"
    named = ", ".join(f"k{at}" for at in range(len(names)))
    values = [keys[name] for keys in form.lanes for name in names]
    constants = [p for p in form.places if not isinstance(p, Blank)]
    yield f"SELECT part.* FROM {lanes} lane ({named}), LATERAL ({sql}) part", [*values, *constants]
