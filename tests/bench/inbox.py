"""Lists and desks of everybody, with ten thousand requests and with a million, on both databases.

A page's figure is the time until the database has the first rows of all that it is asked; how much a
page grows is told by the whole page: what it costs the processor, and PostgreSQL's time. Both sides take
turns. ``python -m tests.bench.inbox`` is the process of one filled portal.
"""

from __future__ import annotations

import json
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.db import connection

from tests.bench import measuring
from tests.bench.measuring import Measure
from tests.bench.turns import Worker, answer_turns
from tests.services.postgres import postgres

FEW, MANY = 10_000, 1_000_000
TIMES = 11
# The pages that the design names, and how long the database may take for each, in milliseconds.
LIMITS = {
    "cartable_first": 2, "cartable_keyset": 2, "desk_first": 2, "desk_keyset": 2, "overdue": 2,
    "party_search": 15, "box_counts": 2, "box_counts_heaviest": 2,
}  # fmt: skip
GROWTH = 1.2


def run() -> list[Measure]:
    """Each list at a million beside the same list at ten thousand."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        folder = Path(name)
        few, many = (_fill(folder / f"sqlite-{count}", "", count) for count in (FEW, MANY))
        measures = compare("sqlite", few, many)
        with postgres() as one, postgres() as other:
            few = _fill(folder / f"postgres-{FEW}", one, FEW)
            many = _fill(folder / f"postgres-{MANY}", other, MANY)
            measures += compare("postgres", few, many)
    return measures


def _fill(data: Path, database: str, count: int) -> Mapping[str, str]:
    """A portal with so many requests; its environment."""
    data.mkdir()
    environment = {
        "DATA_DIR": str(data), "DATABASE_URL": database, "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
    }  # fmt: skip
    for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
        measuring.run("manage.py", *command, environment=environment)
    filled = measuring.run("-m", "tests.bench.filled", str(count), environment=environment)
    print(f"{count} requests written in {filled.seconds:.0f} s")
    return environment


def compare(database: str, few: Mapping[str, str], many: Mapping[str, str]) -> list[Measure]:
    """The figures of a million, and how often those of ten thousand go into them."""
    sides = [Worker(__name__, environment=environment) for environment in (few, many)]
    measures = []
    for name in json.loads(sides[0].ask("names")):
        small, large = look_in_turns(name, sides)
        of = f"inbox.{database}.{name.removesuffix('_first')}"
        grown = large.page / small.page
        pages = {"ours": f"{large.page:.1f} ms", "base": f"{small.page:.1f} ms, of ten thousand"}
        measures += [
            Measure(
                f"inbox.{database}.{name}_ms", round(large.database, 3), "ms", LIMITS.get(name)
            ),
            Measure(f"{of}_page_growth", round(grown, 2), "x", GROWTH, **pages),
        ]
    for side in sides:
        side.close()
    return measures


def look_in_turns(name: str, sides: Sequence[Worker]) -> list[Cost]:
    """What the page costs on each side, in the middle of its turns."""
    turns: list[list[Cost]] = [[] for _ in sides]
    for _ in range(TIMES):
        for told, side in zip(turns, sides, strict=True):
            told.append(Cost(*json.loads(side.ask(name))))
    return [
        Cost(*(statistics.median(figures) for figures in zip(*told, strict=True))) for told in turns
    ]


# --- In a process of the portal ------------------------------------------------------

_clients: dict[str, Any] = {}


class Cost(NamedTuple):
    """Milliseconds of a page, and of those the database's until the first rows came."""

    page: float
    database: float


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


def measure(look: Look) -> Cost:
    """One look, after another one that nobody counts."""
    client = _clients.setdefault(look.who, client_of(look.who))
    client.get(look.path)
    with _timed_statements("") as all_spent, _timed_statements(look.statements) as spent:
        began = time.process_time()
        answer = client.get(look.path)
        used = time.process_time() - began
    assert answer.status_code == 200, (look, answer.status_code)
    # What PostgreSQL does is done elsewhere; what SQLite does is a part of this process.
    elsewhere = 0.0 if connection.vendor == "sqlite" else sum(all_spent)
    return Cost((used + elsewhere) * 1000, sum(spent) * 1000)


@contextmanager
def _timed_statements(words: str) -> Iterator[list[float]]:
    """The seconds until the first rows of each statement came that has these words in it."""
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
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    known = {look.name: look for look in looks()}
    answer_turns(lambda name: json.dumps(measure(known[name]) if name in known else list(known)))


if __name__ == "__main__":
    main()
