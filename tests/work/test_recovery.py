"""What a dead process held is given back, and a clock that was set back stops nothing."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ, Schedule

from tests.work.parcels import deliver
from tests.worker import queued
from work import brokers, processes, queue, recovery, sweeps
from work.brokers import OrmBroker, RedisBroker
from work.leases import NOT_RETURNED

LEASE = timedelta(minutes=2)
DELIVER = "tests.work.parcels.deliver"


@pytest.fixture
def registered(parcels, monkeypatch):
    """The parcels are the only thing that is swept."""
    monkeypatch.setattr(sweeps, "_registered", {})
    sweeps.register_sweep(parcels.objects.all, deliver, "parcels")
    return parcels


@pytest.fixture
def dead() -> str:
    """The name of a process of this host that has ended."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = processes.name_process(child.pid)
    child.communicate()
    return name


@pytest.fixture
def elsewhere() -> str:
    """The name of a process of another host that has ended there."""
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    told = subprocess.run(
        ["unshare", *as_root, "--pid", "--fork", "--mount-proc", sys.executable, "-c",
         "from work import processes; print(processes.own_name())"],
        capture_output=True, text=True, cwd=settings.SITE_DIR,
    )  # fmt: skip
    if told.returncode:
        pytest.skip(f"No second host can be made here: {told.stderr}")
    return told.stdout.strip()


def claim(registered, parcel, *, by: str):
    claimed = registered.objects.claim(parcel.pk, LEASE)
    registered.objects.update(claimed_by=by)
    return claimed


def test_a_claim_tells_whose_it_is_until_it_is_given_back(parcel):
    claimed = type(parcel).objects.claim(parcel.pk, LEASE)
    assert claimed.claimed_by == processes.own_name() != ""

    claimed.finish(receipt="handed over")
    assert type(parcel).objects.get().claimed_by == ""


def test_what_a_dead_process_held_is_queued_again_at_once(registered, parcel, dead):
    claim(registered, parcel, by=dead)

    assert recovery.recover({}) is None
    row = registered.objects.get()
    assert (row.claimed_until, row.claimed_by) == (None, "")
    assert queued() == [(DELIVER, (parcel.pk,))]
    assert registered.objects.claim(parcel.pk, LEASE).tries == 2


def test_who_kills_its_worker_again_rests_and_the_parent_is_told_how_long(registered, parcel, dead):
    registered.objects.update(tries=2)
    claim(registered, parcel, by=dead)

    assert 9 < recovery.recover({}) <= 10.1
    assert not queued()
    assert registered.objects.get().last_error == NOT_RETURNED

    registered.objects.update(not_before=timezone.now())
    assert recovery.recover({}) is None
    assert queued() == [(DELIVER, (parcel.pk,))]


def test_the_rest_of_what_a_former_parent_left_goes_by_while_the_next_one_loads(
    registered, parcel, dead, monkeypatch
):
    registered.objects.update(tries=2)
    claim(registered, parcel, by=dead)
    host, _, ticks = dead.rsplit(":", 2)
    earlier, later = (f"{host}:1:{int(ticks) + more}" for more in (-1, 1))
    monkeypatch.setattr(processes, "seconds_since_begin", lambda name: 8)

    assert 9 < recovery.recover({}, served_by=earlier) <= 10.1  # one of its own has died just now
    claim_again = {"claimed_until": timezone.now() + LEASE, "claimed_by": dead}
    registered.objects.update(**claim_again, not_before=None)
    assert 1 < recovery.recover({}, served_by=later) <= 2.1


def test_how_long_ago_a_process_began_is_known(dead):
    assert (
        0
        <= processes.seconds_since_begin(dead)
        < processes.seconds_since_begin(processes.own_name())
    )
    assert processes.began_before(processes.own_name(), dead)


@pytest.mark.parametrize("holder", ["", "0123456789abcdef:1:1", None])
def test_a_living_or_unknown_holder_keeps_its_claim(registered, parcel, holder):
    claimed = claim(registered, parcel, by=processes.own_name() if holder is None else holder)

    recovery.recover({})

    assert registered.objects.get().claimed_until == claimed.claimed_until
    assert not queued()


def test_of_another_host_nobody_concludes_that_a_process_is_gone(registered, parcel, elsewhere):
    assert elsewhere.partition(":")[0] not in ("", processes.host_name())
    claimed = claim(registered, parcel, by=elsewhere)

    recovery.recover({})

    assert registered.objects.get().claimed_until == claimed.claimed_until


