"""Health for those who ask from outside: does it live, may people be sent here, must somebody come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache as once
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from web.monitoring.watchers import is_watcher
from work.watch import registered_findings

logger = logging.getLogger(__name__)
SECONDS = 10

Checks = Mapping[str, Callable[[], str]]


@never_cache
def report_alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked: who restarts it must not do so for a database."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def report_ready(request: HttpRequest) -> HttpResponse:
    """200 «ok», or 503: send nobody here. What is wrong is told to watchers alone."""
    found = ask_checks(CHECKS)
    if not is_watcher(request):
        word = "not ready\n" if found else "ok\n"
        return HttpResponse(word, content_type="text/plain", status=503 if found else 200)
    return _answer(request, CHECKS, found)


@never_cache
def report_work(request: HttpRequest) -> HttpResponse:
    """200 «ok», or 503 with a line for each thing for which somebody must be called."""
    if not is_watcher(request):
        raise Http404
    # What is kept in the cache (when the last sweep was) is not known without it.
    findings = {"shared_cache": shared_cache, **registered_findings()}
    return _answer(request, findings, ask_checks(findings))


def ask_checks(checks: Checks) -> dict[str, str]:
    """What the checks find, by their names; those that find nothing are left out."""
    return {name: words for name, check in checks.items() if (words := answer_check(name, check))}


def answer_check(name: str, check: Callable[[], str]) -> str:
    """What one check finds; one that cannot be made has found that."""
    try:
        return check()
    except Exception:
        # Each database and each cache has errors of its own; all of them mean the same here.
        logger.exception("Not healthy: %s", name)
        return "no answer"


def _answer(request: HttpRequest, checks: Checks, found: Mapping[str, str]) -> HttpResponse:
    status = 503 if found else 200
    if request.GET.get("format") == "json":
        findings = [{"check": name, "says": words} for name, words in found.items()]
        facts = {"status": "failing" if found else "ok", "findings": findings}
        return JsonResponse({**facts, "checked": list(checks)}, status=status)
    lines = "".join(f"{name}: {words}\n" for name, words in found.items()) or "ok\n"
    return HttpResponse(lines, content_type="text/plain", status=status)


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
    return "" if found == value else "does not keep what it is given"


def check_migrations() -> str:
    missing = sorted(_newest_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    names = ", ".join(f"{app}.{name}" for app, name in missing)
    return f"not applied: {names}" if missing else ""


@once
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """The last migration of every app; the others stand before it. They change with the code."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


CHECKS: Checks = {
    "database": check_database,
    "shared_cache": shared_cache,
    "migrations": check_migrations,
}
