"""What a measurement is, and how a process of the portal is measured from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Measure:
    """One figure; lower is better. ``limit`` None: reported, not judged.

    Where a value is a ratio, ``ours`` and ``base`` are what was divided; ``spread``: of the middle half.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    ours: str = ""
    base: str = ""
    spread: str = ""

    @property
    def is_exceeded(self) -> bool:
        return self.limit is not None and self.value > self.limit

    def as_entry(self) -> dict[str, object]:
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "limit": self.limit,
            "ours": self.ours, "base": self.base, "spread": self.spread, "date": f"{date.today()}",
        }  # fmt: skip

    def __str__(self) -> str:
        mark = "EXCEEDED" if self.is_exceeded else "ok" if self.limit is not None else "-"
        limit = f"(limit {self.limit:g})" if self.limit is not None else ""
        return f"{self.name:<42} {self.value:>10.2f} {self.unit:<4} {limit:<14} {mark}"


@dataclass(frozen=True)
class Ran:
    seconds: float
    peak_mb: float
    output: str


def run(*command: object, environment: Mapping[str, str]) -> Ran:
    """A Python process of the portal, with its wall time and its own peak of resident memory.

    Raises RuntimeError with its output when it fails.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *map(str, command)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(output[-4000:])
    return Ran(time.monotonic() - started, usage.ru_maxrss / 1024, output)
