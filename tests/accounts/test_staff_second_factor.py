"""Whoever may open the admin gives a second factor where the office demands it."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import SignIn
from config.settings import environment

from .test_passwords import come_in

PASSWORD = "demo-Passw0rd!"
STAFF_DOOR = "/admin/login/"
SET_UP = "/accounts/staff/set-up/"
ASKED = "/accounts/staff/authenticate/"


def knock(browser, **more):
    return browser.post(STAFF_DOOR, {"username": "reza", "password": PASSWORD, **more})


def shown_by(secret):
    """What an app shows now, in other words than the portal's."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def is_in(browser):
    return "_auth_user_id" in browser.session


def test_production_demands_it():
    text = (environment.SITE_DIR / "config" / "settings" / "production.py").read_text()
    assert "STAFF_SECOND_FACTOR = True" in text


def test_the_first_time_it_is_set_up_before_anybody_is_let_in(browser, reza, demanded):
    assert knock(browser).url == SET_UP
    assert not is_in(browser)
    assert browser.get("/admin/").url == f"{STAFF_DOOR}?next=/admin/"
    page = browser.get(SET_UP)
    assert page.context["picture"].startswith("data:image/svg+xml;base64,")
    secret = page.context["secret"]

    wrong = browser.post(SET_UP, {"code": "000000"})
    assert "صحیح نیست" in wrong.context["form"].errors["code"][0]
    codes = browser.post(SET_UP, {"code": shown_by(secret)})

    assert len(codes.context["codes"]) == 10
    assert not is_in(browser)
    assert browser.post(SET_UP, {}).url == "/admin/"
    assert browser.get("/admin/").status_code == 200
    assert SignIn.objects.get().second_factor


def test_later_the_code_is_asked_for(browser, reza, demanded, has_app):
    assert knock(browser, next="/admin/login/").status_code == 302
    assert not is_in(browser)
    assert browser.get(ASKED).status_code == 200

    wrong = browser.post(ASKED, {"code": "123"})
    assert wrong.context["form"].errors["code"]
    typed = shown_by(has_app).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    browser.post(ASKED, {"code": f"{typed[:3]} {typed[3:]}"})

    assert is_in(browser)
    assert browser.get("/admin/").status_code == 200


def test_a_code_of_the_app_works_once(browser, reza, demanded, has_app):
    code = shown_by(has_app)
    knock(browser)
    browser.post(ASKED, {"code": code})

    other = Client()
    knock(other)
    other.post(ASKED, {"code": code})

    assert not is_in(other)


def test_without_the_phone_a_recovery_code_works_once(browser, reza, demanded, has_app):
    code = RecoveryCodes.activate(reza).generate_codes()[0]
    knock(browser)
    browser.post(ASKED, {"code": code})
    assert browser.get("/admin/").status_code == 200

    other = Client()
    knock(other)
    other.post(ASKED, {"code": code})
    assert not is_in(other)


def test_a_session_from_before_the_demand_ends_at_the_admin_without_a_loop(browser, reza, settings):
    knock(browser)
    assert browser.get("/admin/").status_code == 200

    settings.STAFF_SECOND_FACTOR = True
    page = browser.get("/admin/", follow=True)

    assert page.redirect_chain == [(f"{STAFF_DOOR}?next=/admin/", 302)]
    assert not is_in(browser)


def test_an_applicant_who_was_made_a_colleague_comes_again_by_the_staff_door(
    browser, maryam, demanded
):
    browser.force_login(maryam)
    maryam.groups.add(Group.objects.get(name="reviewer"))

    assert browser.get("/admin/").url == f"{STAFF_DOOR}?next=/admin/"
    assert not is_in(browser)


def test_where_it_is_not_demanded_the_password_is_enough(browser, reza):
    assert knock(browser).url == "/admin/"
    assert browser.get("/admin/").status_code == 200


def test_whoever_has_set_it_up_gives_it_also_where_it_is_not_demanded(browser, reza, has_app):
    assert knock(browser).url == ASKED
    assert not is_in(browser)


def test_an_applicant_with_a_password_is_not_let_in_by_the_staff_door(browser, maryam, demanded):
    maryam.set_password(PASSWORD)
    maryam.save()

    page = browser.post(STAFF_DOOR, {"username": "maryam", "password": PASSWORD})

    assert page.context["form"].non_field_errors()
    assert not is_in(browser)
    browser.force_login(maryam)
    chain = browser.get("/admin/", follow=True).redirect_chain
    assert chain == [(f"{STAFF_DOOR}?next=/admin/", 302)]
    assert is_in(browser)


def test_a_phone_or_the_other_door_do_not_lead_around_it(browser, reza, demanded):
    assert come_in(browser, "reza", PASSWORD).url == STAFF_DOOR
    assert not is_in(browser)
    assert browser.get(SET_UP).url == STAFF_DOOR


PAGES = ["", "recovery-codes/", "recovery-codes/new/", "passkeys/", "passkeys/add/", "confirm/"]


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_of_the_second_factor_are_the_staffs(browser, maryam, page):
    browser.force_login(maryam)

    assert browser.get(f"/accounts/staff/{page}").url.startswith(STAFF_DOOR)


def test_staff_see_their_factors_and_may_add_a_passkey_after_confirming(
    browser, reza, demanded, has_app
):
    knock(browser)
    browser.post(ASKED, {"code": shown_by(has_app)})
    assert "برنامهٔ احراز هویت" in browser.get("/accounts/staff/").content.decode()
    asked = browser.get("/accounts/staff/passkeys/add/")
    assert asked.status_code == 302
    cache.clear()

    confirmed = browser.post(
        asked.url, {"password": PASSWORD, "next": "/accounts/staff/passkeys/add/"}
    )

    assert confirmed.status_code == 302
    page = browser.get("/accounts/staff/passkeys/add/")
    assert page.status_code == 200
    assert "creation_options" in page.context["js_data"]
    assert Authenticator.objects.filter(user=reza).count() >= 1


def test_too_many_tries_to_confirm_oneself_are_answered_in_persian(browser, reza):
    browser.force_login(reza)
    confirm = "/accounts/staff/password/"
    for _ in range(30):
        answer = browser.post(confirm, {"password": "not-it"})
        if answer.status_code != 200:
            break

    assert answer.status_code == 429
    words = answer.content.decode()
    assert "تعداد تلاش‌ها بیش از حد مجاز است" in words
    assert f'href="{confirm}"' in words


def test_who_lost_everything_starts_anew(browser, reza, demanded, has_app, capsys):
    knock(browser)
    browser.post(ASKED, {"code": shown_by(has_app)})
    assert is_in(browser)

    call_command("reset_second_factor", "REZA")

    assert "1 factors" in capsys.readouterr().out
    assert browser.get("/admin/").status_code == 302
    assert knock(Client()).url == SET_UP
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")
