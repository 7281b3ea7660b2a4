"""The staff see which messages failed, send them again, and write the words of all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import now
from django_q.models import OrmQ

from accounts.models import MessageText, SmsMessage
from messaging.outbox import send_sms
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
SMS, TEXTS = "/admin/accounts/smsmessage/", "/admin/accounts/messagetext/"
CODE = "accounts/sign_in_code"
TEXT = f"{TEXTS}{CODE}/"
PLAIN = "کد ورود شما به میز خدمت"


@pytest.fixture
def failed():
    message = send_sms("code:1", "09130000001", CODE, {"code": "123456", "minutes": 2})
    message.record_failed("اعتبار حساب درگاه کافی نیست (418)", by_hand=True)
    OrmQ.objects.all().delete()
    return SmsMessage.objects.get()


@pytest.fixture
def at_desk(client, signed_in, manager):
    """The browser of a manager."""
    return signed_in(client, manager)


def row(message, what="inspect"):
    return f"{SMS}{what}/{message.pk}/"


def test_what_failed_comes_first_and_says_why(at_desk, failed, django_assert_max_num_queries):
    fine = send_sms("code:2", "09130000002", CODE, {"code": "654321", "minutes": 2})
    fine.record_sent("ref-1")

    with django_assert_max_num_queries(15):
        page = at_desk.get(SMS).content.decode()
    everything = at_desk.get(f"{SMS}?list=all").content.decode()

    assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" in page
    assert "اعتبار حساب درگاه کافی نیست (۴۱۸)" in page
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۲" not in page
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۲" in everything
    for shown in (page, everything, at_desk.get(row(failed)).content.decode()):
        assert "123456" not in shown
        assert "۱۲۳۴۵۶" not in shown


def test_a_list_shows_one_state(at_desk, failed):
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" in at_desk.get(f"{SMS}?list=failed").content.decode()
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" not in at_desk.get(f"{SMS}?list=sent").content.decode()
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" in at_desk.get(f"{SMS}?list=nonsense").content.decode()


@pytest.mark.parametrize("typed", ["09130000001", "۰۹۱۳ ۰۰۰ ۰۰۰۱", "0913"])
def test_a_message_is_found_by_its_number(at_desk, failed, typed):
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" in at_desk.get(SMS, {"q": typed}).content.decode()
    assert "یافت نشد" in at_desk.get(SMS, {"q": "0912"}).content.decode()
    assert at_desk.get(SMS, {"q": "'; drop"}).status_code == 200


def test_the_first_page_counts_what_did_not_arrive(at_desk, failed):
    page = at_desk.get("/admin/").content.decode()

    assert "پیامک تحویل‌نشده در هفت روز" in page
    assert f'href="{SMS}"' in page


def test_a_message_is_sent_again_once(at_desk, failed, manager):
    assert "ارسال دوباره" in at_desk.get(row(failed)).content.decode()

    assert at_desk.post(row(failed, "retry")).status_code == 302
    second = at_desk.post(row(failed, "retry"))

    assert second.status_code == 409
    assert "وضعیت پیامک تغییر کرده است" in second.content.decode()
    message = SmsMessage.objects.get()
    assert (message.state, message.tries, message.retryable) == ("queued", 0, False)
    assert OrmQ.objects.count() == 1
    assert AuditEntry.objects.get(action="retry_sms").actor_id == manager.pk


def test_all_that_can_be_is_sent_again(at_desk, failed):
    late = send_sms("code:2", "09130000002", CODE, {"code": "1"}, good_for=timedelta(minutes=2))
    late.record_failed("418", by_hand=True)
    SmsMessage.objects.filter(pk=late.pk).update(good_until=now() - timedelta(seconds=1))
    wrong = send_sms("code:3", "09130000003", CODE, {"code": "1"})
    wrong.record_failed("411")

    at_desk.post(f"{SMS}retry/")

    states = dict(SmsMessage.objects.values_list("recipient", "state"))
    assert states == {
        "09130000001": "queued", "09130000002": "failed", "09130000003": "failed",
    }  # fmt: skip


def test_what_cannot_be_sent_again_has_no_button(at_desk, failed):
    SmsMessage.objects.update(retryable=False)

    assert "ارسال دوباره" not in at_desk.get(row(failed)).content.decode()
    assert at_desk.post(row(failed, "retry")).status_code == 409


def test_a_superuser_sees_masked_numbers_and_sends_nothing(client, signed_in, admin, failed):
    browser = signed_in(client, admin)

    for address in (SMS, row(failed)):
        page = browser.get(address).content.decode()
        assert "۰۹۱۳ *** ۰۰۰۱" in page
        assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" not in page
        assert "ارسال دوباره" not in page
    assert "یافت نشد" in browser.get(SMS, {"q": "0913000"}).content.decode()
    assert browser.post(row(failed, "retry")).status_code == 403
    browser.post(f"{SMS}retry/")
    assert SmsMessage.objects.get().state == "failed"


@pytest.mark.parametrize("address", [SMS, f"{SMS}results/", "row", TEXTS, TEXT])
def test_nobody_else_of_the_staff_gets_in(client, signed_in, editor, failed, address):
    browser = signed_in(client, editor)
    answer = browser.get(row(failed) if address == "row" else address)

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


def test_the_right_alone_opens_no_message(client, signed_in, editor, failed):
    editor.user_permissions.add(Permission.objects.get(codename="view_smsmessage"))
    browser = signed_in(client, editor)

    assert "۰۹۱۳" not in browser.get(SMS).content.decode()
    assert browser.get(row(failed)).status_code == 404
    assert browser.post(row(failed, "retry")).status_code == 404


def test_applicants_and_strangers_are_led_to_the_sign_in(client, failed):
    for address in (SMS, row(failed), TEXTS, TEXT):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"]


# --- The words --------------------------------------------------------------------


def test_all_messages_are_listed_with_their_words(at_desk, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        page = at_desk.get(TEXTS).content.decode()

    assert PLAIN in page
    assert "درخواست ثبت شد" in page
    assert "متن پیش‌فرض" in page


def test_words_are_looked_at_before_they_hold(at_desk, settings):
    settings.SMS_PRICE_PER_PART = 1450

    page = at_desk.post(TEXT, {"body": "کد شما {کد}", "action": "preview"}).content.decode()

    assert "کد شما 123456" in page
    assert "۱ بخش" in page
    assert "۱۴۵۰ ریال" in page
    assert not MessageText.objects.exists()


def test_words_are_kept_and_given_back(at_desk, manager):
    assert at_desk.post(TEXT, {"body": "کد شما {کد}", "action": "save"}).status_code == 302
    row = MessageText.objects.get()
    assert (row.body, row.changed_by) == ("کد شما {کد}", manager)
    assert "کد شما {کد}" in at_desk.get(TEXTS).content.decode()

    at_desk.post(TEXT, {"action": "restore"})
    assert not MessageText.objects.exists()


def test_an_unknown_placeholder_is_refused_beside_the_field(at_desk):
    answer = at_desk.post(TEXT, {"body": "{کد} برای {نام} <b>", "action": "save"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'id="id_body_error"' in page
    assert "«{نام}» در این پیام قابل استفاده نیست" in page
    assert "{کد} برای {نام} &lt;b&gt;" in page  # what was typed stays
    assert not MessageText.objects.exists()


def test_a_message_that_nobody_knows_has_no_page(at_desk):
    assert at_desk.get(f"{TEXTS}accounts/nothing/").status_code == 404
