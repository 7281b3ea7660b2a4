"""The short calculation as a person meets it: in a real browser, with our content policy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from accounts.models import SmsMessage
from tests.browser.eye import patient

from .conftest import SIGN_IN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
MARYAM = "09130000001"


@pytest.fixture
def phone(live_server, monkeypatch) -> Iterator[Callable[..., Page]]:
    """``phone(scripts)``: a phone that nobody has signed in with, and what its console says."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )

        def open_page(scripts: bool = True) -> tuple[Page, list[str]]:
            context = patient(
                chromium.new_context(
                    viewport={"width": 390, "height": 800},
                    java_script_enabled=scripts,
                    base_url=live_server.url,
                )
            )
            page, said = context.new_page(), []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            return page, said

        yield open_page
        chromium.close()


def ask_for_code(page: Page) -> None:
    page.goto(SIGN_IN)
    page.locator("#id_mobile").fill(MARYAM)
    page.get_by_role("button", name="دریافت کد ورود").click()


def test_a_new_phone_gets_its_code_though_strangers_used_up_the_turns(maryam, phone):
    for number in range(10):
        Client(REMOTE_ADDR=f"198.51.{number}.7").post(SIGN_IN, {"mobile": MARYAM})
    page, said = phone(scripts=False)
    ask_for_code(page)
    expect(page.locator("#id_mobile_error")).to_contain_text("دقیقهٔ دیگر کد ارسال نمی‌شود")
    expect(page.locator(".proof")).to_be_hidden()

    page, said = phone()
    ask_for_code(page)
    expect(page.locator("altcha-widget")).to_contain_text(re.compile("بررسی خودکار"))
    # Whoever presses before it is done has pressed.
    page.get_by_role("button", name="دریافت کد ورود").click()

    page.wait_for_url("**/code/confirm/")
    assert SmsMessage.objects.filter(recipient=MARYAM).count() == 11
    assert not said, said
