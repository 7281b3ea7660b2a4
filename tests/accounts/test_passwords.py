"""A user name and a password come by SMS, work once, and make way for one's own."""

import re

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import OneTimePassword, SmsMessage, User
from persian.digits import to_persian
from signin.passwords import RULE, issue_credentials

from .conftest import CODE, SIGN_IN

BY_PASSWORD = "/accounts/login/password/"
NEW = "/accounts/password/new/"
MARYAM = "09130000001"
GOOD = "Behtar-az-9"


def sent_to(mobile):
    """The user name and the password of the newest message to a number."""
    text = SmsMessage.objects.filter(recipient=mobile).latest("pk").text
    name = re.search(r"میز خدمت: (\S+)", text)[1]
    return name, text.splitlines()[2]


@pytest.fixture
def issued(maryam):
    User.objects.update(username="applicant-09130000001")
    issue_credentials(maryam)
    return sent_to(MARYAM)


def come_in(browser, name, password, **more):
    return browser.post(BY_PASSWORD, {"username": name, "password": password, **more})


def is_in(browser):
    return "_auth_user_id" in browser.session


def test_the_message_holds_name_and_password_and_no_link(issued):
    name, password = issued

    assert name == MARYAM
    assert re.fullmatch(r"[a-zA-Z2-9]{10}", password)
    assert "http" not in SmsMessage.objects.get().text
    assert OneTimePassword.objects.get().digest != password
    assert User.objects.get().username == MARYAM


def test_the_road_of_the_guide_from_the_message_to_the_sign_in_page(browser, issued):
    name, password = issued
    assert come_in(browser, name, password).url == NEW
    assert not is_in(browser)
    page = browser.get(NEW).content.decode()
    assert all(part.words in page for part in RULE)

    changed = browser.post(NEW, {"password": GOOD}, follow=True)

    said = changed.content.decode()
    assert changed.redirect_chain == [(BY_PASSWORD, 302)]
    assert "گذرواژه تغییر یافت" in said
    # The way that was just prepared comes first, with the name in its place, once.
    assert said.index("way-password") < said.index("way-dolat")
    assert f'value="{name}"' in said
    assert f'value="{name}"' not in browser.get(BY_PASSWORD).content.decode()
    assert not is_in(browser)
    assert come_in(browser, name, GOOD, next="/cartable/").url == "/cartable/"
    assert is_in(browser)
    assert User.objects.get().mobile_verified


@pytest.mark.parametrize("spelled", ["۰۹۱۳۰۰۰۰۰۰۱", "+98 913 000 0001", " 09130000001 "])
def test_the_name_may_be_spelled_as_a_number_is(browser, issued, spelled):
    assert come_in(browser, spelled, issued[1]).url == NEW


def test_a_password_typed_in_persian_digits_is_understood(browser, issued):
    assert come_in(browser, issued[0], to_persian(issued[1])).url == NEW


@pytest.mark.parametrize(
    ("weak", "told"),
    [
        ("behtar-az-9", "حرف بزرگ انگلیسی"),
        ("BEHTAR-AZ-9", "حرف کوچک انگلیسی"),
        ("Behtar-az-", "عدد"),
        ("Behtaraz9", "کاراکتر خاص"),
        ("Be-9a", "حداقل ۸ کاراکتر"),
        ("گذرواژه۱۲۳A!", "صفحه‌کلید انگلیسی"),
        ("Behtar-۹az", "صفحه‌کلید انگلیسی"),
    ],
)
def test_each_part_of_the_rule_is_told_when_it_is_missing(browser, issued, weak, told):
    come_in(browser, *issued)

    page = browser.post(NEW, {"password": weak})

    assert told in page.context["form"].errors["password"][0]
    assert OneTimePassword.objects.live().count() == 1


