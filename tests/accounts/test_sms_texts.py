"""The office puts its own words in the place of the portal's, and cannot break a message with them."""

from types import SimpleNamespace

import pytest
from django.conf import settings as portal
from django.core.exceptions import ValidationError

from accounts.models import MessageText, SmsMessage
from messaging import texts
from messaging.outbox import send_sms
from messaging.texts import say_message
from work.models import AuditEntry

MARYAM = "09130000001"
CODE = "accounts/sign_in_code"
FOLDER = portal.BASE_DIR / "templates" / "messages"
KEYS = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.txt"))
pytestmark = pytest.mark.django_db


@pytest.fixture
def code():
    return texts.message_about(CODE)


def test_the_contents_name_every_file_and_nothing_else():
    assert sorted(texts.read_contents()) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_the_words_of_a_file_could_be_written_by_the_office(key):
    message = texts.message_about(key)

    assert texts.clean_body(message, message.default) == message.default
    assert "{" not in message.sample_of(message.default)


def test_the_offices_words_are_said_from_then_on(code, manager):
    texts.change_text(code, "میز خدمت\nکد: {کد}، {دقیقه} دقیقه", by=manager)

    send_sms("code:1", MARYAM, CODE, {"code": "123456", "minutes": 2})

    assert SmsMessage.objects.get().text == "میز خدمت\nکد: 123456، ۲ دقیقه"
    entry = AuditEntry.objects.get(action="change_text")
    assert (entry.actor_id, entry.subject) == (manager.pk, f"accounts.messagetext:{CODE}")
    assert entry.facts["before"] == code.default


def test_values_of_an_object_are_said_as_in_the_file(manager):
    case = SimpleNamespace(title="انشعاب {برق} <b>", tracking_code="140512345678", due_at=None)
    texts.change_text(
        texts.message_about("submissions/submitted"),
        "«{عنوان خدمت}» ثبت شد؛ {کد رهگیری}",
        by=manager,
    )

    words = say_message("submissions/submitted", {"submission": case})

    assert words == "«انشعاب {برق} <b>» ثبت شد؛ 140512345678"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "لطفاً متن"),
        ("   \r\n ", "لطفاً متن"),
        ("کد: {کد} برای {نام}", "«{نام}» در این پیام قابل استفاده نیست"),
        ("کد: {{ code }}", "قابل استفاده نیست"),
        ("{% load static %}{کد}", "قابل استفاده نیست"),
        ("{کد} {", "آکولاد"),
        ("{کد}} ", "آکولاد"),
        ("کد شما آماده است", "بدون «{کد}»"),
        ("{کد} https://example.ir", "نشانی اینترنتی"),
        ("{کد} www.example.ir", "نشانی اینترنتی"),
        ("{کد}" + "ا" * 500, "بخش"),
    ],
)
def test_words_that_would_break_a_message_are_refused(code, manager, body, words):
    with pytest.raises(ValidationError, match=words):
        texts.change_text(code, body, by=manager)

    assert not MessageText.objects.exists()
    assert not AuditEntry.objects.exists()


def test_template_tags_in_the_table_are_only_letters(code):
    MessageText.objects.create(key=CODE, body="{کد} {% now 'Y' %}")

    assert say_message(CODE, {"code": "1", "minutes": 2}).startswith("کد ورود شما")


def test_arabic_letters_become_persian_and_lines_stay(code, manager):
    texts.change_text(code, "كد يكبارمصرف:\r\n{کد}", by=manager)

    assert MessageText.objects.get().body == "کد یکبارمصرف:\n{کد}"


def test_going_back_to_the_file_takes_the_row_away(code, manager):
    texts.change_text(code, "{کد}", by=manager)
    texts.change_text(code, code.default, by=manager)

    assert not MessageText.objects.exists()
    assert say_message(CODE, {"code": "77", "minutes": 2}) == code.default.format(
        کد="77", دقیقه="۲"
    )


def test_codes_and_passwords_are_shown_to_nobody():
    sms = SmsMessage(key=CODE, text="کد ورود شما: 123456")
    old = SmsMessage(key="", text="کد ورود شما: 123456")

    assert "123456" not in texts.shown_to_staff(sms)
    assert "{کد}" in texts.shown_to_staff(sms)
    assert texts.shown_to_staff(old) == "…"
