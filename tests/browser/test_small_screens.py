"""Screens that are smaller, and letters that are larger, than most people's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Applicant, Colleague

pytestmark = pytest.mark.browser

SERVICES, REGISTER = "/admin/snippets/services_catalog/service/", "/admin/contracts/import/"


def sticks_out(page: Page, box: str) -> int:
    """By how many pixels the contents of the box are wider than it is."""
    wide: int = page.locator(box).first.evaluate("box => box.scrollWidth - box.clientWidth")
    return wide


def test_letters_of_twice_the_size_fit_the_narrowest_phone(window, gallery):
    eye = window(390, gallery("small-screens"))
    page = eye.page
    Applicant(eye, "09130000002").sign_in()
    page.set_viewport_size({"width": 320, "height": 640})

    for address in ("/desk/", "/cartable/", "/services/", "/accounts/security/"):
        eye.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert sticks_out(page, "html") <= 0, address


def test_the_staffs_lists_are_cards_on_a_phone_and_files_are_chosen_in_persian(
    window, gallery, tmp_path
):
    eye = window(390, gallery("small-screens"))
    page = eye.page
    Colleague(eye, "admin").sign_in()

    eye.goto(SERVICES)
    expect(page.locator("table.miz-cards td[data-label='دسته']").first).to_be_visible()
    assert sticks_out(page, "#listing-results table") <= 0

    eye.goto(REGISTER)
    file = tmp_path / "دفتر.csv"
    file.write_text("x")
    with page.expect_file_chooser() as opened:
        page.locator("label", has_text="انتخاب فایل").click()
    opened.value.set_files(file)
    expect(page.locator(".miz-field .miz-file")).to_have_text("دفتر.csv")
