"""The served portal under load: applicants, readers and reviewers, each with a second between two pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
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
READ = ("/", "/services/", "/services/elec-intro/", "/guides/", "/search/?q=برق", "/track/")


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
        measures += _judge(f"load.{database}.{name}", answers, limit)
    return measures


def _judge(name: str, answers: list[Answer], limit: int) -> list[Measure]:
    bad = [answer for answer in answers if not answer.is_good]
    for role in sorted({answer.role for answer in answers}):
        waits = sorted(answer.waited for answer in answers if answer.role == role)
        print(f"{name} {role}: {len(waits)} pages, median {waits[len(waits) // 2]:.0f} ms, "
              f"p95 {waits[int(len(waits) * 0.95)]:.0f} ms, longest {waits[-1]:.0f} ms")  # fmt: skip
    for answer in bad[:5]:
        print(f"{name}: {answer.status} for {answer.path}")
    waits = sorted(answer.waited for answer in answers)
    p95 = waits[int(len(waits) * 0.95)]
    return [
        Measure(f"{name}.p95_ms", round(p95, 1), "ms", limit),
        Measure(f"{name}.pages_a_second", round(len(answers) / SECONDS, 1), "1/s"),
        Measure(f"{name}.not_served", round(100 * len(bad) / len(answers), 2), "%", 0),
    ]


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
    applicants = [
        Visitor("applicant", (*map(Visit, each["pages"]), Visit(**each["saves"])), each["session"])
        for each in people["applicants"]
    ]
    readers = [Visitor("reader", tuple(map(Visit, READ))) for _ in range(150)]
    reviewers = [
        Visitor("reviewer", tuple(map(Visit, each["pages"])), each["session"])
        for each in people["reviewers"]
    ]
    return applicants, readers, reviewers
