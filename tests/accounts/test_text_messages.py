"""Something is told once, and sent once, whatever is repeated."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import now
from django_q.models import OrmQ

from accounts.models import Notice, SmsMessage, User
from messaging import checks, delivery, gateways
from messaging.gateways import PermanentFailure, Receipt, TemporaryFailure
from messaging.outbox import send_sms, tell_users
from work.sweeps import sweep

MARYAM = "09130000001"
CODE = ("accounts/sign_in_code", {"code": "123456", "minutes": 2})
transactional = pytest.mark.django_db(transaction=True)


class Phone:
    """A gateway that keeps what it was given, or fails as it was told to."""

    def __init__(self):
        self.sent, self.failure, self.known = [], None, None

    tells_fates = False
    outside = ""

    def send(self, recipient, text, *, local_id, code=""):
        if self.failure:
            raise self.failure
        self.sent.append((recipient, text, local_id))
        return Receipt("ref-1")

    def receipt_of(self, local_id, *, code=""):
        return self.known


@pytest.fixture
def phone(monkeypatch):
    phone = Phone()
    monkeypatch.setattr(delivery, "get_gateway", lambda: phone)
    return phone


@pytest.fixture
def message(transactional_db):
    return send_sms("step:1", MARYAM, *CODE)


def test_the_same_event_is_written_and_queued_once(db):
    first = send_sms("step:1", MARYAM, *CODE)
    second = send_sms("step:1", MARYAM, "accounts/sign_in_code", {"code": "other"})

    assert first == second
    assert SmsMessage.objects.get().text.startswith("کد ورود شما به میز خدمت: 123456")
    assert OrmQ.objects.count() == 1


def test_whoever_has_no_number_gets_no_message(db):
    assert send_sms("step:1", "", *CODE) is None
    assert not SmsMessage.objects.exists()


def test_names_reach_the_phone_as_they_are_written(db):
    message = send_sms("step:1", MARYAM, "accounts/sign_in_code", {"code": "<&'\">"})

    assert "<&'\">" in message.text


@transactional
def test_a_delivery_that_runs_twice_sends_once(message, phone):
    delivery.deliver_sms(message.pk)
    delivery.deliver_sms(message.pk)

    assert [(to, name) for to, _, name in phone.sent] == [(MARYAM, message.local_id)]
    message = SmsMessage.objects.get()
    assert (message.state, message.reference, message.claimed_until) == ("sent", "ref-1", None)


@transactional
def test_a_gateway_that_rests_is_tried_again_later(message, phone):
    phone.failure = TemporaryFailure("busy")
    delivery.deliver_sms(message.pk)
    message = SmsMessage.objects.get()
    assert (message.state, message.tries, message.last_error) == ("queued", 1, "busy")
    assert message.not_before > now()

    phone.failure = None
    delivery.deliver_sms(message.pk)
    assert not phone.sent  # not before its time
    SmsMessage.objects.update(not_before=now() - timedelta(seconds=1))
    delivery.deliver_sms(message.pk)
    assert len(phone.sent) == 1


@transactional
def test_patience_ends_after_ten_tries(message, phone):
    phone.failure = TemporaryFailure("busy")
    SmsMessage.objects.update(tries=9)

    delivery.deliver_sms(message.pk)

    assert SmsMessage.objects.get().state == SmsMessage.State.FAILED


@transactional
def test_a_message_that_is_refused_for_good_is_not_tried_again(message, phone):
    phone.failure = PermanentFailure("no such number")
    delivery.deliver_sms(message.pk)
    phone.failure = None
    delivery.deliver_sms(message.pk)

    message = SmsMessage.objects.get()
    assert (message.state, message.last_error) == ("failed", "no such number")
    assert not phone.sent


@transactional
def test_a_killed_worker_asks_the_gateway_before_it_sends_again(message, phone):
    phone.failure = SystemExit()
    with pytest.raises(SystemExit):
        delivery.deliver_sms(message.pk)
    SmsMessage.objects.update(claimed_until=now() - timedelta(seconds=1), not_before=None)
    phone.failure, phone.known = None, Receipt("ref-of-the-first-try")

    delivery.deliver_sms(message.pk)

    assert not phone.sent
    assert SmsMessage.objects.get().reference == "ref-of-the-first-try"


@transactional
def test_a_code_that_has_run_out_is_not_sent_any_more(phone, transactional_db):
    message = send_sms("sign-in-code:1", MARYAM, *CODE, good_for=timedelta(minutes=2))
    SmsMessage.objects.update(good_until=now() - timedelta(seconds=1))

    delivery.deliver_sms(message.pk)

    assert not phone.sent
    assert SmsMessage.objects.get().state == SmsMessage.State.FAILED


@transactional
def test_a_lost_task_is_found_by_the_sweep(message):
    OrmQ.objects.all().delete()
    SmsMessage.objects.update(queued_at=now() - timedelta(minutes=5))

    assert sweep()["codes"] == 1
    assert OrmQ.objects.count() == 1


@transactional
def test_whoever_was_only_refused_is_not_asked_about(message, phone):
    phone.failure = TemporaryFailure("busy")
    delivery.deliver_sms(message.pk)
    SmsMessage.objects.update(not_before=None)
    phone.failure, phone.known = None, Receipt("of another message")

    delivery.deliver_sms(message.pk)

    assert SmsMessage.objects.get().reference == "ref-1"


# --- On trial --------------------------------------------------------------------


def test_on_trial_only_guests_are_texted(db, settings):
    settings.SMS_TRIAL, settings.SMS_GUESTS = True, ["+98 913 000 0001"]

    guest, other = send_sms("step:1", MARYAM, *CODE), send_sms("step:1", "09130000009", *CODE)

    assert (guest.state, other.state) == ("queued", "held")
    assert OrmQ.objects.count() == 1


@transactional
def test_what_was_queued_before_the_trial_began_is_kept_back(message, phone, settings):
    settings.SMS_TRIAL, settings.SMS_GUESTS = True, []

    delivery.deliver_sms(message.pk)

    assert SmsMessage.objects.get().state == "held"
    assert not phone.sent


@transactional
def test_what_was_held_stays_so_after_the_trial(phone, settings, transactional_db):
    settings.SMS_TRIAL, settings.SMS_GUESTS = True, []
    message = send_sms("step:1", MARYAM, *CODE)
    SmsMessage.objects.update(queued_at=now() - timedelta(minutes=5))
    settings.SMS_TRIAL = False

    assert sweep()["codes"] == 0
    delivery.deliver_sms(message.pk)

    assert not phone.sent


def test_a_guest_without_a_number_is_an_error(settings):
    settings.SMS_GUESTS = ["09130000001", "the boss"]

    assert [error.id for error in checks.sms_settings()] == ["accounts.E002"]


def test_people_are_told_in_the_portal_and_on_the_phone_once(maryam):
    clerk = User.objects.create_user("clerk")

    for _ in range(2):
        tell_users("step:7", [maryam, clerk, maryam], *CODE, url="/cartable/123456789012/")

    assert set(Notice.objects.values_list("recipient__username", "url")) == {
        ("maryam", "/cartable/123456789012/"),
        ("clerk", "/cartable/123456789012/"),
    }
    assert Notice.objects.count() == 2
    assert SmsMessage.objects.get().recipient == MARYAM


def test_a_gateway_that_nobody_knows_stops_the_start(settings):
    settings.SMS_GATEWAY = "pigeon"

    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        gateways.get_gateway()


def test_outside_development_the_outbox_is_warned_of(settings):
    settings.SMS_GATEWAY = "outbox"
    assert checks.sms_gateway() == []

    settings.DEVELOPMENT = False

    assert [warning.id for warning in checks.sms_gateway()] == ["accounts.W001"]


def test_the_outbox_shows_the_newest_message_first(client, db):
    for number in range(52):
        send_sms(f"step:{number}", MARYAM, "accounts/sign_in_code", {"code": f"code-{number:02}"})

    page = client.get("/dev/sms/").content.decode()

    assert page.index("code-51") < page.index("code-50")
    assert "code-02" in page
    assert "code-01" not in page


def test_the_outbox_is_closed_outside_development(client, db, settings):
    settings.DEVELOPMENT = False

    assert client.get("/dev/sms/").status_code == 404
