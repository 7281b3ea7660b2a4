"""A colleague goes away from a half-filled form of the admin and comes back after the end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.eye import Eye
from tests.browser.people import PASSWORD, Colleague
from tests.browser.portal import Portal
from tests.browser.test_a_session_ends import end_sessions

pytestmark = pytest.mark.browser


def test_what_was_typed_can_still_be_sent(
    portal: Portal, window: Callable[..., Eye], gallery: Callable[..., object]
) -> None:
    eye = window(390, gallery("idle"))
    eye.page.clock.install()
    Colleague(eye, "admin").sign_in()
    eye.goto("/admin/redirects/add/")
    eye.page.locator("[name=old_path]").fill("/old-address/")
    eye.page.locator("[name=redirect_link]").fill(f"{portal.address}/guides/")
    over = eye.page.locator("[data-idle-over]")
    eye.page.clock.fast_forward("29:30")
    expect(eye.page.locator("[data-idle]")).to_be_hidden()

    end_sessions(portal)
    eye.page.clock.fast_forward("31:00")
    expect(over).to_be_visible()
    save = eye.page.locator("main form [type=submit]").first
    save.press("Enter")
    expect(over.locator("a")).to_be_focused()
    eye.pictures.take(eye.page, "over")
    assert not eye.troubles, eye.troubles

    # Whoever sits down now sends nothing in their own name that another one has written.
    come_in(eye, over, "manager")
    save.press("Enter")
    other = eye.page.locator("[data-idle-other]")
    expect(other.locator("a")).to_be_focused()
    expect(eye.page).to_have_url(f"{portal.address}/admin/redirects/add/")
    eye.pictures.take(eye.page, "other")

    end_sessions(portal)
    come_in(eye, other, "admin")
    save.press("Enter")
    expect(eye.page).to_have_url(f"{portal.address}/admin/redirects/")
    eye.says("/old-address")


def come_in(eye: Eye, notice: Locator, name: str) -> None:
    """Follow the link of the notice and sign in there; the page behind stays as it is."""
    with eye.page.expect_popup() as opened:
        notice.locator("a").click()
    door = opened.value
    door.locator("[name=username]").fill(name)
    door.locator("[name=password]").fill(PASSWORD)
    door.locator("form").get_by_role("button", name="ورود").click()
    expect(door).not_to_have_url(re.compile("/admin/login/"))
    door.close()
