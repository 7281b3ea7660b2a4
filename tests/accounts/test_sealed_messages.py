"""A dump of the database tells no code and no password, neither on its way nor afterwards."""

import pytest
from django.db import connection

from accounts.models import SmsMessage
from messaging import delivery
from messaging.outbox import send_sms
from messaging.texts import message_about
from signin.passwords import issue_credentials

from .test_text_messages import CODE, MARYAM, Phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(monkeypatch):
    """The gateway of a service outside; the words of ours stay in the row."""
    phone = Phone()
    phone.outside = "phone"
    monkeypatch.setattr(delivery, "get_gateway", lambda: phone)
    return phone


def dumped():
    """All columns of all messages as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_smsmessage")
        return str(cursor.fetchall())


def test_a_code_is_encrypted_until_it_is_handed_over_and_gone_afterwards(phone):
    message = send_sms("code:1", MARYAM, *CODE)
    assert "123456" not in dumped()
    assert SmsMessage.objects.get().code == "123456"

    delivery.deliver_code(message.pk)

    ((_, words, _),) = phone.sent
    assert "123456" in words
    kept = SmsMessage.objects.get()
    assert (kept.state, kept.code, kept.text) == ("sent", "", message_about(CODE[0]).masked())
    assert "{کد}" in dumped()
    assert "123456" not in dumped()


def test_a_password_that_was_sent_as_well(phone, maryam):
    message = issue_credentials(maryam)
    password = message.text.partition("یک‌بارمصرف:")[2].split()[0]
    assert password not in dumped()
    delivery.deliver_code(message.pk)
    assert password in phone.sent[0][1]
    assert password not in dumped()


def test_other_words_stay_as_they_were_said(phone):
    message = send_sms("step:1", MARYAM, "submissions/agency_ended", {"party": "x"})
    assert message.text in dumped()
    delivery.deliver_sms(message.pk)
    assert SmsMessage.objects.get().text == message.text


def test_where_no_service_takes_messages_the_row_is_what_is_read(settings):
    message = send_sms("code:1", MARYAM, *CODE)
    delivery.deliver_code(message.pk)
    kept = SmsMessage.objects.get()
    assert (kept.state, kept.code) == ("sent", "123456")
    assert "123456" in kept.text
    assert "123456" not in dumped()


def test_a_message_of_an_earlier_release_still_goes_out_and_leaves_nothing(phone):
    message = send_sms("code:1", MARYAM, *CODE)
    SmsMessage.objects.update(text="کد ورود: 123456", code="123456")
    assert "123456" in dumped()

    delivery.deliver_code(message.pk)

    assert phone.sent[0][1] == "کد ورود: 123456"
    assert "123456" not in dumped()


def test_under_another_key_it_fails_in_words_and_nothing_empty_is_sent(phone, settings, caplog):
    message = send_sms("code:1", MARYAM, *CODE)
    settings.SECRETS_KEYS = ["another-" + "a" * 40]

    delivery.deliver_code(message.pk)

    assert not phone.sent
    assert "رمزشده" in SmsMessage.objects.get().last_error
    assert "fit none of SECRETS_KEYS" in caplog.text
