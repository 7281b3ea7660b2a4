"""Parts of a page that are fetched while somebody writes, when they cannot come."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Applicant

pytestmark = pytest.mark.browser

REGISTRATION = "/desk/contract/"


def choose_province(page: Page, name: str) -> None:
    page.locator("main select[name=province]").select_option(label=name)


def test_a_part_that_does_not_come_is_said_and_no_other_page_lands_in_its_place(window, gallery):
    eye = window(390, gallery("parts"))
    page = eye.page
    Applicant(eye, "09130000002").sign_in()
    eye.goto(REGISTRATION)
    missing, ended = page.locator("[data-part-notice]"), page.locator("[data-session-notice]")

    page.route("**/desk/contract/?*", lambda route: route.fulfill(status=500, body="broken"))
    choose_province(page, "یزد")
    expect(missing).to_be_visible()
    expect(page.locator("main select[name=park]")).to_have_count(0)

    page.unroute("**/desk/contract/?*")
    missing.get_by_role("button", name="تلاش دوباره").click()
    expect(page.locator("main select[name=park]")).to_be_visible()
    expect(missing).to_be_hidden()

    eye.context.clear_cookies()
    choose_province(page, "اصفهان")
    expect(ended).to_be_visible()
    expect(ended.get_by_role("link", name="ورود و ادامه")).to_have_attribute(
        "href", "/accounts/login/?next=%2Fdesk%2Fcontract%2F"
    )
    assert page.locator("h1").all_inner_texts() == ["ثبت اطلاعات قرارداد"]
