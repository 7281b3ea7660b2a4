"""What was queued and forgotten is queued again, once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from tests.work.parcels import deliver
from tests.worker import queued
from work import queue, sweeps
from work.brokers import OrmBroker

DELIVER = "tests.work.parcels.deliver"


@pytest.fixture
def registered(parcels, monkeypatch):
    """The parcels are the only thing that is swept."""
    monkeypatch.setattr(sweeps, "_registered", {})
    sweeps.register_sweep(parcels.objects.all, deliver, "parcels")
    return parcels


def test_a_forgotten_row_is_queued_again(registered, parcel):
    assert sweeps.sweep()["parcels"] == 1
    assert queued() == [(DELIVER, (parcel.pk,))]


def test_a_second_sweep_does_not_queue_it_twice(registered, parcel):
    sweeps.sweep()

    assert sweeps.sweep()["parcels"] == 0
    assert OrmQ.objects.count() == 1


def test_a_row_that_was_queued_just_now_is_given_time(registered):
    registered.objects.create()

    assert sweeps.sweep()["parcels"] == 0


def test_a_row_in_someones_hands_is_left_alone_until_the_claim_runs_out(registered, parcel):
    registered.objects.claim(parcel.pk, timedelta(minutes=2))
    assert sweeps.sweep()["parcels"] == 0

    ago = timezone.now() - timedelta(seconds=1)
    registered.objects.update(claimed_until=ago, not_before=ago)
    assert sweeps.sweep()["parcels"] == 1


def test_a_row_that_rests_after_a_failure_waits_for_its_time(registered, parcel):
    registered.objects.claim(parcel.pk, timedelta(minutes=2)).release(timedelta(minutes=5), "no")

    assert sweeps.sweep()["parcels"] == 0


def test_any_number_of_forgotten_rows_is_queued_again_page_by_page(registered, size):
    count = size(450, 10_000)
    hour_ago = timezone.now() - timedelta(hours=1)
    registered.objects.bulk_create(registered(queued_at=hour_ago) for _ in range(count))
    sent = []

    while sweeping := sweeps.sweep()["parcels"]:
        sent.append(sweeping)

    assert sum(sent) == count
    assert max(sent) > sweeps.AT_ONCE
    assert len(queued()) == len(set(queued())) == count


def test_a_sweep_ends_in_time_and_the_next_one_goes_on(registered, monkeypatch):
    hour_ago = timezone.now() - timedelta(hours=1)
    registered.objects.bulk_create(registered(queued_at=hour_ago) for _ in range(5))
    monkeypatch.setattr(sweeps, "AT_ONCE", 2)
    monkeypatch.setattr(sweeps, "SECONDS", 0.0)

    assert [sweeps.sweep()["parcels"] for _ in range(4)] == [2, 2, 1, 0]
    assert len(set(queued())) == 5


@pytest.mark.at("2026-11-22 10:00")
def test_behind_a_long_backlog_only_what_fell_out_of_the_queue_is_sent_again(registered, clock):
    """Each call is queued a minute after the one before it; the third is lost, nobody works."""
    rows = []
    for _ in range(5):
        rows.append(registered.objects.create())
        queue.enqueue(deliver, rows[-1].pk)
        clock.shift(timedelta(minutes=2))
    lost = OrmQ.objects.all()[:2]
    OrmQ.objects.filter(pk__in=[row.pk for row in lost]).delete()

    assert sweeps.sweep()["parcels"] == 2
    clock.shift(timedelta(hours=3))
    assert sweeps.sweep()["parcels"] == 0
    assert sorted(pk for _, (pk,) in queued()) == [row.pk for row in rows]


@pytest.mark.at("2026-11-22 10:00")
def test_a_call_that_a_worker_has_taken_is_not_sent_twice(registered, clock):
    row = registered.objects.create()
    queue.enqueue(deliver, row.pk)
    clock.shift(timedelta(seconds=5))
    OrmBroker("chores").dequeue()
    clock.shift(timedelta(minutes=2))

    assert sweeps.sweep()["parcels"] == 0


def test_no_more_is_sent_than_can_be_of_use(registered, monkeypatch):
    hour_ago = timezone.now() - timedelta(hours=1)
    registered.objects.bulk_create(registered(queued_at=hour_ago) for _ in range(5))
    monkeypatch.setattr(sweeps, "_registered", {})
    room = iter([0, 1, None])
    sweeps.register_sweep(registered.objects.all, deliver, "parcels", room=lambda: next(room))

    assert [sweeps.sweep()["parcels"] for _ in range(3)] == [0, 1, 4]


def test_the_sweep_itself_waits_behind_no_other_chore(registered):
    for pk in range(3):
        queue.enqueue(deliver, pk)
    queue.enqueue(sweeps.sweep)

    [(_row, payload)] = OrmBroker("chores").dequeue()

    assert queue.read_call(payload)["func"] == "work.sweeps.sweep"


def test_two_sweeps_may_not_share_a_name(registered):
    with pytest.raises(ValueError, match="parcels"):
        sweeps.register_sweep(registered.objects.all, deliver, "parcels")


def test_the_command_tells_what_was_queued(registered, parcel):
    out = StringIO()
    call_command("sweep", stdout=out)

    assert "parcels: 1" in out.getvalue()


def test_migrating_leaves_one_schedule_that_runs_every_minute(db):
    for _ in range(2):
        call_command("migrate", verbosity=0)

    schedule = Schedule.objects.get(name=sweeps.SCHEDULE)
    assert (schedule.func, schedule.schedule_type, schedule.minutes, schedule.cluster) == (
        "work.sweeps.sweep",
        Schedule.MINUTES,
        1,
        "chores",
    )


def test_a_part_that_fails_holds_no_other_up(registered, parcel, monkeypatch, caplog):
    def fail():
        raise OSError("no space left")

    monkeypatch.setattr(sweeps, "_chores", {"first": fail, "second": lambda: 3})
    monkeypatch.setattr(sweeps.audit, "seal_entries", fail)
    sweeps.register_sweep(_no_rows, _errand, "broken")
    assert sweeps.sweep() == {
        "audit": sweeps.FAILED,
        "first": sweeps.FAILED,
        "calls of before": 0,
        "second": 3,
        "parcels": 1,
        "broken": sweeps.FAILED,
    }
    assert caplog.text.count("OSError: no space left") == 2
    assert "The sweep's part «broken» failed" in caplog.text


def test_the_command_says_which_part_failed(registered, monkeypatch):
    monkeypatch.setattr(sweeps, "_chores", {"tidying": lambda: 1 // 0})
    out = StringIO()
    with pytest.raises(CommandError, match="failed"):
        call_command("sweep", stdout=out)
    assert "tidying: failed" in out.getvalue()


def _no_rows():
    raise LookupError("the table is away")


@queue.declare_task("chores")
def _errand(pk):
    return pk
