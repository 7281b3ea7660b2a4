"""A worker killed while it renders loses nothing: the letter still comes, once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from accounts.models import Notice
from letters.models import Letter
from tests.cast import again, begin, pass_desks, step

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings) -> None:
    """What the worker prints lies alone."""
    settings.PRIVATE_ROOT = tmp_path


@pytest.fixture
def approved(two_ways, maryam, staff):
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    return step(pass_desks(case, staff, "desk"), "approve", staff["deputy"])


@pytest.mark.parametrize("victim", ["the process that renders", "the whole worker"])
def test_the_letter_still_comes_and_comes_once(
    approved, maryam, start_worker, kill, wait_for, tmp_path, victim
):
    pid = tmp_path / "rendering.pid"
    start_worker("messages")
    start_worker("chores")
    cluster = start_worker("letters")
    wait_for(lambda: pid.exists() and pid.read_text())
    held = approved.letters.get()
    assert held.claimed_until is not None
    assert again(approved).get_state_display() == "تأیید شده، نامه در دست صدور"

    if victim == "the whole worker":
        kill(cluster)
        start_worker("letters")
    else:
        os.kill(int(pid.read_text()), signal.SIGKILL)

    wait_for(lambda: Letter.objects.issued().exists())
    letter = approved.letters.get()
    assert (letter.number, letter.tries) == (1, 2)
    assert again(approved).state == "completed"
    assert again(approved).history.filter(name="complete").count() == 1
    assert [path.read_bytes()[:5] for path in tmp_path.rglob("*.pdf")] == [b"%PDF-"]

    wait_for(lambda: Notice.objects.filter(recipient=maryam, text__contains="صادر").exists())
