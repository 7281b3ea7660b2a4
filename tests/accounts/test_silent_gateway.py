"""A gateway that does not answer: codes are tried, other messages wait, the staff read why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now
from django_q.models import OrmQ

from accounts.models import SmsMessage
from messaging import delivery, gateways, outbox
from messaging.gateways import OutboxGateway
from messaging.outbox import send_sms
from persian.jalali import format_jalali_datetime
from tests.worker import queued
from work import breakers
from work.models import Gateway
from work.sweeps import sweep

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-22 10:00")]

MARYAM = "09130000001"
CODE = ("accounts/sign_in_code", {"code": "123456", "minutes": 2})
PIGEONS = "pigeons"


class PigeonGateway(OutboxGateway):
    """Asks somebody outside the house, and keeps what it was given."""

    outside = PIGEONS
    sent: list[str]

    def send(self, recipient, text, *, local_id, code=""):
        self.sent.append(text)
        return super().send(recipient, text, local_id=local_id, code=code)


@pytest.fixture
def pigeons(monkeypatch):
    """Three of them did not come back."""
    monkeypatch.setattr(PigeonGateway, "sent", [], raising=False)
    monkeypatch.setitem(gateways._GATEWAYS, "outbox", f"{__name__}.PigeonGateway")
    for _ in range(breakers.MOST_FAILURES):
        breakers.record_failure(PIGEONS, "Timeout")
    return PigeonGateway.sent


@pytest.fixture
def told(pigeons):
    """A message that can wait."""
    return SmsMessage.objects.create(event="step:1", key="submissions/returned", recipient=MARYAM)


def test_a_message_is_given_back_at_once_and_not_counted_as_tried(told, pigeons):
    delivery.deliver_sms(told.pk)

    row = SmsMessage.objects.get()
    assert (row.state, row.tries, row.claimed_until) == ("queued", 0, None)
    assert row.not_before == now() + breakers.REST
    assert row.last_error == delivery.SILENT
    assert not pigeons


def test_a_code_is_tried_all_the_same_whichever_task_carries_it(pigeons):
    first, second = (send_sms(f"code:{n}", MARYAM, *CODE) for n in range(2))

    delivery.deliver_code(first.pk)
    delivery.deliver_sms(second.pk)

    assert len(pigeons) == 2
    assert SmsMessage.objects.filter(state="sent").count() == 2


def test_after_the_rest_one_message_tries_and_the_sweep_sends_no_others(told, pigeons, clock):
    others = [SmsMessage(event=f"step:{n}", key="x", recipient=MARYAM) for n in range(2, 9)]
    SmsMessage.objects.bulk_create(others)
    SmsMessage.objects.update(queued_at=now() - timedelta(hours=1))
    assert sweep()["sms"] == 0

    clock.shift(breakers.REST)
    assert sweep()["sms"] == 1
    breakers.record_answer(PIGEONS, 0.2)
    assert sweep()["sms"] == 7


def test_nobody_asks_meanwhile_what_became_of_messages(pigeons, monkeypatch):
    monkeypatch.setattr(SmsMessage.objects, "to_follow", lambda: pytest.fail("asked"))

    delivery.follow_deliveries()


def turn_is_free():
    return breakers.room_for(PIGEONS) == 1


def test_a_turn_is_kept_for_whoever_has_something_to_ask(told, pigeons, clock, settings):
    clock.shift(breakers.REST)
    late = SmsMessage.objects.create(
        event="step:2", key="x", recipient=MARYAM, good_until=now() - timedelta(minutes=1)
    )

    delivery.follow_deliveries()  # of no message is anything to be asked
    delivery.deliver_sms(late.pk)
    delivery.deliver_sms(late.pk)  # a second task of the same row
    settings.SMS_TRIAL = True
    delivery.deliver_sms(told.pk)  # to nobody, while the portal is on trial
    assert SmsMessage.objects.get(pk=late.pk).state == "failed"
    assert turn_is_free()


def test_the_turn_is_taken_by_one_of_many_that_saw_it(pigeons, clock, monkeypatch):
    clock.shift(breakers.REST)
    for number in range(3):
        SmsMessage.objects.create(event=f"step:{number}", key="x", recipient=MARYAM, text="پیام")

    for pk in SmsMessage.objects.values_list("pk", flat=True):
        with monkeypatch.context() as patch:
            patch.setattr(breakers, "resting_until", lambda name: None)
            delivery.deliver_sms(pk)
    assert len(pigeons) == 1
    waiting = SmsMessage.objects.filter(state="queued")
    assert set(waiting.values_list("tries", "claimed_until", "not_before", "last_error")) == {
        (0, None, now() + breakers.REST, delivery.SILENT)
    }


def test_codes_lie_in_a_queue_of_their_own_also_when_they_are_sent_again(manager, pigeons):
    code = send_sms("code:1", MARYAM, *CODE)
    code.record_failed("418", by_hand=True)
    outbox.retry_message(code.pk, by=manager)

    assert [name.rpartition(".")[2] for name, _ in queued()] == ["deliver_code"] * 2
    assert set(OrmQ.objects.values_list("key", flat=True)) == {"codes"}


def test_the_staff_read_since_when_it_is_silent(client, signed_in, manager, pigeons, clock):
    since = Gateway.objects.get().silent_since
    at_desk = signed_in(client, manager)
    assert f"از {format_jalali_datetime(since)} پاسخ نمی‌دهد" in page_of(at_desk)

    breakers.record_answer(PIGEONS, 0.2)
    assert "پاسخ نمی‌دهد" not in page_of(at_desk)


def page_of(browser):
    return browser.get("/admin/accounts/smsmessage/").content.decode()


def test_whoever_waits_for_a_code_reads_that_messages_are_late(client, pigeons):
    page = client.post("/accounts/login/", {"mobile": MARYAM}, follow=True).content.decode()
    assert "ارسال پیامک با تأخیر انجام می‌شود" in page
    assert "پیامک شد" not in page

    breakers.record_answer(PIGEONS, 0.2)
    assert "پیامک شد" in client.get("/accounts/login/code/confirm/").content.decode()
