"""Strangers press a thousand times; whoever owns the number, or does a little work, still comes in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils.timezone import now

from accounts.models import RecoveryRequest, SignIn, SmsMessage, User
from signin import code_turns
from signin.known_browsers import Kind, _mark, known_browser
from signin.notifications import SIGN_IN_CODE
from tests import cast
from tests.proofs import solve
from web.doors import proof_of_work
from web.rate_limits import Limit
from web.security.visitors import wide_network_of

from .conftest import CODE, NEW_USER, SIGN_IN, at_once

MARYAM, UNKNOWN = "09130000001", "09120000009"
RECOVERY = "/accounts/recovery/"
BY_PASSWORD = "/accounts/login/password/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _little_work(monkeypatch):
    """The work itself is the browser's; the stories are about who has to do how much of it."""
    monkeypatch.setattr(proof_of_work, "ROUNDS", 2)
    monkeypatch.setattr(proof_of_work, "FIRST_LEVEL", 4)


def from_network(number):
    return Client(REMOTE_ADDR=f"198.51.{number}.7")


def level_of(challenge):
    return json.loads(challenge)["parameters"]["data"]["level"]


def ask(client, mobile=MARYAM, solution=""):
    return client.post(SIGN_IN, {"mobile": mobile, "altcha": solution})


def flood(mobile=MARYAM, networks=10):
    """Strangers use up what everybody may ask for this number within the hour."""
    for number in range(networks):
        assert ask(from_network(50 + number), mobile).url == CODE


def come_in(client, mobile, last_code):
    assert ask(client, mobile).url == CODE
    assert client.post(CODE, {"code": last_code(mobile)}).url == "/desk/"
    client.post("/accounts/logout/")


# --- The browser that knows the number --------------------------------------------


@pytest.mark.at("2026-11-22 10:00")
def test_who_owns_the_number_gets_a_code_by_one_press_in_their_browser(
    browser, maryam, last_code, clock
):
    come_in(browser, MARYAM, last_code)
    clock.shift(24 * 3600)
    flood()

    assert ask(browser).url == CODE
    assert browser.post(CODE, {"code": last_code(MARYAM)}).url == "/desk/"


@pytest.mark.at("2026-11-22 10:00")
def test_the_kept_turns_are_five_an_hour_and_one_a_minute(browser, maryam, last_code, clock):
    come_in(browser, MARYAM, last_code)
    clock.shift(3600)
    other_window = Client()
    other_window.cookies["known"] = browser.cookies["known"].value
    assert ask(browser).url == CODE

    refused = ask(other_window)

    assert "تا ۶۰ ثانیهٔ دیگر" in refused.context["form"].errors["mobile"][0]
    assert "mobile_proof" not in refused.context or not refused.context["mobile_proof"]
    for _ in range(4):
        clock.shift(61)
        assert ask(browser).url == CODE
    flood()
    clock.shift(61)
    # Beyond its own it has what everybody has.
    assert ask(other_window).context["mobile_proof"]


def test_an_owner_of_many_browsers_has_no_endless_turns(maryam, last_code, monkeypatch):
    monkeypatch.setattr(code_turns, "KEPT_IN_ALL", Limit("code-kept", 2, 3600))
    windows = [from_network(number) for number in range(3)]
    for window in windows:
        come_in(window, MARYAM, last_code)
    flood(networks=7)

    assert [ask(window).status_code for window in windows] == [302, 302, 200]


def test_several_numbers_of_one_browser_are_known(browser, maryam, last_code, db):
    for mobile in ("09130000002", "09130000003"):
        user = User.objects.create_user(mobile, mobile=mobile, mobile_verified=True)
        user.memberships.create(party=maryam.parties[0], role="agent")
    for mobile in (MARYAM, "09130000002", "09130000003"):
        come_in(browser, mobile, last_code)
    cache.clear()

    for mobile in (MARYAM, "09130000002", "09130000003"):
        flood(mobile)
        assert ask(browser, mobile).url == CODE


def test_only_a_right_code_makes_a_browser_known(browser, maryam, last_code):
    ask(browser)
    assert "known" not in browser.cookies
    browser.post(CODE, {"code": "000000" if last_code(MARYAM) != "000000" else "111111"})
    assert "known" not in browser.cookies

    browser.post(CODE, {"code": last_code(MARYAM)})

    given = browser.cookies["known"]
    assert given["httponly"]
    assert given["samesite"] == "Lax"
    assert given["max-age"] > 300 * 24 * 3600
    assert MARYAM not in given.value


