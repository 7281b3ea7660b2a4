"""The served portal under load: applicants, readers and reviewers, each with a second between two pages."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.bench import measuring
from tests.bench.measuring import Measure
from tests.bench.visitors import Answer, Visit, Visitor, visit_together
from tests.patience import PATIENCE
from tests.services.postgres import free_port, postgres

SECONDS, SETTLING = 40.0, 10.0
# Applicants, readers, reviewers; then how long 19 of 20 pages may take, in milliseconds.
CROWDS = {
    "sqlite": {"20_30_5": ((20, 30, 5), 150), "100_150_25": ((100, 150, 25), 1000)},
    "postgres": {"200_0_0": ((200, 0, 0), 1000)},
}
KEPT = ("/", "/services/", "/services/elec-intro/", "/guides/")
MADE_ANEW = ("/search/?q=برق", "/track/")
# Of so many applicants one is at their documents; a look at a file is a process of its own.
ONE_BRINGS_OF = 40
# What of all may be turned away at once, so that the others are served; in percent.
MOST_TURNED_AWAY = 5


def run() -> list[Measure]:
    """The 95th percentile of each crowd, and the share of pages that did not come."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        folder = Path(name)
        measures = _on("sqlite", _plain(folder / "sqlite"))
        with postgres() as address:
            environment = _plain(folder / "postgres") | {"DATABASE_URL": address}
            measures += _on("postgres", environment)
    return measures


def _plain(data: Path) -> dict[str, str]:
    data.mkdir()
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATA_DIR": str(data),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "PORT": str(free_port()),
    }


def _on(database: str, environment: Mapping[str, str]) -> list[Measure]:
    for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
        measuring.run("manage.py", *command, environment=environment)
    people = measuring.run("-m", "tests.bench.load_people", "200", "25", environment=environment)
    visitors = read_visitors(json.loads(people.output.splitlines()[-1]))
    measures = []
    for name, (crowd, limit) in CROWDS[database].items():
        here = [each for role, many in zip(visitors, crowd, strict=True) for each in role[:many]]
        with _served(environment) as port:
            answers = visit_together(port, here, SECONDS, SETTLING)
        measures += judge(f"load.{database}.{name}", answers, limit)
    return measures


def judge(name: str, answers: list[Answer], limit: int) -> list[Measure]:
    """The figures of one crowd. A wrong answer is no figure: each is named and none is allowed."""
    served = [answer for answer in answers if answer.is_served]
    away = [answer for answer in answers if answer.turned_away]
    wrong = [answer for answer in answers if not answer.is_served and not answer.turned_away]
    for kind in sorted({answer.kind for answer in served}):
        print(f"{name} {kind}: {_describe_waits([a.waited for a in served if a.kind == kind])}")
    for (status, path), many in Counter((each.status, each.path) for each in wrong).most_common():
        print(f"{name} WRONG: {many} × {status or 'no answer'} for {path}")
    p95 = _percentile([answer.waited for answer in served], 95)
    return [
        Measure(f"{name}.p95_ms", round(p95, 1), "ms", limit),
        Measure(f"{name}.pages_a_second", round(len(served) / SECONDS, 1), "1/s"),
        Measure(
            f"{name}.turned_away",
            round(100 * len(away) / max(len(answers), 1), 2),
            "%",
            MOST_TURNED_AWAY,
        ),
        Measure(f"{name}.wrong", len(wrong), "", 0),
    ]


def _describe_waits(waits: list[float]) -> str:
    middle, most = _percentile(waits, 50), _percentile(waits, 95)
    longest = max(waits)
    return (
        f"{len(waits)} pages, median {middle:.0f} ms, p95 {most:.0f} ms, longest {longest:.0f} ms"
    )


def _percentile(waits: list[float], percent: int) -> float:
    """Of nothing at all it is endless, which no limit allows."""
    return sorted(waits)[len(waits) * percent // 100] if waits else float("inf")


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[int]:
    """The port of a portal as an operator starts it, web server and worker, while it is served."""
    port = int(environment["PORT"])
    with (Path(environment["DATA_DIR"]) / "serve.log").open("ab") as log:
        serving = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=measuring.ROOT, env={**os.environ, **environment}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        serving.terminate()
        serving.wait()


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError("The portal does not answer")


# --- Who visits -------------------------------------------------------------------------


def read_visitors(people: Mapping[str, Any]) -> tuple[list[Visitor], list[Visitor], list[Visitor]]:
    """Applicants, readers and reviewers, from what ``load_people`` printed."""
    paper = base64.b64decode(people["paper"])
    applicants = [
        Visitor(_round_of(each, paper if number % ONE_BRINGS_OF == 0 else b""), each["session"])
        for number, each in enumerate(people["applicants"])
    ]
    reading = (
        *(Visit(path, "kept public page") for path in KEPT),
        *(Visit(path, "uncached public page") for path in MADE_ANEW),
    )
    reviewers = [
        Visitor(tuple(Visit(path, "reviewer's page") for path in each["pages"]), each["session"])
        for each in people["reviewers"]
    ]
    return applicants, [Visitor(reading)] * 150, reviewers


def _round_of(person: Mapping[str, Any], paper: bytes) -> tuple[Visit, ...]:
    """The pages that an applicant goes through, one save, and a document where one is brought."""
    pages = (Visit(path, "signed-in page") for path in person["pages"])
    save = Visit(person["saves"]["path"], "save", person["saves"]["words"])
    bringing = [Visit(person["uploads"], "upload", file=paper)] if paper else []
    return (*pages, save, *bringing)
