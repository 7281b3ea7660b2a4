"""How long a page waits for the database: long enough for a busy one, not for one that stands still.

A thread that waits is a thread that answers nobody; the person reads «try again» instead, and
what was typed is kept (``web.outages``). Tasks and commands keep the databases' own patience.
"""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

# For a lock that another one holds; on SQLite for the turn to write.
LOCK: Final = 8_000
# For one statement; the longest of a page takes a fraction of a second.
STATEMENT: Final = 15_000

_STATEMENTS: Final = {
    "postgresql": f"SET lock_timeout = {LOCK}; SET statement_timeout = {STATEMENT}",
    "sqlite": f"PRAGMA busy_timeout = {LOCK}",
}


def limit_statements(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Set both limits on a new connection, in milliseconds; listens to ``connection_created``."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[connection.vendor])