def test_a_screen_reader_hears_the_rule_and_what_is_missing_at_the_field(browser, issued):
    come_in(browser, *issued)

    page = browser.post(NEW, {"password": "behtar"}).content.decode()

    (field,) = re.findall(r'<input type="password"[^>]*>', page)
    (described,) = re.findall(r'aria-describedby="([^"]*)"', field)
    assert described.split() == ["id_password_helptext", "id_password_error"]
    assert (
        "حرف بزرگ انگلیسی" in page.partition('id="id_password_helptext"')[2].partition("</ul>")[0]
    )


def test_the_password_of_the_message_cannot_be_kept(browser, issued):
    """It holds no special character, so that it is typed easily and never satisfies the rule."""
    come_in(browser, *issued)

    assert browser.post(NEW, {"password": issued[1]}).context["form"].errors["password"]
    assert OneTimePassword.objects.live().count() == 1


@pytest.mark.at("2026-11-22 10:00")
def test_it_is_dead_after_a_day(browser, maryam, clock):
    issue_credentials(maryam)
    name, password = sent_to(MARYAM)
    clock.shift(24 * 3600 + 1)

    page = come_in(browser, name, password)

    assert "صحیح نیست" in page.context["form"].errors["password"][0]


def test_it_works_beside_the_old_one_until_it_is_used(browser, maryam):
    maryam.set_password(GOOD)
    maryam.save()
    issue_credentials(maryam)
    name, password = sent_to(MARYAM)

    assert come_in(Client(), name, GOOD).url == "/desk/"
    assert come_in(browser, name, password).url == NEW
    assert come_in(Client(), name, GOOD).url == "/desk/"
    browser.post(NEW, {"password": "Taze-tar-az-7"})

    assert come_in(Client(), name, GOOD).status_code == 200
    assert come_in(Client(), name, "Taze-tar-az-7").url == "/desk/"


