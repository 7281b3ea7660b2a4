"""A host falls silent: another one does its work, and it must not come back to it."""

from datetime import timedelta

import pytest

from accounts.models import SmsMessage
from messaging import delivery
from messaging.gateways import Receipt
from tests.work.parcels import deliver
from tests.worker import queued
from work import recovery, sweeps
from work.hosts import BLIND_AFTER, LOST_AFTER, HostWatch
from work.leases import NOT_RETURNED
from work.models import Host

LEASE = timedelta(minutes=2)
OTHER = "a" * 16


@pytest.fixture
def claimed(parcel, monkeypatch):
    """The parcel as a process of the other host has it."""
    monkeypatch.setattr(sweeps, "_registered", {})
    sweeps.register_sweep(type(parcel).objects.all, deliver, "parcels")
    Host.objects.create(name=OTHER, beats=7)
    claimed = type(parcel).objects.claim(parcel.pk, LEASE)
    claimed.held().update(claimed_by=f"{OTHER}:12:34")
    return claimed


def look_for(watch: HostWatch, seconds: float, *, begin: float = 0.0) -> float:
    """Look every two seconds; the moment of the last look."""
    moment = begin
    while moment <= begin + seconds:
        watch.look(moment)
        moment += 2
    return moment - 2


def test_what_a_silent_host_held_is_done_elsewhere_soon(claimed):
    watch = HostWatch("b" * 16)
    last = look_for(watch, LOST_AFTER - 1)
    assert not queued()
    watch.look(last + 2)

    assert queued() == [("tests.work.parcels.deliver", (claimed.pk,))]
    assert list(Host.objects.values_list("name", flat=True)) == ["b" * 16]
    # It wakes up: nothing of it is its own, nor written over by it.
    taken = type(claimed).objects.claim(claimed.pk, LEASE)
    assert taken
    assert not claimed.renew(LEASE)
    claimed.release(after=LEASE, reason="came back")
    assert type(claimed).objects.get().last_error == NOT_RETURNED
    assert taken.finish(receipt="here")
    assert not claimed.finish(receipt="there")
    HostWatch(OTHER).look(0)
    assert Host.objects.count() == 2


def test_what_has_cost_two_processes_rests_before_it_is_done_again(claimed, monkeypatch):
    monkeypatch.setattr(recovery, "send_lost_work", lambda: rests.pop(0))
    rests, watch = [3.0, None], HostWatch("b" * 16)
    last = look_for(watch, LOST_AFTER)
    assert rests == [None]
    look_for(watch, 4, begin=last + 2)
    assert not rests


def test_who_counts_on_is_left_alone_also_by_a_host_that_was_frozen(claimed):
    watch = HostWatch("b" * 16)
    last = look_for(watch, LOST_AFTER - 2)
    # Frozen itself, and nobody could count meanwhile: the database was away.
    last = look_for(watch, LOST_AFTER - 1, begin=last + BLIND_AFTER + LOST_AFTER)
    assert not queued()
    Host.objects.filter(name=OTHER).update(beats=8)
    look_for(watch, LOST_AFTER - 1, begin=last + 2)
    assert not queued()
    assert claimed.renew(LEASE)


def test_who_ends_in_order_is_not_missed(claimed):
    HostWatch(OTHER).leave()
    look_for(HostWatch("b" * 16), 3 * LOST_AFTER)
    assert not queued()
    assert claimed.renew(LEASE)


def test_a_message_that_was_taken_over_is_handed_over_by_one(db, monkeypatch):
    message = SmsMessage.objects.create(key="step", recipient="09130000001", text="سلام")
    sent = []

    class Gateway:
        outside, tells_fates = "", False

        def send(self, recipient, text, *, local_id, code=""):
            sent.append(local_id)
            return Receipt("1")

    monkeypatch.setattr(delivery, "get_gateway", Gateway)
    # Between its claim and the gateway it stands still, and another host has done it.
    monkeypatch.setattr(delivery, "_require_in_time", lambda ours: take_over(ours.pk))

    def take_over(pk):
        if not sent:
            rows = SmsMessage.objects.filter(pk=pk)
            rows.get().release_dead()
            rows.update(claimed_until=None)
            sent.append("elsewhere")

    delivery.deliver_sms(message.pk)

    assert sent == ["elsewhere"]
    assert SmsMessage.objects.get().state == SmsMessage.State.QUEUED
