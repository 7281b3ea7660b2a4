"""Somebody signs in with the code that came to their phone."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SmsMessage, User
from persian.digits import to_persian
from signin import code_turns, codes, sessions
from web.rate_limits import Limit
from web.security.visitors import network_of

from .conftest import CODE, NEW_USER, SIGN_IN, another, at_once

MARYAM = "09130000001"
UNKNOWN = "09120000009"


def signed_in(browser):
    return "_auth_user_id" in browser.session


def test_a_known_number_gets_a_code_and_comes_to_the_desk(browser, maryam, last_code):
    asked = browser.post(SIGN_IN, {"mobile": MARYAM})
    assert (asked.status_code, asked.url) == (302, CODE)
    assert "۰۹۱۳ ۰۰۰ ۰۰۰۱" in browser.get(CODE).content.decode()

    came = browser.post(CODE, {"code": last_code(MARYAM)})

    assert (came.status_code, came.url) == (302, "/desk/")
    assert browser.session["_auth_user_id"] == str(maryam.pk)


def test_what_is_kept_of_waiting_codes_is_of_no_use_without_our_key(
    browser, maryam, last_code, settings
):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    first = last_code(MARYAM)
    cache.clear()
    browser.post(CODE, {"action": "resend"})
    second = last_code(MARYAM)

    kept = " ".join(str(row.get_decoded()) for row in Session.objects.all())
    assert "login_by_code" in kept
    assert first not in kept
    assert second not in kept

    # Not even who reads what is kept can give it back, and a change of the key loses no code.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "s" * 50
    assert browser.post(CODE, {"code": second}).url == "/desk/"


def test_the_page_scolds_nobody_who_has_only_to_wait(browser, maryam):
    browser.post(SIGN_IN, {"mobile": MARYAM})

    page = browser.get(CODE).content.decode()

    before, folded, rest = page.partition('<details class="panel panel--quiet">')
    below = rest.partition("</details>")[0]
    assert folded
    assert "شماره موبایل را صحیح وارد کنید!" not in before
    for words in (
        "پیامک دریافت نکردید؟",
        "شماره موبایل را صحیح وارد کنید!",
        'href="/accounts/dolat/"',
        "ارسال کد جدید",
    ):
        assert words in below


def test_the_message_holds_the_code_in_latin_digits_and_no_link(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})

    text = SmsMessage.objects.get().text
    assert text.startswith(f"کد ورود شما به میز خدمت: {last_code(MARYAM)}\n")
    assert "۲ دقیقه" in text
    assert "http" not in text


def test_nobody_learns_whether_a_number_is_known(maryam):
    pages = []
    for mobile in (MARYAM, UNKNOWN):
        browser = Client()
        asked = browser.post(SIGN_IN, {"mobile": mobile})
        page = browser.get(asked.url)
        pages.append((asked.status_code, asked.url, page.status_code, page.templates[0].name))

    assert pages[0] == pages[1]
    assert set(SmsMessage.objects.values_list("recipient", flat=True)) == {MARYAM, UNKNOWN}
    stranger = User.objects.get(mobile=UNKNOWN)
    assert not stranger.has_usable_password()
    assert not stranger.mobile_verified


def test_nor_by_the_work_that_it_makes(maryam):
    Client().post(SIGN_IN, {"mobile": "09120000008"})  # the day's own errands are done
    seen = []
    for mobile in (MARYAM, UNKNOWN, "09120000010"):
        with CaptureQueriesContext(connection) as asked:
            Client().post(SIGN_IN, {"mobile": mobile})
        # The cache shortens itself now and then, whoever asks.
        about_people = [q["sql"] for q in asked if "accounts_user" in q["sql"]]
        seen.append(
            [re.sub(r"applicant-\d+|09\d{9}|'[^']*'|\d+", "?", sql) for sql in about_people]
        )

    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) > 2


@pytest.mark.parametrize(
    "typed", ["۰۹۱۳۰۰۰۰۰۰۱", "٠٩١٣٠٠٠٠٠٠١", "0913 000 0001", "+98 913 000 0001", "9130000001"]
)
def test_a_number_may_be_typed_in_any_usual_way(browser, maryam, typed):
    browser.post(SIGN_IN, {"mobile": typed})

    assert SmsMessage.objects.get().recipient == MARYAM
    assert User.objects.count() == 1


@pytest.mark.parametrize("typed", ["0913", "03132647300", "نه صد و سیزده", "۰۹۱۳۰۰۰۰۰۰۱۲"])
def test_a_malformed_number_is_answered_beside_the_field(browser, typed):
    page = browser.post(SIGN_IN, {"mobile": typed})

    assert page.context["form"].errors["mobile"] == ["شماره موبایل را صحیح وارد کنید!"]
    assert typed in page.content.decode()
    assert not SmsMessage.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize("spelled", ["latin", "persian", "arabic", "spaced"])
def test_a_code_may_be_typed_in_any_digits(browser, maryam, last_code, spelled):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    code = last_code(MARYAM)
    typed = {
        "latin": code,
        "persian": to_persian(code),
        "arabic": code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        "spaced": f" {code[:3]} \u200f{code[3:]} ",
    }[spelled]

    browser.post(CODE, {"code": typed})

    assert signed_in(browser)


def test_a_wrong_code_is_answered_with_the_tries_that_are_left(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})

    page = browser.post(CODE, {"code": another(last_code(MARYAM))})

    (words,) = page.context["form"].errors["code"]
    assert "صحیح نیست" in words
    assert "۴ بار" in words
    assert not signed_in(browser)


def test_what_cannot_be_a_code_costs_no_try(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    for typed in ("12", "12345678", "سلام", ""):
        assert browser.post(CODE, {"code": typed}).context["form"].errors["code"]

    page = browser.post(CODE, {"code": another(last_code(MARYAM))})

    assert "۴ بار" in page.context["form"].errors["code"][0]


def test_after_five_wrong_tries_even_the_right_code_is_refused(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    code = last_code(MARYAM)
    for _ in range(5):
        page = browser.post(CODE, {"code": another(code)})
    assert "کد جدید درخواست کنید" in page.context["form"].errors["code"][0]

    page = browser.post(CODE, {"code": code})

    assert "کد جدید درخواست کنید" in page.context["form"].errors["code"][0]
    assert not signed_in(browser)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", range(3))
def test_tries_made_at_the_same_moment_are_all_counted(code):
    waits = at_once(12, lambda: codes.TRIES.take(f"{MARYAM}:{code}"))

    assert len(waits) == 12
    assert 1 <= waits.count(0) <= 5
    assert codes.TRIES.left(f"{MARYAM}:{code}") == 5 - waits.count(0)


@pytest.mark.at("2026-11-22 10:00")
def test_an_expired_code_says_so_and_another_one_can_be_had(browser, maryam, last_code, clock):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    old = last_code(MARYAM)
    clock.shift(121)
    assert "مهلت کد به پایان رسید" in browser.get(CODE).content.decode()

    page = browser.post(CODE, {"code": old})
    assert page.context["form"].errors["code"] == [
        "مهلت این کد به پایان رسیده است. لطفاً کد جدید درخواست کنید."
    ]

    browser.post(CODE, {"action": "resend"})
    clock.shift(100)
    browser.post(CODE, {"code": last_code(MARYAM)})
    assert signed_in(browser)


@pytest.mark.parametrize("asked_again", ["on the page of the code", "with the number"])
@pytest.mark.parametrize(("shift", "is_good"), [(61, True), (125, False)])
@pytest.mark.at("2026-11-22 10:00")
def test_a_new_code_leaves_the_old_one_its_own_time(
    browser, maryam, last_code, asked_again, shift, is_good, clock
):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    old = last_code(MARYAM)
    clock.shift(shift)
    if asked_again == "with the number":
        browser.post(SIGN_IN, {"mobile": MARYAM})
    else:
        browser.post(CODE, {"action": "resend"})
    assert SmsMessage.objects.count() == 2
    new = last_code(MARYAM)
    assert new != old

    browser.post(CODE, {"code": old})
    assert signed_in(browser) == is_good
    if not is_good:
        browser.post(CODE, {"code": new})
        assert signed_in(browser)


@pytest.mark.at("2026-11-22 10:00")
def test_a_new_code_brings_the_old_one_no_new_tries(browser, maryam, last_code, clock):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    old = last_code(MARYAM)
    for _ in range(5):
        browser.post(CODE, {"code": another(old)})
    clock.shift(61)
    browser.post(CODE, {"action": "resend"})

    browser.post(CODE, {"code": old})

    assert not signed_in(browser)
    browser.post(CODE, {"code": last_code(MARYAM)})
    assert signed_in(browser)


def test_a_code_lets_nobody_in_twice(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    code = last_code(MARYAM)
    browser.post(CODE, {"code": code})
    browser.post("/accounts/logout/")

    again = browser.post(CODE, {"code": code})

    assert (again.status_code, again.url) == (302, SIGN_IN)
    assert not signed_in(browser)


def test_a_code_is_good_only_in_the_browser_that_asked(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    elsewhere = Client()
    elsewhere.post(SIGN_IN, {"mobile": UNKNOWN})

    elsewhere.post(CODE, {"code": last_code(MARYAM)})

    assert not signed_in(elsewhere)


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(maryam, last_code):
    planter, victim = Client(), Client()
    planter.post(SIGN_IN, {"mobile": MARYAM})
    victim.cookies["sessionid"] = planter.cookies["sessionid"].value

    victim.post(CODE, {"code": last_code(MARYAM)})

    assert signed_in(victim)
    assert victim.cookies["sessionid"].value != planter.cookies["sessionid"].value
    assert planter.get("/desk/").url.startswith(SIGN_IN)


def test_who_has_a_whole_network_of_addresses_is_still_one_visitor(db):
    for number in range(60):
        line = Client(REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        assert line.post(SIGN_IN, {"mobile": f"091200000{number:02}"}).url == CODE

    next_door = Client(REMOTE_ADDR="2001:db8:1:3::1")
    assert next_door.post(SIGN_IN, {"mobile": "09120000099"}).url == CODE
    refused = Client(REMOTE_ADDR="2001:db8:1:2:ffff::1").post(SIGN_IN, {"mobile": "09120000098"})
    assert "ارسال نمی‌شود" in refused.context["form"].errors["mobile"][0]


@pytest.mark.at("2026-11-22 10:00")
def test_a_number_gets_one_code_a_minute_and_the_wait_is_said(maryam, clock):
    Client().post(SIGN_IN, {"mobile": MARYAM})
    clock.shift(15)

    refused = Client().post(SIGN_IN, {"mobile": MARYAM})
    assert refused.context["form"].errors["mobile"] == [
        "برای این شماره تا ۴۵ ثانیهٔ دیگر کد ارسال نمی‌شود."
    ]
    assert SmsMessage.objects.count() == 1

    clock.shift(45)
    assert Client().post(SIGN_IN, {"mobile": MARYAM}).status_code == 302
    assert SmsMessage.objects.count() == 2


@pytest.mark.at("2026-11-22 10:00")
def test_a_number_gets_five_codes_an_hour(maryam, clock):
    for _ in range(5):
        Client().post(SIGN_IN, {"mobile": MARYAM})
        clock.shift(61)

    refused = Client().post(SIGN_IN, {"mobile": MARYAM})

    assert "۵۵ دقیقه" in refused.context["form"].errors["mobile"][0]
    assert SmsMessage.objects.count() == 5


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one subscriber's own /64
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
    ],
)
def test_limits_count_a_subscriber_not_each_of_their_addresses(rf, first, second, is_one):
    seen = {network_of(rf.get("/", REMOTE_ADDR=address)) for address in (first, second)}

    assert (len(seen) == 1) is is_one


def test_one_network_gets_three_hundred_codes_an_hour(db, rf, monkeypatch):
    monkeypatch.setattr(code_turns, "FROM_ONE_NETWORK", Limit("code-network-hour", 2, 3600))

    waits = [
        code_turns.ask_turn(
            rf.post("/", REMOTE_ADDR=f"192.0.2.{number}"), f"0912000000{number}"
        ).wait
        for number in range(3)
    ]

    assert waits[:2] == [0, 0]
    assert waits[2] > 3500
    elsewhere = rf.post("/", REMOTE_ADDR="192.0.3.1")
    assert code_turns.ask_turn(elsewhere, "09120000009").wait == 0


def test_a_limit_of_the_address_is_not_said_to_be_one_of_the_number(db, monkeypatch):
    monkeypatch.setattr(code_turns, "FROM_ONE_ADDRESS", Limit("code-address", 1, 60))
    assert Client().post(SIGN_IN, {"mobile": "09120000001"}).url == CODE

    refused = Client().post(SIGN_IN, {"mobile": "09120000002"})

    words = refused.context["form"].errors["mobile"][0]
    assert words.startswith("از این اتصال اینترنت تا ")
    assert "این شماره" not in words


@pytest.mark.at("2026-11-22 10:00")
def test_when_the_hour_is_used_up_the_other_ways_in_are_told(browser, maryam, settings, clock):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    assert "گذرواژه" not in browser.get(CODE).content.decode()
    for _ in range(4):
        clock.shift(61)
        Client().post(SIGN_IN, {"mobile": MARYAM})
    clock.shift(61)

    told = "با نام کاربری و گذرواژه وارد شوید."
    assert told in Client().post(SIGN_IN, {"mobile": MARYAM}).context["form"].errors["mobile"][0]
    assert told in browser.get(CODE).content.decode()
    again = browser.post(CODE, {"action": "resend"}, follow=True)
    words = str(next(iter(again.context["messages"])))
    assert told in words
    # Not «۶۰ ثانیه», after which there would still be none.
    assert "پس از ۵۵ دقیقه" in words

    settings.DOLAT = {"client_id": "miz"}
    assert "«ورود از طریق دولت من»" in browser.get(CODE).content.decode()


@pytest.mark.at("2026-11-22 10:00")
def test_a_strangers_wrong_codes_use_up_no_try_of_the_owner(browser, maryam, last_code, clock):
    stranger = Client()
    stranger.post(SIGN_IN, {"mobile": MARYAM})
    clock.shift(61)
    browser.post(SIGN_IN, {"mobile": MARYAM})
    code = last_code(MARYAM)
    for _ in range(6):
        stranger.post(CODE, {"code": another(code)})

    browser.post(CODE, {"code": code})

    assert signed_in(browser)


@pytest.mark.at("2026-11-22 10:00")
def test_a_code_on_its_way_keeps_its_user_from_being_cleared_away(browser, last_code, clock):
    Client().post(SIGN_IN, {"mobile": UNKNOWN})
    clock.shift(24 * 3600 + 60)
    browser.post(SIGN_IN, {"mobile": UNKNOWN})
    sessions.clear_sign_in_traces()

    came = browser.post(CODE, {"code": last_code(UNKNOWN)})

    assert (came.status_code, came.url) == (302, NEW_USER)


@pytest.mark.at("2026-11-22 10:00")
def test_a_code_whose_user_is_gone_has_run_out_and_another_can_be_had(browser, last_code, clock):
    browser.post(SIGN_IN, {"mobile": UNKNOWN})
    User.objects.filter(mobile=UNKNOWN).delete()

    late = browser.post(CODE, {"code": last_code(UNKNOWN)})
    assert "مهلت این کد به پایان رسیده است" in late.context["form"].errors["code"][0]

    clock.shift(61)
    browser.post(CODE, {"action": "resend"})
    assert browser.post(CODE, {"code": last_code(UNKNOWN)}).url == NEW_USER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("minute", range(3))
def test_twenty_browsers_at_once_bring_one_code(minute):
    waits = at_once(20, lambda: code_turns.ONE_A_MINUTE.take(f"{MARYAM}:{minute}"))

    assert len(waits) == 20
    assert waits.count(0) == 1


def test_asking_again_too_soon_on_the_code_page_says_how_long_to_wait(browser, maryam):
    browser.post(SIGN_IN, {"mobile": MARYAM})

    page = browser.post(CODE, {"action": "resend"}, follow=True)

    told = str(next(iter(page.context["messages"])))
    # Whoever reads it must not wait for a code that nobody sends.
    assert "هنوز ارسال نشده است" in told
    assert re.search(r"پس از [۰-۹]+ ثانیه دوباره درخواست کنید", told)
    assert re.search(r'data-wait="[1-9]\d?"', page.content.decode())
    assert SmsMessage.objects.count() == 1


def test_coming_back_to_the_number_keeps_the_code_that_was_sent(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": MARYAM})
    assert f'value="{MARYAM}"' in browser.get(SIGN_IN).content.decode()  # «ویرایش شماره»

    assert browser.post(SIGN_IN, {"mobile": MARYAM}).url == CODE
    browser.post(CODE, {"code": last_code(MARYAM)})

    assert signed_in(browser)


def test_another_number_replaces_the_first(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": UNKNOWN})
    browser.post(SIGN_IN, {"mobile": MARYAM})

    browser.post(CODE, {"code": last_code(MARYAM)})

    assert browser.session["_auth_user_id"] == str(maryam.pk)


def test_the_way_leads_back_to_the_page_that_was_wanted(browser, maryam, last_code):
    asked = browser.post(SIGN_IN, {"mobile": MARYAM, "next": "/cartable/?box=archive"})
    assert "next=%2Fcartable%2F%3Fbox%3Darchive" in asked.url
    assert 'value="/cartable/?box=archive"' in browser.get(asked.url).content.decode()

    came = browser.post(CODE, {"code": last_code(MARYAM), "next": "/cartable/?box=archive"})

    assert came.url == "/cartable/?box=archive"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_way_never_leads_out_of_the_house(browser, maryam, last_code, elsewhere):
    browser.post(SIGN_IN, {"mobile": MARYAM, "next": elsewhere})

    came = browser.post(CODE, {"code": last_code(MARYAM), "next": elsewhere})

    assert came.url == "/desk/"


def test_whoever_is_signed_in_goes_on(browser, maryam):
    browser.force_login(maryam)

    assert browser.get(SIGN_IN).url == "/desk/"
    assert browser.get(SIGN_IN + "?next=/cartable/").url == "/cartable/"
    assert browser.get(CODE).url == "/desk/"
    assert browser.get(NEW_USER).url == "/desk/"


def test_signing_out_needs_a_press_and_leads_to_the_front_page(browser, maryam):
    browser.force_login(maryam)
    assert browser.get("/accounts/logout/").status_code == 200
    assert signed_in(browser)

    left = browser.post("/accounts/logout/")

    assert left.url == "/"
    assert not signed_in(browser)


def test_a_closed_account_is_told_so_only_after_the_right_code(browser, maryam, last_code):
    User.objects.update(is_active=False)
    assert browser.post(SIGN_IN, {"mobile": MARYAM}).url == CODE

    page = browser.post(CODE, {"code": last_code(MARYAM)}, follow=True)

    assert "غیرفعال" in page.content.decode()
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "signup/",
        "email/",
        "confirm-email/",
        "password/change/",
        "password/set/",
        "password/reset/",
        "password/reset/done/",
        "phone/change/",
        "phone/verify/",
        "reauthenticate/",
        "login/code/",
    ],
)
def test_what_is_not_offered_cannot_be_reached(browser, maryam, page):
    assert browser.get(f"/accounts/{page}").status_code == 404
    browser.force_login(maryam)
    assert browser.post(f"/accounts/{page}").status_code == 404
