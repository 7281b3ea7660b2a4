"""Screens that are smaller, and letters that are larger, than most people's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Applicant, Colleague
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser

SERVICES, REGISTER = "/admin/snippets/services_catalog/service/", "/admin/contracts/import/"
SERVICE = f"{SERVICES}edit/5/"


# The ends of what is named on a page, and whether both stand on the screen and in its own row.
IN_VIEW = """boxes => boxes.filter(box => box.getClientRects().length).map(box => {
    const {left, right, width} = box.getBoundingClientRect();
    return left >= 0 && right <= innerWidth && box.scrollWidth <= Math.ceil(width) + 1;
})"""


@pytest.fixture
def portal(portal_of_the_file: Portal) -> Portal:
    """The stories only look."""
    return portal_of_the_file


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


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/admin/redirects/", ".w-breadcrumbs li:last-child a, #w-slim-header-buttons > a"),
        ("/admin/workflows/tasks/index/", ".w-breadcrumbs li:last-child a"),
        (SERVICE, ".w-breadcrumbs li:last-child a, .w-h1 > .icon"),
        ("/admin/settings/web/officesettings/", ".w-header__glyph, .w-h1 > .icon, .w-h1"),
        ("/admin/images/", "input[type=text], select"),
    ],
)
def test_the_head_of_a_page_of_the_admin_is_whole_on_a_phone(window, gallery, address, named):
    eye = window(390, gallery("small-screens"))
    Colleague(eye, "admin").sign_in()

    eye.goto(address)
    seen = eye.page.locator(".w-slim-header, main").locator(named).evaluate_all(IN_VIEW)
    assert seen
    assert all(seen), seen


@pytest.mark.parametrize("address", ["/admin/redirects/import/", "/admin/images/add/"])
def test_files_of_wagtails_own_forms_are_chosen_in_persian(window, gallery, address):
    eye = window(390, gallery("small-screens"))
    Colleague(eye, "admin").sign_in()

    eye.goto(address)
    expect(eye.page.locator("input[type=file] + label")).to_have_text("انتخاب فایل")
    expect(eye.page.locator(".miz-file")).to_have_text("هنوز فایلی انتخاب نشده است.")
