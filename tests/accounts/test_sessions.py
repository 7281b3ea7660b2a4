"""Somebody sees where they are signed in, ends what they do not know, and reads the list."""

import re
from importlib import import_module
from runpy import run_module
from types import SimpleNamespace

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection
from django.test import Client

from accounts.models import SignIn
from signin.session_store import SessionStore, digest_of
from signin.sessions import describe_device
from web.form_recovery import mark_of

from .conftest import CODE, SIGN_IN
from .test_passwords import come_in

SECURITY = "/accounts/security/"
END = "/accounts/security/end/"
GOOD = "Behtar-az-9"


def is_in(browser):
    return "_auth_user_id" in browser.session


def two_windows(maryam):
    maryam.set_password(GOOD)
    maryam.save()
    phone = Client(HTTP_USER_AGENT="Phone/1", REMOTE_ADDR="192.0.2.1")
    laptop = Client(HTTP_USER_AGENT="Laptop/2", REMOTE_ADDR="192.0.2.2")
    for window in (phone, laptop):
        come_in(window, "maryam", GOOD)
    return phone, laptop


def test_the_page_lists_the_sessions_and_ends_the_other_one(maryam):
    phone, laptop = two_windows(maryam)
    page = phone.get(SECURITY)
    assert [s.user_agent for s, _ in page.context["sessions"]] == ["Laptop/2", "Phone/1"]
    assert "همین دستگاه" in page.content.decode()
    (other,) = [s for s, _ in page.context["sessions"] if s.user_agent == "Laptop/2"]

    assert phone.post(END, {"which": other.pk}).url == SECURITY

    assert "/accounts/login/" in laptop.get(SECURITY).url
    assert is_in(phone)


def test_all_others_end_at_once(maryam):
    phone, laptop = two_windows(maryam)

    phone.post(END, {"which": "others"})

    assert "/accounts/login/" in laptop.get(SECURITY).url
    assert phone.get(SECURITY).status_code == 200


def test_ones_own_session_may_be_ended_here_too(maryam):
    phone, laptop = two_windows(maryam)
    (own,) = [s for s, _ in phone.get(SECURITY).context["sessions"] if s.user_agent == "Phone/1"]

    assert phone.post(END, {"which": own.pk}).url == SIGN_IN
    assert laptop.get(SECURITY).status_code == 200


def test_nobody_ends_a_strangers_session(maryam, company, django_user_model):
    phone, laptop = two_windows(maryam)
    theirs = phone.get(SECURITY).context["sessions"][0][0]
    stranger = django_user_model.objects.create_user("stranger", password=GOOD)
    stranger.memberships.create(party=company)
    window = Client()
    come_in(window, "stranger", GOOD)

    for which in (theirs.pk, "", "x", 10**9):
        assert window.post(END, {"which": which}).status_code == 404
    assert laptop.get(SECURITY).status_code == 200
    assert len(window.get(SECURITY).context["sign_ins"]) == 1


@pytest.mark.at("2026-11-22 10:00")
def test_every_way_in_is_listed_with_its_jalali_time(maryam, browser, last_code):
    browser.post(SIGN_IN, {"mobile": maryam.mobile})
    browser.post(CODE, {"code": last_code(maryam.mobile)})
    two_windows(maryam)
    window = Client()
    come_in(window, "maryam", GOOD)
    page = window.get(SECURITY).content.decode()

    assert list(SignIn.objects.order_by("pk").values_list("way", flat=True)) == [
        "code",
        "password",
        "password",
        "password",
    ]
    assert "۱۴۰۵" in page
    assert "کد پیامکی" in page


def test_the_page_is_ones_own(browser, maryam, django_assert_max_num_queries):
    assert "/accounts/login/" in browser.get(SECURITY).url
    assert browser.get(END).status_code == 405
    phone, _ = two_windows(maryam)
    with django_assert_max_num_queries(15):
        phone.get(SECURITY)


CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome روی Android"),
        (IPHONE, "Safari روی iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Gecko Firefox/133.0", "Firefox روی Windows"),
        ("curl/8", "دستگاه نامشخص"),
        ("", "دستگاه نامشخص"),
    ],
)
def test_devices_are_told_in_words(said, words):
    assert describe_device(said) == words


