"""The session of a colleague who has gone away ends; what pages do by themselves keeps none alive."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from config.settings import environment
from signin.staff import idle
from web import form_recovery

from .test_staff_second_factor import knock

pytestmark = pytest.mark.at("2026-11-22 10:00")

SESSION = "/accounts/staff/session/"
BY_THEMSELVES = [
    {"HX-Request": "true"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
    {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
    {"Accept": "*/*"},
]


@pytest.fixture
def at_work(browser, reza, settings):
    """Reza, who has come in; a session ends after half an hour."""
    settings.STAFF_IDLE_MINUTES = 30
    assert knock(browser).url == "/admin/"
    return browser


def is_in(browser):
    return "_auth_user_id" in browser.session


def minutes(clock, number):
    clock.shift(number * 60)


def test_production_asks_for_half_an_hour_and_development_for_nothing():
    read = 'read_number("STAFF_IDLE_MINUTES", {})'
    folder = environment.SITE_DIR / "config" / "settings"
    assert read.format(30) in (folder / "production.py").read_text()
    assert read.format(0) in (folder / "development.py").read_text()


def test_who_works_stays_and_who_has_gone_comes_back_to_the_same_page(at_work, clock):
    for _ in range(3):
        minutes(clock, 29)
        assert at_work.get("/admin/account/").status_code == 200
    minutes(clock, 31)

    page = at_work.get("/admin/account/?tab=1")

    assert page.url == "/admin/login/?next=/admin/account/%3Ftab%3D1"
    assert not is_in(at_work)
    assert [str(words) for words in get_messages(page.wsgi_request)] == [idle.ENDED]
    assert idle.ENDED in at_work.get(page.url).content.decode()
    assert knock(at_work, next="/admin/account/?tab=1").url == "/admin/account/?tab=1"


@pytest.mark.parametrize("headers", BY_THEMSELVES, ids=lambda headers: next(iter(headers)))
def test_what_a_page_asks_by_itself_keeps_nobody_in(at_work, clock, headers):
    for _ in range(3):
        minutes(clock, 9)
        assert at_work.get("/admin/", headers=headers).status_code == 200
    minutes(clock, 9)
    at_work.get("/admin/", headers=headers)

    assert not is_in(at_work)
    words = get_messages(at_work.get("/admin/login/").wsgi_request)
    assert list(words) == [], "a poll that nobody sees leaves no messages behind"


def test_a_page_says_that_somebody_types_and_asks_without_saying_so(at_work, clock):
    minutes(clock, 20)
    assert at_work.get(SESSION).json()["left"] == 600
    assert at_work.post(SESSION, headers=BY_THEMSELVES[1]).json()["left"] == 1800
    minutes(clock, 29)
    assert at_work.get(SESSION).json()["left"] == 60
    minutes(clock, 1)

    answer = at_work.post(SESSION, headers=BY_THEMSELVES[1])

    assert answer.json()["left"] == 0
    assert not is_in(at_work)


def test_other_devices_of_the_same_person_go_on(at_work, clock):
    minutes(clock, 20)
    other = Client()
    knock(other)
    minutes(clock, 11)

    assert at_work.get("/admin/").status_code == 302
    assert other.get("/admin/").status_code == 200


def test_applicants_keep_their_twelve_hours(browser, maryam, settings, clock):
    settings.STAFF_IDLE_MINUTES = 30
    browser.force_login(maryam)
    minutes(clock, 11 * 60)

    assert browser.get("/accounts/security/").status_code == 200
    assert browser.get(SESSION).json()["left"] == 0


def test_a_session_from_before_the_update_begins_now(browser, reza, settings, clock):
    browser.force_login(reza)
    session = browser.session
    del session["staff_seen"]
    session.save()
    settings.STAFF_IDLE_MINUTES = 30
    minutes(clock, 60)
    assert browser.get("/admin/").status_code == 200
    minutes(clock, 31)

    assert browser.get("/admin/").status_code == 302


def test_a_form_that_comes_too_late_does_nothing_and_its_words_are_kept(at_work, reza, clock):
    minutes(clock, 31)
    note = "متن بلندی که همکار پیش از پایان اعتبار ورود نوشته بود"
    said = {"note": note, form_recovery.FIELD: form_recovery.mark_of(reza)}

    answer = at_work.post("/admin/account/", said)

    assert answer.status_code == 302
    assert "/admin/login/" in answer.url
    assert at_work.session["kept_words"]["/admin/account/"]["words"]["note"] == [note]


def test_without_a_setting_nobody_is_timed_and_no_page_speaks_of_it(browser, reza, clock, settings):
    knock(browser)
    minutes(clock, 11 * 60)
    assert "data-idle" not in browser.get("/admin/").content.decode()
    settings.STAFF_IDLE_MINUTES = 600
    knock(browser)
    assert 'data-seconds="36000"' in browser.get("/admin/").content.decode()