def test_a_cookie_for_one_number_is_none_for_another(browser, maryam, last_code):
    come_in(browser, MARYAM, last_code)
    flood(UNKNOWN)

    assert ask(browser, UNKNOWN).context["mobile_proof"]

    forged = Client()
    forged.cookies["known"] = browser.cookies["known"].value[:-2] + "xx"
    flood(MARYAM, networks=9)
    assert ask(forged).context["mobile_proof"]


def test_a_name_that_is_a_number_makes_no_browser_known_by_the_number(browser, maryam):
    User.objects.filter(pk=maryam.pk).update(
        username=UNKNOWN, password=make_password("pass-Wort-7")
    )
    right = {"username": UNKNOWN, "password": "pass-Wort-7"}
    assert browser.post(BY_PASSWORD, right).status_code == 302
    browser.post("/accounts/logout/")

    flood(UNKNOWN)
    assert ask(browser, UNKNOWN).context["mobile_proof"]
    request = browser_request(browser)
    assert known_browser(request, Kind.NAME, UNKNOWN)
    assert known_browser(request, Kind.NUMBER, MARYAM)  # proved, by whatever way she comes in
    assert not known_browser(request, Kind.NUMBER, UNKNOWN)
    assert not known_browser(request, Kind.NAME, MARYAM)


def browser_request(browser):
    request = RequestFactory().get("/")
    request.COOKIES["known"] = browser.cookies["known"].value
    return request


def test_a_mark_of_before_holds_for_a_name_that_cannot_be_a_number(settings):
    marks = [_mark(settings.SECRET_KEY, "b" * 32, name) for name in ("REZA", MARYAM)]
    request = RequestFactory().get("/")
    request.COOKIES["known"] = signing.dumps(["b" * 32, marks], salt="signin.known_browsers")

    assert known_browser(request, Kind.NAME, "reza")
    assert not known_browser(request, Kind.NUMBER, MARYAM)
    assert not known_browser(request, Kind.NAME, MARYAM)


def test_a_known_browser_stays_known_when_the_secret_is_changed(
    browser, maryam, last_code, settings
):
    come_in(browser, MARYAM, last_code)
    flood(networks=9)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another-" + "s" * 50

    settings.SECRET_KEY_FALLBACKS = [before]
    kept = Client()
    kept.cookies["known"] = browser.cookies["known"].value
    assert ask(kept).url == CODE

    settings.SECRET_KEY_FALLBACKS = []
    lost = Client()
    lost.cookies["known"] = browser.cookies["known"].value
    assert ask(lost).context["mobile_proof"]


# --- The proof instead of a refusal -------------------------------------------------


def test_on_a_new_phone_the_number_gets_its_code_by_a_proof(maryam, last_code):
    flood()
    phone = Client()

    refused = ask(phone)
    assert "برای این شماره تا ۶۰ دقیقهٔ دیگر" in refused.context["form"].errors["mobile"][0]
    page = refused.content.decode()
    assert "data-proof=" in page
    assert "vendor/altcha/altcha.min.js" in page

    assert ask(phone, solution=solve(refused.context["mobile_proof"])).url == CODE
    assert phone.post(CODE, {"code": last_code(MARYAM)}).url == "/desk/"


def test_the_other_doors_to_a_code_take_a_proof_too(maryam, last_code):
    flood()
    phone = Client()
    asked = {"mobile": MARYAM, "kind": "natural"}
    refused = phone.post("/accounts/dolat/", asked)
    assert "data-proof=" in refused.content.decode()

    solution = solve(refused.context["mobile_proof"])

    assert phone.post("/accounts/dolat/", {**asked, "altcha": solution}).url == CODE


@pytest.mark.at("2026-11-22 10:00")
def test_another_code_is_had_by_a_proof_on_the_page_of_the_code(browser, maryam, last_code, clock):
    ask(browser)
    flood(networks=9)
    assert "data-proof=" not in browser.get(CODE).content.decode()
    clock.shift(61)
    page = browser.get(CODE)
    before = SmsMessage.objects.filter(recipient=MARYAM).count()

    browser.post(CODE, {"action": "resend", "altcha": solve(page.context["proof"])})

    assert SmsMessage.objects.filter(recipient=MARYAM).count() == before + 1
    browser.post(CODE, {"code": last_code(MARYAM)})
    assert "_auth_user_id" in browser.session


def test_a_page_before_any_pressure_loads_nothing_of_it(browser, maryam):
    assert "altcha" not in browser.get(SIGN_IN).content.decode()


