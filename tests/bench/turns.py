"""Figures beside their base: processes that do their work in turns, so that a busy machine hits all alike."""

from __future__ import annotations

import http.client
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench.measuring import ROOT
from tests.patience import PATIENCE
from tests.services.postgres import free_port


@dataclass(frozen=True)
class Figure:
    """What one work cost in each of its turns, in milliseconds of the processor."""

    costs: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.costs)

    @property
    def spread(self) -> str:
        """The middle half of all turns, as a table shows it."""
        low, _, high = statistics.quantiles(self.costs, n=4)
        return f"{low:.2f}–{high:.2f} ms"


class Worker:
    """A process that does what it is asked for, a line for each turn (:func:`answer_turns`)."""

    def __init__(self, module: str, *arguments: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _keep_on_one_core(self._process)

    def ask(self, work: str) -> str:
        """What the process says after this work. Raises RuntimeError when it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{work}\n")
        self._process.stdin.flush()
        while line := self._process.stdout.readline():
            if line.startswith(ANSWER):
                return line.removeprefix(ANSWER).strip()
        raise RuntimeError(f"The process of {work} has ended")

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


ANSWER = "= "


def answer_turns(do: Callable[[str], object]) -> None:
    """In the process: do the work of each line and say what ``do`` returns."""
    for line in sys.stdin:
        print(f"{ANSWER}{do(line.strip())}", flush=True)


def cost_of(do: Callable[[], object], times: int = 1) -> float:
    """Milliseconds of the processor that one call takes, as a mean of so many."""
    began = time.process_time()
    for _ in range(times):
        do()
    return (time.process_time() - began) * 1000 / times


class Server:
    """An application behind gunicorn, with one process that answers; it costs what that process uses."""

    def __init__(self, application: str, *, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", application, "--workers=1"),
                *(f"--bind=127.0.0.1:{self.port}", "--no-control-socket", "--log-level=error"),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", **environment},
        )
        _keep_on_one_core(self._process)

    def ask(self, page: Page) -> None:
        """One GET. Raises AssertionError when the answer is not 200."""
        ask_page(self.port, page)

    def wait_until_it_answers(self, page: Page) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(OSError):
                return self.ask(page)
            time.sleep(0.2)
        raise TimeoutError(page.path)

    def cost_of(self, page: Page, times: int) -> float:
        """Milliseconds of the processor that one answer costs, as a mean of so many."""
        began = self._used()
        for _ in range(times):
            self.ask(page)
        return (self._used() - began) / times

    def _used(self) -> float:
        master = self._process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        threads = (task for child in children for task in Path(f"/proc/{child}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) / 1e6 for task in threads)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def _keep_on_one_core(process: subprocess.Popen[Any]) -> None:
    """All that is compared on the same core: in a virtual machine one may be half as fast as another."""
    os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})


@dataclass(frozen=True)
class Page:
    """An address, and the session of who asks for it."""

    path: str
    session: str = ""

    @property
    def headers(self) -> dict[str, str]:
        cookie = {"Cookie": f"sessionid={self.session}"} if self.session else {}
        return {"Accept-Encoding": "gzip", **cookie}


def ask_page(port: int, page: Page) -> None:
    """One GET on a line of its own. Raises AssertionError when the answer is not 200, OSError."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    line.request("GET", quote(page.path, safe="/?&=%"), headers=page.headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    assert answer.status == 200, (page.path, answer.status)


def compare(works: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Figure]:
    """Have each work done once a round, in shuffled order; what each turn says that it cost."""
    chance, order = random.Random(1405), list(works)
    costs: dict[str, list[float]] = {name: [] for name in works}
    for name in order:
        works[name]()
    for _ in range(rounds):
        chance.shuffle(order)
        for name in order:
            costs[name].append(works[name]())
    return {name: Figure(each) for name, each in costs.items()}
