"""A worker killed while it renders loses nothing: the letter still comes, once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Notice
from letters.models import Letter
from tests.cast import again, begin, pass_desks, step
from tests.patience import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start_worker(tmp_path: Path, settings) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a real worker on the test's database; all are gone afterwards."""
    settings.PRIVATE_ROOT = tmp_path
    clusters = []

    def start() -> subprocess.Popen[bytes]:
        cluster = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster", "--settings=tests.services.settings_fast"],
            cwd=ROOT,
            env={
                **os.environ,
                "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
                "KILLED_PRIVATE": str(tmp_path),
            },
            stdout=subprocess.DEVNULL,
            stderr=(tmp_path / "worker.log").open("ab"),
            start_new_session=True,
        )
        clusters.append(cluster)
        return cluster

    yield start
    for cluster in clusters:
        end(cluster)


def end(cluster: subprocess.Popen[bytes]) -> None:
    """Kill the worker with all its children, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(cluster.pid, signal.SIGKILL)
    cluster.wait()


def wait_for(what: Callable[[], object], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
        time.sleep(0.05)


@pytest.fixture
def approved(two_ways, maryam, staff):
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    return step(pass_desks(case, staff, "desk"), "approve", staff["deputy"])


@pytest.mark.parametrize("victim", ["the process that renders", "the whole worker"])
def test_the_letter_still_comes_and_comes_once(approved, maryam, start_worker, tmp_path, victim):
    log, pid = tmp_path / "worker.log", tmp_path / "rendering.pid"
    cluster = start_worker()
    wait_for(lambda: pid.exists() and pid.read_text(), log)
    held = approved.letters.get()
    assert held.claimed_until is not None
    assert again(approved).get_state_display() == "تأیید شده، نامه در دست صدور"

    if victim == "the whole worker":
        end(cluster)
        start_worker()
    else:
        os.kill(int(pid.read_text()), signal.SIGKILL)

    wait_for(lambda: Letter.objects.issued().exists(), log)
    letter = approved.letters.get()
    assert (letter.number, letter.tries) == (1, 2)
    assert again(approved).state == "completed"
    assert again(approved).history.filter(name="complete").count() == 1
    assert [path.read_bytes()[:5] for path in tmp_path.rglob("*.pdf")] == [b"%PDF-"]

    wait_for(lambda: Notice.objects.filter(recipient=maryam, text__contains="صادر").exists(), log)
