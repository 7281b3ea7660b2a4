"""The session ends while somebody writes: the page says so, and what was typed stays in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import expect

from tests.browser.eye import Eye
from tests.browser.people import Applicant
from tests.browser.portal import Portal
from web import form_recovery

pytestmark = pytest.mark.browser

NOTICE = "[data-session-notice]"


def end_sessions(portal: Portal) -> None:
    database = portal.log.with_name("portal.sqlite3")
    with closing(sqlite3.connect(database, timeout=20)) as connection, connection:
        connection.execute("DELETE FROM django_session")


def writing(eye: Eye) -> None:
    """Signed in, with the questions of a new request open and the first one answered."""
    Applicant(eye, "09130000001").sign_in()
    eye.says("مریم رضایی")
    eye.goto("/desk/request/?service=elec-intro")
    eye.press("شروع درخواست")
    eye.page.locator("[name=requested_power]").fill("275")


def test_a_part_of_the_page_does_not_become_the_sign_in_page(
    portal: Portal, window: Callable[..., Eye], gallery: Callable[..., object]
) -> None:
    eye = window(390, gallery("session"))
    writing(eye)
    end_sessions(portal)

    eye.page.locator("[name=temporary]").first.check()

    expect(eye.page.locator(NOTICE)).to_be_visible()
    expect(eye.page.locator("main h1")).to_have_count(1)
    expect(eye.page.locator("[name=requested_power]")).to_have_value("275")
    expect(eye.page.locator("[name=temporary]").first).to_be_checked()
    eye.look("ended-while-writing")


def test_a_press_is_not_lost_to_a_notice_that_comes_while_the_finger_is_down(
    portal: Portal, window: Callable[..., Eye], gallery: Callable[..., object]
) -> None:
    eye = window(390, gallery("session", "pressed-"))
    writing(eye)
    end_sessions(portal)
    choice, notice = eye.page.locator("[name=temporary]").first, eye.page.locator(NOTICE)
    # As low as can be, where the notice will come.
    choice.evaluate("field => field.scrollIntoView({ block: 'end' })")
    place = choice.bounding_box()
    assert place
    eye.page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)

    # Leaving the number by this press sends it off; the answer is there before the finger is up.
    with eye.page.expect_response("**/save/"):
        eye.page.mouse.down()
    eye.page.wait_for_function("sessionStorage.length > 0")
    expect(notice).to_be_hidden()
    eye.page.mouse.up()

    expect(choice).to_be_checked()
    expect(notice).to_be_visible()


def test_without_a_script_the_sign_in_page_says_that_the_words_are_kept(
    portal: Portal, window: Callable[..., Eye], gallery: Callable[..., object]
) -> None:
    eye = window(390, gallery("session", "plain-"), scripts=False)
    writing(eye)
    end_sessions(portal)

    eye.press("ذخیره و ادامه")

    eye.says(form_recovery.TURNED_AWAY)
    eye.look("kept")
