"""What builds the cast is written down once and said again to the database for the next story.

Publishing a service takes a hundred milliseconds of checks and revisions; the rows
that come of it are the same in every story that begins the same way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import time_machine
from django.db import connection

Statement = tuple[str, Any, bool]
WRITES = ("INSERT", "UPDATE", "DELETE")

_kept: dict[object, list[Statement]] = {}


def build_once(name: str, build: Callable[[], object]) -> None:
    """Call ``build``, or write the rows that it wrote when a story began like this one.

    Alike are stories at the same moment whose tables have handed out the same keys. With
    real transactions, and on databases that never hand out a key again, it is built each time.
    """
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        build()
        return
    beginning = (name, _moment(), _keys_handed_out())
    if beginning in _kept:
        _say_again(_kept[beginning])
    else:
        _kept[beginning] = _listen(build)


def _moment() -> float | None:
    """Where the clock of the story stands; nothing when it is the clock of the wall."""
    return time.time() if time_machine.escape_hatch.is_travelling() else None


def _keys_handed_out() -> tuple[tuple[str, int], ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0 ORDER BY name")
        return tuple(cursor.fetchall())


def _listen(build: Callable[[], object]) -> list[Statement]:
    heard: list[Statement] = []

    def write_down(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(WRITES):
            heard.append((sql, params, many))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write_down):
        build()
    return heard


def _say_again(statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params, many in statements:
            (cursor.executemany if many else cursor.execute)(sql, params)
