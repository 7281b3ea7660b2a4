"""A start of ``serve``: processor and time until it is ready, and the memory of all its processes.

Beside it what a first import of the portal costs, which no start of it can do without.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tests.bench import measuring
from tests.bench.measuring import Measure
from tests.bench.turns import Page, ask_page
from tests.patience import PATIENCE
from tests.services.postgres import free_port

LIMITS = {"cpu": 4, "pss": 400, "process": 130}
LOAD = "import django; django.setup(); from django.core.wsgi import get_wsgi_application as g; g()"


def run() -> list[Measure]:
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        environment = {
            "DATA_DIR": name, "DATABASE_URL": "", "REDIS_URL": "", "PORT": str(free_port()),
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        }  # fmt: skip
        for command in (["migrate", "--verbosity", "0"], ["load_demo", "--verbosity", "0"]):
            measuring.run("manage.py", *command, environment=environment)
        return list(measure_start(environment))


def measure_start(environment: Mapping[str, str]) -> Iterator[Measure]:
    """Start a portal that has its data, wait until it is ready, and look at its processes."""
    began = time.monotonic()
    serving = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=measuring.ROOT, env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        ready_at = _wait_until_ready(int(environment["PORT"])) - began
        used = sum(_seconds_used(process) for process in _family(serving.pid))
        time.sleep(10)
        sizes = {process: _megabytes(process) for process in _family(serving.pid)}
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait()
    loaded = _cost_of_loading(environment)
    yield Measure(
        "start.ready_cpu_seconds", round(used, 2), "s", LIMITS["cpu"],
        ours=f"{used:.2f} s", base=f"{loaded:.2f} s, one import of the portal",
    )  # fmt: skip
    yield Measure("start.ready_seconds", round(ready_at, 2), "s")
    yield Measure(
        "start.pss_mb", round(sum(sizes.values()), 1), "MB", LIMITS["pss"],
        ours=f"{sum(sizes.values()):.0f} MB in {len(sizes)} processes",
    )  # fmt: skip
    yield Measure("start.largest_pss_mb", round(max(sizes.values()), 1), "MB", LIMITS["process"])


def _wait_until_ready(port: int) -> float:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError, AssertionError):
            ask_page(port, Page("/health/ready"))
            return time.monotonic()
        time.sleep(0.05)
    raise TimeoutError


def _family(process: int) -> list[int]:
    """The process and all below it."""
    with suppress(OSError):
        tasks = Path(f"/proc/{process}/task").iterdir()
        children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
        return [process, *(one for child in children for one in _family(child))]
    return []


def _seconds_used(process: int) -> float:
    """By the process and by those of its children that have ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _megabytes(process: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _cost_of_loading(environment: Mapping[str, str]) -> float:
    before = os.times()
    measuring.run("-c", LOAD, environment=environment)
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system
