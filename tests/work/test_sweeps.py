"""What was queued and forgotten is queued again, once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from tests.work.parcels import deliver
from tests.worker import queued
from work import sweeps

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
