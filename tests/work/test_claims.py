"""A row is worked on by whoever claims it first, and by one at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone

from work.leases import NOT_RETURNED, ClaimableQuerySet
from work.queue import LONGEST, back_off, rest_after_death

LEASE = timedelta(minutes=2)


def test_the_first_claim_gets_the_row_and_the_second_gets_nothing(parcel):
    claimed = type(parcel).objects.claim(parcel.pk, LEASE)

    assert claimed.tries == 1
    assert claimed.claimed_until > timezone.now() + timedelta(minutes=1)
    assert type(parcel).objects.claim(parcel.pk, LEASE) is None


def test_a_claim_that_ran_out_can_be_taken_by_another(parcel):
    parcels = type(parcel).objects
    parcels.claim(parcel.pk, LEASE)

    with time_machine.travel(timezone.now() + LEASE):
        assert parcels.claim(parcel.pk, LEASE).tries == 2


def test_a_row_whose_worker_is_killed_each_time_rests_longer_and_longer(parcel):
    parcels = type(parcel).objects
    rests = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(3):
            parcels.claim(parcel.pk, LEASE)
            row = parcels.get()
            assert row.last_error == NOT_RETURNED
            rests.append((row.not_before - row.claimed_until).total_seconds())
            clock.move_to(row.not_before - timedelta(seconds=1))
            assert parcels.claim(parcel.pk, LEASE) is None
            clock.move_to(max(row.not_before, row.claimed_until + timedelta(seconds=1)))

    assert rests == [0, 5, 10]


def test_what_is_finished_or_gone_is_not_claimed(parcel):
    parcels = type(parcel).objects
    parcels.update(receipt="handed over")

    assert parcels.claim(parcel.pk, LEASE) is None
    assert parcels.claim(parcel.pk + 1, LEASE) is None


def test_a_released_row_rests_keeps_the_reason_and_is_due_again(parcel):
    parcels = type(parcel).objects
    parcels.claim(parcel.pk, LEASE).release(timedelta(minutes=5), ConnectionError("no answer"))

    assert parcels.claim(parcel.pk, LEASE) is None
    assert parcels.get().last_error == "no answer"
    assert not parcels.unclaimed(timezone.now()).exists()
    assert parcels.unclaimed(timezone.now() + timedelta(minutes=6)).exists()


def test_a_late_release_does_not_take_the_row_from_its_new_holder(parcel):
    parcels = type(parcel).objects
    late = parcels.claim(parcel.pk, timedelta(seconds=-1))
    parcels.update(not_before=None)
    holder = parcels.claim(parcel.pk, LEASE)

    late.release(timedelta(0), "too late")

    assert parcels.get().claimed_until == holder.claimed_until
    assert parcels.get().last_error == NOT_RETURNED


def test_a_claim_is_renewed_by_its_holder_alone(parcel):
    parcels = type(parcel).objects
    late = parcels.claim(parcel.pk, timedelta(seconds=-1))
    parcels.update(not_before=None)
    holder = parcels.claim(parcel.pk, LEASE)

    assert not late.renew(LEASE, receipt="of the late one")
    assert not late.held().exists()
    before = holder.claimed_until
    assert holder.renew(2 * LEASE, receipt="half")
    kept = parcels.get()
    assert (kept.claimed_until, kept.receipt) == (holder.claimed_until, holder.receipt)
    assert kept.claimed_until > before
    assert not parcels.unheld().exists()


def test_work_is_finished_once(parcel):
    parcels = type(parcel).objects
    claimed = parcels.claim(parcel.pk, LEASE)

    assert claimed.finish(receipt="first")
    assert not claimed.finish(receipt="second")

    kept = parcels.get()
    assert (kept.receipt, kept.claimed_until, kept.last_error) == ("first", None, "")


def test_a_claim_inside_a_transaction_is_refused(parcel):
    with transaction.atomic(), pytest.raises(RuntimeError):
        type(parcel).objects.claim(parcel.pk, LEASE)


def test_of_twenty_claims_at_the_same_time_one_succeeds(parcel):
    def claim(_):
        try:
            return type(parcel).objects.claim(parcel.pk, LEASE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        claims = list(pool.map(claim, range(20)))

    assert len([claimed for claimed in claims if claimed]) == 1
    assert type(parcel).objects.get().tries == 1


def test_a_model_must_say_what_unfinished_means(parcel):
    with pytest.raises(NotImplementedError):
        ClaimableQuerySet(type(parcel)).unclaimed(timezone.now())


def test_each_rest_is_twice_the_last_until_an_hour():
    assert [back_off(tries).total_seconds() for tries in (1, 2, 3, 4)] == [30, 60, 120, 240]
    assert back_off(0) == back_off(1)
    assert back_off(30_000) == LONGEST


def test_who_kills_its_worker_each_time_rests_longer_and_longer_until_an_hour():
    rests = [rest_after_death(tries).total_seconds() for tries in (0, 1, 2, 3, 4)]

    assert rests == [0, 0, 5, 10, 20]
    assert rest_after_death(30_000) == LONGEST
