"""Any process is killed or frozen at any moment: nothing is lost, doubled or left out.

Runs on the database and the queue of the settings; test_kills_elsewhere.py names others.
KILLS names a file that keeps the figures: kills that stand there are not made again.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import SmsMessage
from letters.models import Letter
from submissions.models import Submission
from tests.cast import begin, pass_desks, step
from tests.patience import wait_until
from tests.services.kill_records import FAULTS, Hit, Look, Records, tell
from tests.services.killed_host import KilledHost
from tests.services.killed_portal import KilledPortal, Knocker
from tests.services.sms_ledger import handed_over
from work import audit, sweeps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

HOSTS = int(os.environ.get("KILL_HOSTS", "1"))  # 2: see killed_host.py
# A sixth of a thousand: there are six forms, with those of test_kills_elsewhere.py.
KILLS = int(os.environ.get("KILL_COUNT", "167"))
FROZEN = 0.1  # of all hits
POWER_FAILS_EVERY = 20  # hits, where there are several hosts
# How long after a kill everything has been done at the latest. A whole host is missed after ten.
SETTLED_WITHIN = 15.0
AFTER_A_HOST = 25.0
STALLED_AFTER = 300.0
COMPARED_EVERY = 10


@pytest.fixture
def portals(tmp_path: Path, settings) -> Iterator[list[KilledPortal]]:
    settings.PRIVATE_ROOT = tmp_path / "private"
    database, ledger = str(connection.settings_dict["NAME"]), tmp_path / "ledger"
    portals = [KilledPortal(tmp_path, database, ledger)]
    if HOSTS > 1:
        portals = [
            KilledHost(tmp_path / f"host-{number}", database, ledger, settings.PRIVATE_ROOT)
            for number in range(HOSTS)
        ]
    for portal in portals:
        portal.start()
    yield portals
    for portal in portals:
        portal.end()


@pytest.fixture
def knockers(portals: list[KilledPortal]) -> Iterator[list[Knocker]]:
    """Begin once the portals answer."""
    knockers = [Knocker(portal.port) for portal in portals]
    for knocker in knockers:
        knocker.start()
    wait_until(lambda: all(knocker.longest for knocker in knockers), told=portals[0].last_words)
    yield knockers
    for knocker in knockers:
        knocker.end()


@pytest.fixture
def records(tmp_path: Path, settings) -> Records:
    form = f"{connection.vendor} {settings.WORK_BROKER}" + (" 2 hosts" if HOSTS > 1 else "")
    return Records(Path(os.environ.get("KILLS", tmp_path / "kills")), form)


def unsettled() -> dict[str, int]:
    """What is still to be done, by kind.

    Looked at twice: a letter may be done, and its step written, between the look at the steps and
    that at the letters.
    """
    return count_unfinished() or count_unfinished()


def count_unfinished() -> dict[str, int]:
    counts = {rows.model.__name__: rows.unfinished().count() for rows in sweeps.swept_kinds()}
    return {name: count for name, count in counts.items() if count}


class Story:
    """An office at work on portals that are hit, and what can be said about them afterwards."""

    def __init__(self, portals, knockers, records, service, applicant, staff) -> None:
        self.portals: list[KilledPortal] = portals
        self.knockers: list[Knocker] = knockers
        self.records: Records = records
        self._cast = service, applicant, staff
        self.cases: list[Submission] = []
        self._messages = 0  # of one case, when nothing is killed
        self._compared = 0  # cases

    def approve_one(self) -> None:
        service, applicant, staff = self._cast
        case = step(begin(applicant, service, answers={"polluting": False}), "submit", applicant)
        self.cases.append(step(pass_desks(case, staff, "desk"), "approve", staff["deputy"]))

    def begin(self) -> None:
        """One case in peace shows what belongs to each."""
        self.approve_one()
        wait_until(lambda: not unsettled(), told=self.told)
        self._messages = SmsMessage.objects.count()
        assert self._messages

    def hit(self, dice: random.Random, number: int) -> Hit:
        """Hit somebody in the midst of work, and wait until all is done."""
        self.approve_one()
        time.sleep(dice.uniform(0, 1.5))
        for knocker in self.knockers:
            knocker.begin_anew()
        began, portal = time.monotonic(), dice.choice(self.portals)
        what, how = self._strike(portal, dice, number)
        self.approve_one()
        settled = self._settle(began)
        # What became of a host that is away is no matter of its visitors: the other one serves them.
        serving = [k for k, p in zip(self.knockers, self.portals, strict=True) if p.is_up]
        wait_until(lambda: all(knocker.silence() < 1 for knocker in serving), told=self.told)
        silent = max(knocker.longest for knocker in serving)
        return Hit(self.records.form, number, what, how, settled, silent)

    def _strike(self, portal: KilledPortal, dice: random.Random, number: int) -> tuple[str, str]:
        if portal.mortal and number % POWER_FAILS_EVERY == 1:
            return portal.die(), "power"
        sent = signal.SIGSTOP if dice.random() < FROZEN else signal.SIGKILL
        return portal.hit_one(dice, sent), sent.name

    def _settle(self, began: float) -> float | None:
        def settled() -> bool:
            for portal in self.portals:
                portal.start_if_gone()
            return not unsettled()

        try:
            wait_until(settled, told=self.told, patience=STALLED_AFTER)
        except AssertionError:
            return None
        return time.monotonic() - began

    def switch_on(self) -> None:
        """The host that lost its power comes back."""
        for portal, knocker in zip(self.portals, self.knockers, strict=True):
            if not portal.is_up:
                portal.start()
                knocker.begin_anew()
                wait_until(lambda knocker=knocker: knocker.longest, told=self.told)

    def compare(self, hits: int, private: Path, ledger: Path) -> dict[str, int]:
        """Compare everything, and write it down; what is amiss, by kind."""
        faults = count_faults(self.cases, self._messages, private, ledger)
        told = {fault: faults[fault] for fault in FAULTS}
        new, self._compared = len(self.cases) - self._compared, len(self.cases)
        self.records.add(Look(self.records.form, hits, new, new * self._messages, told))
        return {fault: count for fault, count in faults.items() if count}

    def told(self) -> str:
        words = "\n".join(portal.last_words() for portal in self.portals)
        return f"{unsettled()}\n{words}"


def count_faults(cases: list[Submission], each: int, private: Path, ledger: Path) -> Counter[str]:
    """What was lost, doubled, left out of the numbers, or stands still."""
    faults = Counter(stalled=sum(unsettled().values()))
    letters = list(Letter.objects.order_by("number"))
    numbers = [letter.number for letter in letters]
    faults["gapped"] += len(set(range(1, len(cases) + 1)) - set(numbers))
    faults["doubled"] += len(numbers) - len(set(numbers))
    # A file whose process died before the row was written belongs to nobody; it is no letter.
    there = {str(path.relative_to(private)) for path in private.rglob("*.pdf")}
    faults["lost"] += sum(
        not letter.rendered_at or letter.file.name not in there for letter in letters
    )
    for case in Submission.objects.filter(pk__in=[case.pk for case in cases]):
        done = case.history.filter(name="complete").count()
        faults["lost"] += case.state != "completed" or not done
        faults["doubled"] += max(done - 1, 0)
    faults += count_faults_of_messages(len(cases) * each, handed_over(ledger))
    audit.seal_entries()
    try:
        call_command("check_audit")
    except CommandError:
        faults["lost"] += 1
    return faults


def count_faults_of_messages(expected: int, taken: Counter[str]) -> Counter[str]:
    """What was not written, not handed over, or handed over twice."""
    messages = list(SmsMessage.objects.all())
    unsent = sum(message.local_id not in taken for message in messages)
    return Counter(
        lost=unsent + max(expected - len(messages), 0),
        doubled=sum(times - 1 for times in taken.values()) + max(len(messages) - expected, 0),
    )


def test_whatever_is_killed_everything_is_done_soon_and_once(
    portals, knockers, records, two_ways, maryam, staff, size, settings, tmp_path
):
    story = Story(portals, knockers, records, two_ways, maryam, staff)
    story.begin()
    kills, before = size(3, KILLS), len(records.hits())
    dice = random.Random(f"{os.environ.get('KILL_SEED', '8')} {records.form} {before}")
    compared = before
    for number in range(before + 1, kills + 1):
        hit = story.hit(dice, number)
        records.add(hit)
        assert hit.settled is not None, story.told()
        if number % COMPARED_EVERY == 0 or number == kills:
            faults = story.compare(number - compared, settings.PRIVATE_ROOT, tmp_path / "ledger")
            assert not faults, story.told()
            compared = number
        story.switch_on()
    print(tell([records._path]))
    assert_soon(records.hits())


def assert_soon(hits: list[Hit]) -> None:
    """Each within its time."""
    late = [
        hit
        for hit in hits
        if hit.settled is None
        or hit.settled > (AFTER_A_HOST if hit.victim == "host" else SETTLED_WITHIN)
    ]
    assert len(hits) <= 3 or not late