@pytest.mark.parametrize("page", ["/desk/", "/services/", "/no-such-page/", "/accounts/logout/"])
def test_what_somebody_signed_in_was_shown_is_stored_nowhere(maryam, browser, page):
    browser.force_login(maryam)

    answer = browser.get(page)

    assert "مریم رضایی" in answer.content.decode()
    assert {"no-store", "private"} <= set(re.split(r",\s*", answer["Cache-Control"]))


def test_a_page_that_asked_for_nobody_may_be_kept(browser):
    assert not browser.get("/services/").has_header("Cache-Control")


def test_sessions_and_marks_outlive_a_change_of_the_key_and_end_when_it_is_dropped(
    browser, maryam, settings
):
    browser.force_login(maryam)
    mark = mark_of(maryam)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "the new one" * 5
    settings.SECRET_KEY_FALLBACKS = [old]

    assert browser.get("/accounts/security/").status_code == 200
    assert signing.Signer(salt="doors.kept").unsign(mark) == str(maryam.pk)
    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get("/accounts/security/").status_code == 200, "renewed under the new key"
    settings.SECRET_KEY = "one that nobody was told of" * 3
    assert "/accounts/login/" in browser.get("/accounts/security/").url


def test_production_binds_its_cookies_to_one_host(monkeypatch):
    for name in ("SECRET_KEY", "AUDIT_KEY", "SECRETS_KEYS"):
        monkeypatch.setenv(name, "x" * 60)
    monkeypatch.setenv("DATABASE_URL", "sqlite:////tmp/portal.sqlite3")
    monkeypatch.setenv("SITE_URL", "https://eservice.example.ir")
    production = run_module("config.settings.production")

    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE"):
        assert production[f"{cookie}_NAME"].startswith("__Host-")
        assert production[f"{cookie}_SECURE"] is True


def cookie_of(browser):
    return browser.cookies["sessionid"].value


def test_the_database_holds_no_cookie_and_what_it_holds_opens_nothing(maryam):
    phone, laptop = two_windows(maryam)
    kept = set(Session.objects.values_list("session_key", flat=True))
    assert set(UserSession.objects.values_list("session_key", flat=True)) <= kept
    assert {digest_of(cookie_of(phone)), digest_of(cookie_of(laptop))} <= kept
    assert not {cookie_of(phone), cookie_of(laptop)} & kept

    for key in kept:
        thief = Client()
        thief.cookies["sessionid"] = key
        assert "/accounts/login/" in thief.get(SECURITY).url


def test_sessions_of_before_go_on_after_the_upgrade(maryam):
    phone, laptop = two_windows(maryam)
    for browser in (phone, laptop):
        key = digest_of(cookie_of(browser))
        for model in (Session, UserSession):
            model.objects.filter(session_key=key).update(session_key=cookie_of(browser))
    assert (
        "/accounts/login/"
        in Client(headers={"cookie": f"sessionid={cookie_of(phone)}"}).get(SECURITY).url
    )

    upgrade = import_module("accounts.migrations.0008_session_digests")
    upgrade.keep_digests(None, SimpleNamespace(connection=connection))
    upgrade.keep_digests(None, SimpleNamespace(connection=connection))

    page = phone.get(SECURITY)
    assert len(page.context["sessions"]) == 2
    assert page.content.decode().count("همین دستگاه") == 1
    phone.post(END, {"which": "others"})
    assert "/accounts/login/" in laptop.get(SECURITY).url


def test_a_key_that_goes_round_within_a_request_keeps_its_cookie(db):
    """As django-allauth loads a session anew by its key; elsewhere the digest is all there is."""
    session = SessionStore()
    session["a"] = 1
    session.save()
    again = SessionStore(session.session_key)
    assert (again["a"], str(again.session_key)) == (1, str(session.session_key))
    assert len(str(again.session_key)) == 32
    stranger = SessionStore(Session.objects.get().session_key)
    assert (stranger["a"], str(stranger.session_key)) == (1, "")
