"""Lists and desks of everybody, with a thousand requests and with a million, on both databases.

A page's figure is the time until the database has the first rows of all that it is asked; how much a
page grows is told by the whole page. ``python -m tests.bench.inbox`` measures one filled portal.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.bench import measuring
from tests.bench.measuring import Measure
from tests.services.postgres import postgres

FEW, MANY = 1_000, 1_000_000
TIMES = 11
# The pages that the design names, and how long the database may take for each, in milliseconds.
LIMITS = {
    "cartable_first": 2, "cartable_keyset": 2, "desk_first": 2, "desk_keyset": 2, "overdue": 2,
    "party_search": 15, "box_counts": 2, "box_counts_heaviest": 2,
}  # fmt: skip
GROWTH = 1.2


def run() -> list[Measure]:
    """Each list at a million beside the same list at a thousand."""
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        few, many = (_on_sqlite(Path(name), count) for count in (FEW, MANY))
        measures += compare("sqlite", few, many)
        few, many = (_on_postgres(Path(name), count) for count in (FEW, MANY))
        measures += compare("postgres", few, many)
    return measures


def _on_sqlite(folder: Path, count: int) -> dict[str, Any]:
    data = folder / f"sqlite-{count}"
    data.mkdir()
    return _fill_and_look({"DATA_DIR": str(data), "DATABASE_URL": "", "REDIS_URL": ""}, count)


def _on_postgres(folder: Path, count: int) -> dict[str, Any]:
    data = folder / f"postgres-{count}"
    data.mkdir()
    with postgres() as address:
        environment = {"DATA_DIR": str(data), "DATABASE_URL": address, "REDIS_URL": ""}
        return _fill_and_look(environment, count)


def _fill_and_look(environment: Mapping[str, str], count: int) -> dict[str, Any]:
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "config.settings.development"}
    for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
        measuring.run("manage.py", *command, environment=environment)
    filled = measuring.run("-m", "tests.bench.filled", str(count), environment=environment)
    print(f"{count} requests written in {filled.seconds:.0f} s")
    looked = measuring.run("-m", "tests.bench.inbox", environment=environment)
    figures: dict[str, Any] = json.loads(looked.output.splitlines()[-1])
    return figures


def compare(database: str, few: Mapping[str, Any], many: Mapping[str, Any]) -> list[Measure]:
    """The figures of a million, and how often those of a thousand go into them."""
    measures = []
    for name, figure in many.items():
        of = f"inbox.{database}.{name.removesuffix('_first')}"
        grown = figure["page"] / few[name]["page"]
        measures += [
            Measure(f"inbox.{database}.{name}_ms", figure["database"], "ms", LIMITS.get(name)),
            Measure(f"{of}_page_growth", round(grown, 2), "x", GROWTH),
        ]
    return measures


# --- In a process of the portal ------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """A page that somebody opens; ``statements``: only queries with these words count."""

    name: str
    who: str
    path: str
    statements: str = ""


def looks() -> Iterator[Look]:
    """Every list and desk of every role, the heaviest party's and those of 41 desks too."""
    from tests.bench.filled import AT_MANY_DESKS, HEAVIEST_MOBILE

    heaviest, light = HEAVIEST_MOBILE, "09130000001"
    queue, letters = "/admin/submissions/submission/", "/admin/letters/letter/"
    yield Look("cartable_first", light, "/cartable/?box=archive", "submissions_submission")
    yield Look("cartable_heaviest", heaviest, "/cartable/?box=archive")
    yield Look("cartable_keyset", heaviest, _later(heaviest, "/cartable/?box=archive"))
    yield Look("party_desk", light, "/desk/")
    yield Look("party_desk_heaviest", heaviest, "/desk/")
    yield Look("new_request_heaviest", heaviest, "/desk/request/")
    yield Look("box_counts", light, "/cartable/", "COUNT(")
    yield Look("box_counts_heaviest", heaviest, "/cartable/", "COUNT(")
    for who, sort in (("env", "desk"), (AT_MANY_DESKS, "many_desks"), ("manager", "all")):
        yield Look(f"{sort}_first", who, queue)
        yield Look(f"{sort}_keyset", who, _later(who, queue))
        yield Look(f"{sort}_home", who, "/admin/")
        yield Look(f"{sort}_seen", who, f"{queue}?list=seen")
        yield Look(f"{sort}_late", who, f"{queue}?list=late")
        yield Look(f"{sort}_name", who, f"{queue}?q=رضایی")
        yield Look(f"{sort}_no_such_name", who, f"{queue}?q=ظریفکار")
        yield Look(f"{sort}_letters", who, letters)
        yield Look(f"{sort}_letters_number", who, f"{letters}?q=1405/1/77")
        yield Look(f"{sort}_letters_name", who, f"{letters}?q=رضایی")
        yield Look(f"{sort}_letters_no_such_name", who, f"{letters}?q=ظریفکار")
    yield Look("overdue", "manager", f"{queue}?list=late", "submissions_submission")
    yield Look("resting", "manager", f"{queue}?list=resting")
    yield Look("without_desk", "manager", f"{queue}?list=no-desk")
    yield Look("party_search", "manager", f"{queue}?q=زهرا موسوی")


def _later(who: str, path: str) -> str:
    """The address of the third page of a list, or of the last one where it has fewer."""
    client = client_of(who)
    for _ in range(2):
        page = client.get(path).content.decode()
        found = re.search(r'href="([^"]*[?&](?:amp;)?after=[^"]*)"', page)
        if found:
            path = urljoin(path, found[1].replace("&amp;", "&"))
    return path


def client_of(who: str) -> Any:
    from django.db.models import Q
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(Q(username=who) | Q(mobile=who)))
    return client


def measure(look: Look) -> dict[str, float]:
    """Medians in milliseconds of the page and of what the database did for it."""
    client, pages, queries = client_of(look.who), [], []
    for _ in range(TIMES):
        with _timed_statements(look.statements) as spent:
            began = time.perf_counter()
            answer = client.get(look.path)
            pages.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (look, answer.status_code)
        queries.append(sum(spent) * 1000)
        if sum(pages) > 20_000:
            break
    return {
        "page": round(statistics.median(pages), 2),
        "database": round(statistics.median(queries), 3),
    }


@contextmanager
def _timed_statements(words: str) -> Iterator[list[float]]:
    """The seconds until the first rows of each statement came that has these words in it."""
    from django.db import connection

    spent: list[float] = []

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if words in sql:
                spent.append(time.perf_counter() - began)

    with connection.execute_wrapper(run):
        yield spent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    told = {look.name: measure(look) for look in looks()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