def test_it_outlives_a_change_of_the_key(browser, issued, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new one" * 5

    assert come_in(browser, *issued).url == NEW


def test_it_works_once_also_in_two_windows(issued):
    one, other = Client(), Client()
    come_in(one, *issued)
    come_in(other, *issued)
    one.post(NEW, {"password": GOOD})

    late = other.post(NEW, {"password": "Digari-5-ast"}, follow=True)

    assert "پایان یافته" in late.content.decode()
    assert come_in(Client(), issued[0], "Digari-5-ast").status_code == 200
    assert come_in(Client(), *issued).status_code == 200
    assert come_in(Client(), issued[0], GOOD).url == "/desk/"


def test_a_newer_one_ends_the_one_before(issued, maryam):
    issue_credentials(maryam)

    assert come_in(Client(), *issued).status_code == 200
    assert come_in(Client(), *sent_to(MARYAM)).url == NEW


def test_who_turns_back_may_use_it_again(browser, issued):
    come_in(browser, *issued)
    browser.post("/accounts/logout/", {"next": SIGN_IN})
    assert browser.get(NEW).url == SIGN_IN

    assert come_in(browser, *issued).url == NEW


def test_it_opens_nothing_else(browser, issued):
    come_in(browser, *issued)

    assert "/accounts/login/" in browser.get("/cartable/").url
    assert browser.get(SIGN_IN).url == NEW


def test_names_that_nobody_has_and_wrong_passwords_are_told_alike(browser, issued):
    unknown = come_in(browser, "09120000009", "x").context["form"].errors
    wrong = come_in(browser, issued[0], "x").context["form"].errors

    assert unknown == wrong


def test_an_account_without_a_password_cannot_be_entered_by_an_empty_one(browser, maryam):
    assert come_in(browser, "maryam", "!").status_code == 200
    assert not is_in(browser)


def test_ten_tries_a_minute_from_one_address_shut_out_nobody_elsewhere(browser, issued):
    for _ in range(10):
        come_in(browser, issued[0], "wrong")

    refused = come_in(browser, *issued)
    assert "بیش از حد" in refused.context["form"].non_field_errors()[0]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert come_in(elsewhere, *issued).url == NEW


def test_another_spelling_of_the_name_brings_no_new_tries(browser, issued):
    for spelled in (
        "09130000001",
        "+98 913 000 0001",
        "۰۹۱۳۰۰۰۰۰۰۱",
        "0913-000-0001",
        "9130000001",
    ):
        come_in(browser, spelled, "wrong")
        come_in(browser, spelled, "wrong")

    refused = come_in(browser, *issued)
    assert "بیش از حد" in refused.context["form"].non_field_errors()[0]


def test_staff_are_led_to_their_own_door(browser, maryam):
    User.objects.create_superuser("reza", password=GOOD)

    assert come_in(browser, "reza", GOOD).url == "/admin/login/"
    assert not is_in(browser)


def test_the_same_decision_taken_back_sends_nothing(maryam):
    with pytest.raises(RuntimeError), transaction.atomic():
        issue_credentials(maryam)
        raise RuntimeError
    assert not SmsMessage.objects.exists()
    assert not OneTimePassword.objects.exists()


def test_a_name_that_an_earlier_holder_of_the_number_keeps_is_told_apart(maryam):
    User.objects.filter(pk=maryam.pk).update(username="applicant-x")
    User.objects.create_user(MARYAM)

    issue_credentials(maryam)

    assert sent_to(MARYAM)[0] == f"{MARYAM}-2"


def test_whoever_has_no_number_gets_nothing(db):
    assert issue_credentials(User.objects.create_user("without")) is None


@pytest.mark.parametrize("silent_days", [179, 181])
@pytest.mark.at("2026-11-22 10:00")
def test_after_180_silent_days_the_code_also_asks_for_the_id(
    browser, maryam, last_code, silent_days, clock
):
    party = maryam.parties[0]
    browser.post(SIGN_IN, {"mobile": MARYAM})
    browser.post(CODE, {"code": last_code(MARYAM)})
    party.national_id, party.verified_at = "9990000018", party.created_at
    party.save()
    browser.post("/accounts/logout/")
    clock.shift(silent_days * 24 * 3600)
    browser.post(SIGN_IN, {"mobile": MARYAM})

    came = browser.post(CODE, {"code": last_code(MARYAM)})

    assert (came.url == "/accounts/id/") == (silent_days > 180)
    if silent_days > 180:
        assert not is_in(browser)
        wrong = browser.post("/accounts/id/", {"national_id": "9990000026"})
        assert "یکسان نیست" in wrong.context["form"].errors["national_id"][0]
        came = browser.post("/accounts/id/", {"national_id": "۹۹۹۰۰۰۰۰۱۸"})
        assert came.url == "/desk/"
    assert is_in(browser)


@pytest.fixture
def mismatched(maryam):
    """The register says that Maryam's number belongs to somebody else."""
    party = maryam.parties[0]
    party.national_id, party.verified_at = "9990000018", party.created_at
    party.save()
    User.objects.filter(pk=maryam.pk).update(must_prove_id=True)
    return maryam


def test_a_mismatch_asks_for_the_id_once(browser, mismatched, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    assert browser.post(CODE, {"code": last_code(MARYAM)}).url == "/accounts/id/"

    browser.post("/accounts/id/", {"national_id": "9990000018"})

    assert is_in(browser)
    assert not User.objects.get(pk=mismatched.pk).must_prove_id


def test_a_password_that_was_sent_asks_for_the_id_too_and_an_own_one_does_not(browser, mismatched):
    issue_credentials(mismatched)
    assert come_in(browser, *sent_to(MARYAM)).url == "/accounts/id/"

    mismatched.set_password(GOOD)
    mismatched.save(update_fields=["password"])
    assert come_in(Client(), "maryam", GOOD).url == "/desk/"


def test_ids_cannot_be_tried_without_end(browser, mismatched, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    browser.post(CODE, {"code": last_code(MARYAM)})
    for _ in range(5):
        browser.post("/accounts/id/", {"national_id": "9990000026"})

    page = browser.post("/accounts/id/", {"national_id": "9990000018"})

    assert "بیش از حد" in page.context["form"].errors["national_id"][0]
    assert not is_in(browser)
