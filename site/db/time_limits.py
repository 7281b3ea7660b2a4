"""How long a page waits for the database: long enough for a busy one, not for one that stands still.

A thread that waits is a thread that answers nobody; the person reads «try again» instead, and
what was typed is kept (``web.outages``). Tasks and commands keep the databases' own patience.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings


def limit_statements(connection: Any, **kwargs: Any) -> None:
    """Set the limits of pages on a new connection; listens to ``connection_created``."""
    lock = int(settings.PAGE_LOCK_SECONDS * 1000)
    statement = int(settings.PAGE_STATEMENT_SECONDS * 1000)
    words = {
        "postgresql": f"SET lock_timeout = {lock}; SET statement_timeout = {statement}",
        "sqlite": f"PRAGMA busy_timeout = {lock}",
    }
    if connection.vendor == "postgresql":
        # A server that stands still does not end what it was to limit.
        connection.watch(settings.PAGE_STATEMENT_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(words[connection.vendor])