def test_another_process_of_the_same_number_is_not_the_holder(registered, parcel):
    host, pid, _began = processes.own_name().split(":")
    claim(registered, parcel, by=f"{host}:{pid}:1")

    recovery.recover({})

    assert registered.objects.get().claimed_until is None


def test_a_task_that_was_taken_and_never_claimed_is_queued_again(registered, parcel):
    queue.enqueue(deliver, parcel.pk)
    [(taken, _payload)] = OrmBroker("chores").dequeue()

    recovery.recover({})
    assert OrmQ.objects.exclude(pk=taken).count() == 1

    recovery.recover({taken: 0})
    assert OrmQ.objects.count() == 2


def test_what_a_living_worker_has_in_hand_is_not_queued_again(registered, parcel, monkeypatch):
    monkeypatch.setattr(recovery, "GRACE", timedelta(0))
    queue.enqueue(deliver, parcel.pk)
    registered.objects.update(queued_at=timezone.now())
    [(taken, _payload)] = OrmBroker("chores").dequeue()

    recovery.recover({}, {"chores": [str(taken)], "letters": []})
    assert OrmQ.objects.get().pk == taken

    recovery.recover({}, {"chores": []})
    assert OrmQ.objects.count() == 2


def test_what_was_lost_before_it_is_queued_again_all_the_same(registered, parcel):
    queue.enqueue(deliver, 99)
    [(taken, _payload)] = OrmBroker("chores").dequeue()
    registered.objects.update(queued_at=timezone.now() - timedelta(minutes=1))

    recovery.recover({}, {"chores": [str(taken)]})

    assert OrmQ.objects.exclude(pk=taken).count() == 1


def test_the_command_tells_its_caller_when_more_is_due(registered, parcel, dead, capfd):
    registered.objects.update(tries=2)
    claim(registered, parcel, by=dead)

    call_command("recover", "--rows={}", "--in-hand={}", "--answer=1")

    assert 9 < float(capfd.readouterr().out) <= 10.1


def test_a_clock_that_was_ahead_leaves_nothing_waiting_for_hours(registered, parcel):
    call_command("migrate", verbosity=0)
    late = timezone.now() + timedelta(hours=2)
    Schedule.objects.update(next_run=late)
    registered.objects.update(queued_at=late, not_before=late)
    queue.enqueue(deliver, 99)
    OrmQ.objects.update(lock=late)

    recovery.recover({})

    now = timezone.now()
    assert Schedule.objects.get(name=sweeps.SCHEDULE).next_run <= now
    assert OrmQ.objects.get().lock <= now
    assert registered.objects.unclaimed(now).filter(queued_at__lte=now).exists()


def test_what_waits_rightly_goes_on_waiting(registered, parcel):
    call_command("migrate", verbosity=0)
    soon = timezone.now() + timedelta(minutes=1)
    Schedule.objects.update(next_run=soon)
    registered.objects.update(not_before=timezone.now() + queue.LONGEST)

    recovery.recover({})

    assert Schedule.objects.get(name=sweeps.SCHEDULE).next_run == soon
    assert registered.objects.get().not_before > soon


def test_one_kind_that_fails_holds_no_other_up_and_is_tried_again_soon(
    registered, dead, monkeypatch
):
    parcel = registered.objects.create()
    claim(registered, parcel, by=dead)
    monkeypatch.setattr(queue, "waiting_since", fail)
    assert recovery.recover({}) == recovery.AFTER_FAILURE
    assert registered.objects.get().claimed_by == ""

    claim(registered, parcel, by=dead)
    monkeypatch.undo()
    monkeypatch.setattr(recovery, "release_dead_claims", fail)
    assert recovery.recover({}) == recovery.AFTER_FAILURE


def fail(*args, **kwargs):
    raise OperationalError("database is locked")


@pytest.mark.django_db
@pytest.mark.parametrize("broker", [OrmBroker, RedisBroker])
def test_a_queue_that_does_not_answer_is_asked_again_soon(broker, monkeypatch):
    monkeypatch.setattr(brokers, "AWAY", 0)
    monkeypatch.setattr(Conf, "REDIS", "redis://127.0.0.1:1")
    monkeypatch.setattr(ORM, "dequeue", fail)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    assert broker("codes").dequeue() is None
