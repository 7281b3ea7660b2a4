"""What became of each kill, as lines of a file: a long run can be interrupted and goes on later.

``python -m tests.services.kill_records FILE…`` adds the files up and prints the figures.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FAULTS = ("lost", "doubled", "gapped", "stalled")


@dataclass(frozen=True)
class Hit:
    """What was hit how, the seconds until all was done (None: never) and those without an answer."""

    form: str
    number: int
    victim: str
    signal: str
    settled: float | None
    silent: float


@dataclass(frozen=True)
class Look:
    """What was found amiss when everything was compared, and how many letters that were."""

    form: str
    hits: int
    letters: int
    messages: int
    faults: dict[str, int]


class Records:
    """The lines of one form."""

    def __init__(self, path: Path, form: str) -> None:
        self._path = path
        self.form = form

    def hits(self) -> list[Hit]:
        """Those of this form so far."""
        return [hit for hit in read_hits([self._path]) if hit.form == self.form]

    def add(self, what: Hit | Look) -> None:
        """Write one line, at once and whole."""
        facts = {"at": round(time.time(), 1), "load": os.getloadavg()[0], **asdict(what)}
        with self._path.open("ab", buffering=0) as lines:
            lines.write(f"{json.dumps(facts)}\n".encode())


def read_hits(paths: Iterable[Path]) -> list[Hit]:
    """All kills in these files."""
    names = Hit.__dataclass_fields__
    return [
        Hit(**{name: row[name] for name in names}) for row in read_rows(paths) if "victim" in row
    ]


def read_rows(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """All lines of the files that are there."""
    texts = [path.read_text() for path in paths if path.exists()]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def percentile(seconds: Iterable[float], part: float) -> float:
    known = sorted(seconds)
    return known[min(int(len(known) * part), len(known) - 1)]


def tell_figures(hits: list[Hit]) -> str:
    """How long it took until all was done, and how long the web said nothing."""
    settled = [hit.settled for hit in hits if hit.settled is not None]
    never = f", {len(hits) - len(settled)} never settled" if len(settled) < len(hits) else ""
    count = f"{len(hits):5} kills{never}"
    if not settled:
        return count
    p50, p99 = percentile(settled, 0.5), percentile(settled, 0.99)
    silent = max(hit.silent for hit in hits)
    return (
        f"{count}, settled p50 {p50:6.2f} p99 {p99:6.2f} worst {max(settled):6.2f} s; "
        f"web silent {silent:5.2f} s at worst"
    )


def tell(paths: list[Path]) -> str:
    """The whole report."""
    hits, rows = read_hits(paths), read_rows(paths)
    looks = [row for row in rows if "faults" in row]
    faults = sum((Counter(look["faults"]) for look in looks), Counter[str]())
    of_processes = [hit for hit in hits if hit.victim != "host"]
    lines = [f"{tell_figures(hits)}  all", f"{tell_figures(of_processes)}  without whole hosts"]
    for kind in ("form", "victim", "signal"):
        for name in sorted({getattr(hit, kind) for hit in hits}):
            these = [hit for hit in hits if getattr(hit, kind) == name]
            lines.append(f"{tell_figures(these)}  {kind} {name}")
    letters, messages = (sum(look[name] for look in looks) for name in ("letters", "messages"))
    compared = sum(look["hits"] for look in looks)
    lines.append(f"compared after {compared} kills: {letters} letters, {messages} messages")
    lines.append(", ".join(f"{name} {faults[name]}" for name in FAULTS))
    return "\n".join(lines)


if __name__ == "__main__":
    print(tell([Path(name) for name in sys.argv[1:]]))
