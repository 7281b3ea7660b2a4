"""Endpoints of the API beside the pages of the same content: processor time and queries of an answer.

Both are asked in turn in one process, signed in alike. ``python -m tests.bench.api`` measures one filled portal.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import measuring
from tests.bench.measuring import Measure

REQUESTS, TIMES = 1_000, 31
MOST_QUERIES = 15
# What an endpoint may cost of its page.
RATIO = 1.0


def run() -> list[Measure]:
    """Each endpoint, its page, and how often the page goes into it."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as folder:
        environment = {
            "DATA_DIR": str(Path(folder)),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        }
        for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
            measuring.run("manage.py", *command, environment=environment)
        measuring.run("-m", "tests.bench.filled", str(REQUESTS), environment=environment)
        looked = measuring.run("-m", "tests.bench.api", environment=environment)
    return compare(json.loads(looked.output.splitlines()[-1]))


def compare(figures: dict[str, dict[str, float]]) -> list[Measure]:
    measures = []
    for name, told in figures.items():
        ratio = round(told["endpoint"] / told["page"], 2)
        measures += [
            Measure(f"api.{name}_page_cpu_ms", told["page"], "ms"),
            Measure(f"api.{name}_cpu_ms", told["endpoint"], "ms"),
            Measure(f"api.{name}_to_its_page", ratio, "x", RATIO),
            Measure(f"api.{name}_queries", told["queries"], "", MOST_QUERIES),
        ]
    return measures


# --- In a process of the portal ------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """A page and the endpoint of its content, opened by ``who``."""

    name: str
    who: str
    page: str
    endpoint: str


def pairs() -> Iterator[Pair]:
    """Lists and single things of readers, applicants and the staff."""
    from guides.models import GuidePage
    from submissions.models import Submission
    from tests.bench.filled import HEAVIEST_MOBILE

    guide = GuidePage.objects.live().order_by("pk")[0]
    held = Submission.objects.filter(filed_by__mobile=HEAVIEST_MOBILE)
    own = held.filter(state="completed").order_by("pk")[0]
    waiting = held.filter(state="in_review").order_by("pk")[0]
    party, desk, chief = HEAVIEST_MOBILE, "env", "manager"
    queue = "/admin/submissions/submission/"
    yield Pair("guide", party, guide.url, f"pages/{guide.pk}/")
    yield Pair("catalog", party, "/services/", "catalog/services/")
    yield Pair("service", party, "/services/elec-intro/", "catalog/services/elec-intro/")
    yield Pair("search", party, "/search/?q=برق", "search/?q=برق")
    yield Pair("cartable", party, "/cartable/?box=archive", "submissions/?box=archive")
    yield Pair(
        "report", party, f"/cartable/{own.tracking_code}/", f"submissions/{own.tracking_code}/"
    )
    yield Pair("queue", desk, queue, "staff/queue/")
    yield Pair("all_waiting", chief, f"{queue}?list=late", "staff/lists/late/")
    code = f"submissions/{waiting.tracking_code}/"
    yield Pair("case", chief, f"{queue}inspect/{waiting.pk}/", f"{code}case/")
    yield Pair("letters", chief, "/admin/letters/letter/", "staff/letters/")


def measure(pair: Pair) -> dict[str, float]:
    """Medians of the processor's milliseconds, asked in turn, and the endpoint's queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.bench.inbox import client_of

    client, endpoint = client_of(pair.who), f"/api/v3/{pair.endpoint}"
    spent: dict[str, list[float]] = {pair.page: [], endpoint: []}
    for turn in range(TIMES):
        for path, figures in spent.items():
            began = time.process_time()
            answer = client.get(path)
            figures.append((time.process_time() - began) * 1000)
            assert answer.status_code == 200, (path, answer.status_code, answer.content[:300])
            if not turn:
                figures.clear()  # the first one compiles and imports
    with CaptureQueriesContext(connection) as asked:
        client.get(endpoint)
    page, own = (round(statistics.median(figures), 2) for figures in spent.values())
    return {"page": page, "endpoint": own, "queries": len(asked)}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.API_CALLS_A_MINUTE = settings.API_CALLS_OF_STRANGERS = 0
    told: dict[str, Any] = {pair.name: measure(pair) for pair in pairs()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