def test_the_cost_of_a_flood_grows(maryam):
    flood()
    levels = []
    for number in range(30):
        stranger = from_network(100 + number)
        challenge = ask(stranger).context["mobile_proof"]
        levels.append(level_of(challenge))
        assert ask(stranger, solution=solve(challenge)).url == CODE

    assert levels == sorted(levels)
    assert levels[::5] == [1, 2, 3, 4, 5, 6]


@pytest.mark.at("2026-11-22 10:00")
def test_the_wait_grows_where_it_comes_from_and_not_elsewhere(maryam, clock):
    for line in range(5):
        assert ask(Client(REMOTE_ADDR=f"198.51.100.{line}")).url == CODE
        clock.shift(61)

    refused = ask(Client(REMOTE_ADDR="198.51.100.200"))

    assert "۵۵ دقیقه" in refused.context["form"].errors["mobile"][0]
    assert ask(Client(REMOTE_ADDR="203.0.113.1")).url == CODE


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("192.0.2.1", "192.0.2.250", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:2::1", "2001:db8:1:ff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:100::1", False),
    ],
)
def test_a_network_is_what_one_customer_easily_moves_in(rf, first, second, is_one):
    seen = {wide_network_of(rf.get("/", REMOTE_ADDR=address)) for address in (first, second)}

    assert (len(seen) == 1) is is_one


def test_a_solution_is_for_one_number_one_door_and_one_time(maryam):
    flood()
    flood(UNKNOWN)
    mine = solve(ask(Client()).context["mobile_proof"])

    assert ask(Client(), UNKNOWN, mine).status_code == 200
    assert not proof_of_work.accept_proof(mine, "track", MARYAM, 1)
    assert ask(Client(), solution=mine).url == CODE
    assert ask(Client(), solution=mine).status_code == 200


@pytest.mark.at("2026-11-22 10:00")
def test_a_solution_runs_out_and_a_cheap_one_does_not_open_a_dear_door(clock, settings):
    first = solve(proof_of_work.make_challenge("code", MARYAM, 1))
    late = solve(proof_of_work.make_challenge("code", MARYAM, 1))
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another-" + "s" * 50
    assert not proof_of_work.accept_proof(late, "code", MARYAM, 1)
    settings.SECRET_KEY_FALLBACKS = [before]

    assert not proof_of_work.accept_proof(first, "code", MARYAM, 3)
    assert proof_of_work.accept_proof(first, "code", MARYAM, 2)
    clock.shift(proof_of_work.GOOD_FOR_SECONDS + 1)
    assert not proof_of_work.accept_proof(late, "code", MARYAM, 1)


