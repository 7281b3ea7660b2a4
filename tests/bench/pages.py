"""Pages of the portal beside a bare view of Django, in milliseconds of the processor.

Of public pages twice: as they are given out to everybody, and as they are made anew (an address with a
question mark is never kept). ``python -m tests.bench.pages`` is the portal's process.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.bench import measuring
from tests.bench.measuring import Measure
from tests.bench.turns import Figure, Page, Server, Worker, answer_turns, compare
from tests.services.postgres import postgres

ROUNDS = 9
# How often each is asked in its turn. A processor that comes from another page takes twice the time for the
# first answers; where somebody is waiting, one answer follows the other.
TIMES, TIMES_KEPT = 20, 80
KEPT = 0.5
# How often a page made anew may take the time of a bare view.
LIMITS = {
    "guide": 9, "catalog": 15, "search": 15, "cartable": 14, "report": 16, "queue": 22, "case": 30,
}  # fmt: skip
PUBLIC = ("guide", "catalog", "service", "home", "print")
GUIDE_QUERIES = 3


def run() -> list[Measure]:
    """On SQLite by the names of the design, on PostgreSQL with the database's name in them."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        measures = list(_on("", {"DATA_DIR": name, "DATABASE_URL": ""}))
        with postgres() as address, tempfile.TemporaryDirectory(prefix="miz-bench-") as other:
            measures += _on("postgres.", {"DATA_DIR": other, "DATABASE_URL": address})
    return measures


def _on(database: str, environment: dict[str, str]) -> Iterator[Measure]:
    environment = {
        **environment, "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "API_CALLS_A_MINUTE": "0",
    }  # fmt: skip
    for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
        measuring.run("manage.py", *command, environment=environment)
    worker = Worker(__name__, environment=environment)
    told: dict[str, Any] = json.loads(worker.ask("all"))
    worker.close()
    figures = measure_pages({name: Page(*page) for name, (page, _) in told.items()}, environment)
    base = figures.pop("bare")
    for name, figure in figures.items():
        page, _, kept = name.partition("_")
        page = page.replace("-", "_")
        limit = KEPT if kept else LIMITS.get(page)
        yield Measure(
            f"pages.{database}{page}_{'cached' if kept else 'uncached'}_ratio",
            round(figure.median / base.median, 2), "x", limit,
            ours=f"{figure.median:.2f} ms", base=f"{base.median:.2f} ms, a bare view",
            spread=figure.spread,
        )  # fmt: skip
    for page, (_, queries) in told.items():
        if "_" not in page:
            page = page.replace("-", "_")
            limit = GUIDE_QUERIES if page == "guide" else None
            yield Measure(f"pages.{database}{page}_uncached_queries", queries, "", limit)


def measure_pages(
    pages: dict[str, Page], environment: dict[str, str], rounds: int = ROUNDS
) -> dict[str, Figure]:
    """What each page costs its server, and the bare view beside them."""
    portal = Server("config.wsgi:application", environment=environment)
    bare = Server("tests.bench.bare_django:application", environment={"DJANGO_SETTINGS_MODULE": ""})
    try:
        bare.wait_until_it_answers(Page("/"))
        portal.wait_until_it_answers(pages["home"])
        works = {
            name: partial(portal.cost_of, page, TIMES_KEPT if name.endswith("_kept") else TIMES)
            for name, page in pages.items()
        }
        return compare({"bare": partial(bare.cost_of, Page("/"), TIMES_KEPT), **works}, rounds)
    finally:
        portal.close()
        bare.close()


# --- In a process of the portal ------------------------------------------------------


def find_pages() -> dict[str, tuple[str, str]]:
    """What is asked for each name: the address, and the session of who asks."""
    from guides.models import GuidePage
    from tests.bench.load_people import make_people

    people = make_people(3, 1)
    applicant, reviewer = people["applicants"][0], people["reviewers"][0]
    own, request = applicant["session"], applicant["pages"][2]
    queue, case = reviewer["pages"][1:3]
    public = {
        "guide": GuidePage.objects.live().order_by("path")[0].url, "catalog": "/services/",
        "service": "/services/elec-intro/", "home": "/", "print": "/services/print/",
    }  # fmt: skip
    return {
        **{f"{name}_kept": (path, "") for name, path in public.items()},
        **{name: (f"{path}?fresh=1", "") for name, path in public.items()},
        "search": ("/search/?q=برق", ""),
        "cartable": ("/cartable/", own),
        "report": (request, own),
        "queue": (queue, reviewer["session"]),
        "case": (case, reviewer["session"]),
        "api-list": ("/api/v3/submissions/", own),
        "api-detail": (f"/api/v3/submissions/{request.strip('/').split('/')[-1]}/", own),
    }


def count_queries(page: tuple[str, str]) -> int:
    """How many a page asks that others have asked for before."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    if page[1]:
        client.cookies[settings.SESSION_COOKIE_NAME] = page[1]
    for _ in range(3):
        client.get(page[0])
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page[0]).status_code == 200
    return len(captured)


def main() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    answer_turns(
        lambda _: json.dumps(
            {name: (page, count_queries(page)) for name, page in find_pages().items()}
        )
    )


if __name__ == "__main__":
    main()
