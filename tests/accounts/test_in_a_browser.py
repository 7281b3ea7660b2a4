"""Passwords and passkeys as a person meets them: in a real browser, on a phone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect, sync_playwright

from accounts.models import Membership, Party, User
from signin.passwords import issue_credentials
from tests.browser.eye import patient

from .test_passwords import GOOD, sent_to

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "demo-Passw0rd!"


@pytest.fixture
def window(live_server, monkeypatch) -> Iterator[Callable[..., Page]]:
    # The browser's driver keeps an event loop in this thread; the ORM is used beside it here.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )

        def open_window(scripts: bool = True) -> Page:
            context = patient(
                chromium.new_context(
                    viewport={"width": 390, "height": 800},
                    java_script_enabled=scripts,
                    base_url=live_server.url,
                )
            )
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            return context.new_page()

        yield open_window
        chromium.close()


@pytest.fixture
def sent(transactional_db) -> tuple[str, str]:
    user = User.objects.create_user("applicant-09130000001", mobile="09130000001")
    party = Party.objects.create(kind="natural", name="مریم رضایی")
    Membership.objects.create(user=user, party=party)
    issue_credentials(user)
    name, password = sent_to("09130000001")
    return name, password


def come_in(page: Page, name: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="ورود", exact=True).click()


def test_each_part_of_the_rule_is_ticked_off_as_it_is_met(window, sent):
    page = window()
    come_in(page, *sent)
    page.wait_for_url("**/accounts/password/new/")
    field, met = page.locator("#id_password"), page.locator(".password-rule__part.is-met")
    warning = page.get_by_text("صفحه‌کلید فارسی است")

    for typed, count in (("", 0), ("b", 1), ("bB", 2), ("bB7", 3), ("bB7!", 4), (GOOD, 5)):
        field.fill(typed)
        expect(met).to_have_count(count)
    expect(warning).to_be_hidden()
    field.fill("شلام")
    expect(warning).to_be_visible()

    # Pasting works, and what was pasted can be shown.
    page.evaluate("text => navigator.clipboard.writeText(text)", GOOD)
    field.fill("")
    field.press("Control+V")
    expect(field).to_have_value(GOOD)
    expect(warning).to_be_hidden()
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="نمایش گذرواژه").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="تغییر گذرواژه").click()

    page.wait_for_url("**/accounts/login/password/")
    expect(page.get_by_text("گذرواژه تغییر یافت")).to_be_visible()
    come_in(page, sent[0], GOOD)
    page.wait_for_url("**/desk/")


def test_all_of_it_works_without_scripts(window, sent):
    page = window(scripts=False)
    come_in(page, *sent)
    page.locator("#id_password").fill("behtar-az-9")
    page.get_by_role("button", name="تغییر گذرواژه").click()
    expect(page.locator(".field__error")).to_contain_text("حرف بزرگ انگلیسی")
    page.locator("#id_password").fill(GOOD)
    page.get_by_role("button", name="تغییر گذرواژه").click()

    come_in(page, sent[0], GOOD)

    assert page.url.endswith("/desk/")


def test_a_colleague_adds_a_passkey_and_comes_in_with_it(window, settings, transactional_db):
    settings.STAFF_SECOND_FACTOR = True
    reza = User.objects.create_user("reza", password=PASSWORD)
    reza.groups.add(Group.objects.get(name="reviewer"))
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(reza, secret)
    page = window()
    key = page.context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True}
    key.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "hasResidentKey": True}},
    )

    _staff_knock(page)
    now_shown = next(iter(totp.yield_hotp_counters_from_time()))
    page.locator("[name=code]").fill(totp.format_hotp_value(totp.hotp_value(secret, now_shown)))
    page.get_by_role("button", name="ورود", exact=True).click()
    page.wait_for_url("**/admin/")
    page.goto("/accounts/staff/passkeys/add/")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="ادامه").click()
    page.get_by_role("button", name="افزودن").click()
    # The browser makes the key before it sends the form: wait until the form's page is left.
    page.wait_for_url(lambda url: not url.endswith("/passkeys/add/"))
    assert Authenticator.objects.filter(user=reza, type="webauthn").count() == 1

    page.context.clear_cookies()
    _staff_knock(page)
    page.get_by_role("button", name="ورود با کلید عبور").click()
    page.wait_for_url("**/admin/")


def _staff_knock(page: Page) -> None:
    page.goto("/admin/login/")
    page.locator("[name=username]").fill("reza")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/accounts/staff/authenticate/")
