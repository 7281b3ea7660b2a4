"""Processes that issue letters are killed at any moment: no number is lost, none is used twice.

Runs on the database of the settings. With DATABASE_URL it is PostgreSQL; at full size there is a
form that starts one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from letters.models import Letter
from tests.cast import begin, pass_desks, step
from tests.patience import wait_until
from tests.services.issued_invariants import find_broken
from tests.services.postgres import postgres
from work import recovery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

ROOT = Path(__file__).resolve().parents[2]
# Letters that are finished from one kill to the next, and how long after the last the hand comes down.
BETWEEN_KILLS = (2, 7)
AT_ANY_MOMENT = 0.5
Size = Callable[[int, int], int]


class Issuers:
    """So many processes, each started again when it is killed."""

    def __init__(self, many: int, by: User, folder: Path, private: object) -> None:
        self.by, self.folder, self.dice = by.get_username(), folder, random.Random()
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.services.settings_issuing",
            "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}",
            "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
            "KILLED_PRIVATE": str(private),
        }
        self.kills, self.started = 0, 0
        self.running = [self._start() for _ in range(many)]

    def _start(self) -> tuple[subprocess.Popen[bytes], Path]:
        self.started += 1
        said = self.folder / f"issuer-{self.started}"
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.services.issuing_program", self.by],
            cwd=ROOT,
            env=self.env,
            stdout=said.open("wb"),
            stderr=(self.folder / "issuers.log").open("ab"),
        )
        return program, said

    def kill_one(self) -> None:
        """Kill one that is at it, whatever it does; its work is given back as a supervisor would."""
        at_it = [one for one in self.running if one[1].stat().st_size and one[0].poll() is None]
        if not at_it:
            return
        one = self.dice.choice(at_it)
        time.sleep(self.dice.uniform(0, AT_ANY_MOMENT))
        one[0].send_signal(signal.SIGKILL)
        one[0].wait()
        self.kills += 1
        recovery.recover({})
        self.running[self.running.index(one)] = self._start()

    def last_words(self) -> str:
        return (self.folder / "issuers.log").read_text(errors="replace")[-3000:]

    def end(self) -> None:
        for program, _said in self.running:
            program.kill()
            program.wait()


@pytest.fixture
def waiting(two_ways: Any, maryam: User, staff: dict[str, User], size: Size) -> int:
    """So many requests at the stop that approves."""
    many = int(os.environ.get("ISSUED_LETTERS", size(24, 1000)))
    for _ in range(many):
        case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
        pass_desks(case, staff, "desk")
    return many


@pytest.fixture
def issuers(
    waiting: int, staff: dict[str, User], size: Size, tmp_path: Path, settings: Any
) -> Iterator[Issuers]:
    connection.close()
    found = Issuers(size(3, 8), staff["deputy"], tmp_path, settings.PRIVATE_ROOT)
    yield found
    found.end()


def count_finished() -> int:
    return Letter.objects.exclude(rendered_at=None).count()


def test_no_number_is_lost_doubled_or_without_its_paper(
    waiting: int, issuers: Issuers, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    while (done := count_finished()) < waiting:
        enough = min(waiting, done + issuers.dice.randint(*BETWEEN_KILLS))
        wait_until(lambda enough=enough: count_finished() >= enough, told=issuers.last_words)
        if enough < waiting:
            issuers.kill_one()

    assert find_broken() == []
    assert Letter.objects.count() == waiting
    assert issuers.kills
    with capsys.disabled():
        seconds = time.monotonic() - begun
        print(f" {connection.vendor}: {waiting} letters, {issuers.kills} kills, {seconds:.0f} s ")


def test_the_same_on_postgresql(pytestconfig: pytest.Config) -> None:
    if connection.vendor == "postgresql" or not pytestconfig.getoption("--prove"):
        pytest.skip("at full size only, beside the form on SQLite")
    story = f"{__file__}::test_no_number_is_lost_doubled_or_without_its_paper"
    with postgres() as address:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-s",
                "-p",
                "no:cacheprovider",
                "--prove",
                story,
            ],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address},
            capture_output=True,
            text=True,
        )
    print(done.stdout[-2000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
