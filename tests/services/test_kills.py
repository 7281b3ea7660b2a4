"""Any process is killed or frozen at any moment: nothing is lost, doubled or left out.

Runs on the database and the queue of the settings; test_kills_elsewhere.py names others.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from letters.models import Letter
from submissions.models import Submission
from tests.cast import begin, pass_desks, step
from tests.patience import wait_until
from tests.services.killed_portal import KilledPortal, Knocker
from work import sweeps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

# How long after a kill everything has been done at the latest.
SETTLED_WITHIN = 15.0
FROZEN = 0.1  # of all hits


@dataclass(frozen=True)
class Hit:
    """What was hit how, until when all was done, and how long the web server said nothing."""

    what: str
    settled: float
    silent: float


@pytest.fixture
def portal(tmp_path: Path, settings) -> Iterator[KilledPortal]:
    settings.PRIVATE_ROOT = tmp_path / "private"
    portal = KilledPortal(tmp_path, str(connection.settings_dict["NAME"]))
    portal.start()
    yield portal
    portal.end()


@pytest.fixture
def knocker(portal: KilledPortal) -> Iterator[Knocker]:
    """Begins once the portal answers."""
    knocker = Knocker(portal.port)
    knocker.start()
    wait_until(lambda: knocker.longest, told=(portal.folder / "log").read_text)
    yield knocker
    knocker.end()


def unsettled() -> dict[str, int]:
    """What is still to be done, by kind."""
    counts = {rows.model.__name__: rows.unfinished().count() for rows in sweeps.swept_kinds()}
    return {name: count for name, count in counts.items() if count}


def percentile(seconds: list[float], part: float) -> float:
    return sorted(seconds)[min(int(len(seconds) * part), len(seconds) - 1)]


def tell(hits: list[Hit]) -> None:
    """The figures, for whoever runs it with -s or reads the file that KILLS names."""
    settling = [hit.settled for hit in hits]
    silent = {hit.what: max(h.silent for h in hits if h.what == hit.what) for hit in hits}
    slowest = sorted(hits, key=lambda hit: -hit.settled)[:5]
    told = {
        "hits": Counter(hit.what for hit in hits),
        "p50": round(percentile(settling, 0.5), 2),
        "p99": round(percentile(settling, 0.99), 2),
        "worst": [(hit.what, round(hit.settled, 2)) for hit in slowest],
        "web silent": {what: round(seconds, 2) for what, seconds in silent.items()},
    }
    print(json.dumps(told))
    if "KILLS" in os.environ:
        Path(os.environ["KILLS"]).write_text(json.dumps(told))


def assert_nothing_lost_or_doubled(cases: list[Submission], private: Path) -> None:
    letters = list(Letter.objects.order_by("number"))
    assert [letter.number for letter in letters] == list(range(1, len(cases) + 1))
    assert all(letter.rendered_at for letter in letters)
    # A file whose process died before the row was written belongs to nobody; it is no letter.
    assert {letter.file.name for letter in letters} <= {
        str(path.relative_to(private)) for path in private.rglob("*.pdf")
    }
    for case in Submission.objects.filter(pk__in=[case.pk for case in cases]):
        assert case.state == "completed"
        assert case.history.filter(name="complete").count() == 1
    sweeps.sweep()
    call_command("check_audit")


def test_whatever_is_killed_everything_is_done_soon_and_once(
    portal, knocker, two_ways, maryam, staff, size, settings
):
    kills = size(3, int(os.environ.get("KILL_COUNT", "1000")))
    dice = random.Random(int(os.environ.get("KILL_SEED", "8")))
    cases: list[Submission] = []
    hits: list[Hit] = []

    def approve_one() -> None:
        case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
        cases.append(step(pass_desks(case, staff, "desk"), "approve", staff["deputy"]))

    def told() -> str:
        return f"{unsettled()}\n{(portal.folder / 'log').read_text(errors='replace')[-4000:]}"

    def settled() -> bool:
        portal.start_if_gone()
        return not unsettled()

    for _ in range(kills):
        approve_one()
        time.sleep(dice.uniform(0, 1.5))
        knocker.begin_anew()
        number = signal.SIGSTOP if dice.random() < FROZEN else signal.SIGKILL
        what = f"{portal.hit_one(dice, number)} {number.name}"
        hit = time.monotonic()
        approve_one()
        wait_until(settled, told=told, patience=240)
        seconds = time.monotonic() - hit
        wait_until(lambda: knocker.silence() < 1, told=told)
        hits.append(Hit(what, seconds, knocker.longest))

    tell(hits)
    assert_nothing_lost_or_doubled(cases, settings.PRIVATE_ROOT)
    if kills > 3:
        assert max(hit.settled for hit in hits) <= SETTLED_WITHIN
