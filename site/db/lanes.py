"""The first rows of several ordered parts of a table, each read by its own index.

One condition joined by OR has no index that holds it in order: a database would read all rows of
every part and sort them. Here each part gives its first keys, and the few of them are merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet

# SQLite joins 500 parts in one query, no more.
PARTS_AT_ONCE = 100


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
        found.update(_joined(parts[at : at + PARTS_AT_ONCE]))
    ordered = sorted(found, reverse=order[0].startswith("-"))
    return [key for _moment, key in ordered[:size]]


def _joined(parts: Sequence[QuerySet[Any]]) -> list[tuple[Any, int]]:
    compiled = [part.query.get_compiler(part.db).as_sql() for part in parts]
    named = (f"SELECT * FROM ({sql}) part{at}" for at, (sql, _words) in enumerate(compiled))
    with connections[parts[0].db].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(named), list(chain(*(words for _, words in compiled))))
        joined: list[tuple[Any, int]] = cursor.fetchall()
    return joined
