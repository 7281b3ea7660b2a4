"""Health endpoints for load balancers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache as once
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

logger = logging.getLogger(__name__)
SECONDS = 10


@never_cache
def report_ready(request: HttpRequest) -> HttpResponse:
    """200 «ok», or 503 with a line for each thing that is wrong."""
    wrong = [words for check in CHECKS if (words := _ask_check(check))]
    lines = "".join(f"{words}\n" for words in wrong or ["ok"])
    return HttpResponse(lines, content_type="text/plain", status=503 if wrong else 200)


def _ask_check(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:
        # Each database and each cache has errors of its own; all of them mean the same here.
        logger.exception("Not ready: %s", check.__name__)
        return f"{check.__name__}: no answer"


def check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def shared_cache() -> str:
    """Limits on codes and tries live there: without it nobody could sign in."""
    key, value = f"ready:{uuid4()}", "here"
    cache.set(key, value, SECONDS)
    found = cache.get(key)
    cache.delete(key)
    return "" if found == value else "shared_cache: does not keep what it is given"


def check_migrations() -> str:
    missing = sorted(_newest_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    names = ", ".join(f"{app}.{name}" for app, name in missing)
    return f"migrations: not applied: {names}" if missing else ""


@once
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of every app; the others stand before it. They change with the code."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


CHECKS = (check_database, shared_cache, check_migrations)