@pytest.mark.parametrize(
    "junk", ["", "x", "bnVsbA==", "W10=", "eyJjaGFsbGVuZ2UiOiBbXX0=", "ک", "A" * 5000]
)
def test_what_is_no_solution_is_none(junk):
    assert not proof_of_work.accept_proof(junk, "code", MARYAM, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("once", range(3))
def test_of_one_solution_sent_many_times_at_once_one_is_taken(once):
    solution = solve(proof_of_work.make_challenge("code", MARYAM, 1))

    taken = at_once(8, lambda: proof_of_work.accept_proof(solution, "code", MARYAM, 1))

    assert sorted(taken) == [False] * 7 + [True]


# --- Many people behind one address -------------------------------------------------


def test_all_people_behind_one_address_of_an_operator_come_in(size, last_code):
    waiting = []
    for number in range(size(70, 1000)):
        person, mobile = Client(), f"0912{number:07}"
        asked = ask(person, mobile)
        if asked.status_code == 200:
            asked = ask(person, mobile, solve(asked.context["mobile_proof"]))
        assert asked.url == CODE
        waiting.append((person, mobile))

    for person, mobile in waiting:
        assert person.post(CODE, {"code": last_code(mobile)}).url == NEW_USER


def test_a_code_that_was_used_does_not_count_against_its_network(
    maryam, last_code, monkeypatch, db
):
    monkeypatch.setattr(code_turns, "FROM_ONE_ADDRESS", Limit("code-address", 3, 60))
    for number in range(9):
        user = User.objects.create_user(f"u{number}", mobile=f"0913000010{number}")
        user.memberships.create(party=maryam.parties[0], role="agent")

    for number in range(9):
        come_in(Client(), f"0913000010{number}", last_code)


# --- The office's messages ------------------------------------------------------------


def test_above_the_offices_ceiling_everybody_new_does_some_work(
    browser, maryam, last_code, settings
):
    come_in(browser, MARYAM, last_code)
    cache.clear()
    settings.SMS_CODES_AN_HOUR = 4
    for number in range(4):
        assert ask(from_network(number), f"0912000000{number}").url == CODE

    for mobile in (MARYAM, UNKNOWN):  # nobody learns which of them is known
        refused = ask(from_network(20), mobile)
        assert "به دلیل تعداد زیاد درخواست‌ها" in refused.context["form"].errors["mobile"][0]
        assert level_of(refused.context["mobile_proof"]) == 1
    assert ask(from_network(20), UNKNOWN, solve(refused.context["mobile_proof"])).url == CODE
    assert ask(browser).url == CODE

    SmsMessage.objects.update(created_at=now() - timedelta(hours=1))
    assert ask(from_network(21), "09120000011").url == CODE


def test_codes_that_were_used_stay_used_however_others_come_in(maryam, settings):
    settings.SMS_CODES_AN_HOUR = 4
    for number in range(4):
        SmsMessage.objects.create(
            event=f"code{number}", key=SIGN_IN_CODE, recipient=f"0912000000{number}", text="…"
        )
        SignIn.objects.create(user=maryam, way=SignIn.Way.CODE)
    for _ in range(4):
        SignIn.objects.create(user=maryam, way=SignIn.Way.PASSWORD)

    assert ask(from_network(20), UNKNOWN).url == CODE


def test_nobodys_telephone_rings_all_hour_whatever_is_calculated(maryam, monkeypatch, settings):
    monkeypatch.setattr(code_turns, "_SOLD_OF_A_NUMBER", 1)
    monkeypatch.setattr(code_turns, "FROM_EVERYWHERE", Limit("code-hour", 1, 3600))
    assert ask(from_network(1), UNKNOWN).url == CODE
    refused = ask(from_network(2), UNKNOWN)
    assert ask(from_network(2), UNKNOWN, solve(refused.context["mobile_proof"])).url == CODE

    shut = ask(from_network(3), UNKNOWN)
    assert shut.context["form"].errors["mobile"]
    assert not shut.context["mobile_proof"]


# --- Passwords, recovery ---------------------------------------------------------------


def test_guesses_of_a_password_from_everywhere_get_dear_but_not_for_the_owner(maryam):
    maryam.set_password(cast.PASSWORD)
    maryam.save()
    mine = Client()
    right = {"username": maryam.username, "password": cast.PASSWORD}
    assert mine.post(BY_PASSWORD, right).url == "/desk/"
    mine.post("/accounts/logout/")
    for number in range(60):
        wrong = {"username": maryam.username, "password": f"guess-{number}"}
        assert from_network(number).post(BY_PASSWORD, wrong).status_code == 200

    refused = from_network(200).post(BY_PASSWORD, right)

    assert "تعداد تلاش‌ها بیش از حد مجاز است" in refused.content.decode()
    solution = solve(refused.context["password_proof"])
    assert from_network(200).post(BY_PASSWORD, {**right, "altcha": solution}).url == "/desk/"
    assert mine.post(BY_PASSWORD, right).url == "/desk/"


def test_at_the_door_of_the_staff_a_proof_goes_on_where_tries_are_used_up(settings):
    settings.STAFF_SECOND_FACTOR = False
    cast.anybody_at_the_admin_door()
    guess = {"username": "nobody-staff", "password": "wrong"}
    for _ in range(10):
        page = Client().post("/admin/login/", guess)
    assert "data-proof" not in page.content.decode()

    page = Client().post("/admin/login/", guess)

    assert "data-proof" in page.content.decode()
    solution = solve(page.context["form"].proof)
    again = Client().post("/admin/login/", {**guess, "altcha": solution})
    assert not again.context["form"].proof
    assert "تعداد تلاش‌ها" not in again.content.decode()


def test_recovery_is_not_used_up_by_strangers_either(browser, maryam, last_code):
    come_in(browser, MARYAM, last_code)
    for number in range(10):
        assert from_network(number).post(RECOVERY, {"mobile": MARYAM}).status_code == 302
    before = RecoveryRequest.objects.count()

    refused = Client().post(RECOVERY, {"mobile": MARYAM})
    solution = solve(refused.context["proof"])

    assert Client().post(RECOVERY, {"mobile": MARYAM, "altcha": solution}).status_code == 302
    assert browser.post(RECOVERY, {"mobile": MARYAM}).status_code == 302
    assert RecoveryRequest.objects.count() == before + 2
