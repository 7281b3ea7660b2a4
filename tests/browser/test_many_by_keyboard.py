"""Many requests given to one colleague in one act, by somebody who touches no mouse."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Locator, expect

from tests.browser.eye import Eye, Gallery
from tests.browser.people import Colleague
from tests.browser.portal import MANAGE, DemoHouse, Portal

pytestmark = [pytest.mark.browser, pytest.mark.services]

MANY = 12
# Requests at the first desk, which Sara leads and where Sima sits too.
PREPARE = f"""
from accounts.models import User
from services_catalog.models import Seat, Service
from tests.cast import begin, bring, hire, seat, step
maryam = User.objects.get(mobile="09130000001")
Seat.objects.filter(user__username="desk").update(head=True)
seat(hire("sima", "reviewer", first="سیما", last="وحدتی"), "desk")
service = Service.objects.get(code="smt-letter")
answers = dict(purpose="extend", licence_number="123", licence_until="2031-09-22", progress=40)
for _ in range({MANY}):
    draft = begin(maryam, service, contract=maryam.acting_for.contracts.get(), answers=answers,
        declined=["poa", "agent", "completion", "progress_report"], file_number="31-14021001")
    for needed in draft.facts.documents_for(draft.party.kind):
        if needed.code not in draft.declined:
            bring(draft, needed.code)
    step(draft, "submit", maryam)
print("PREPARED")
"""


@pytest.fixture
def full_desk(portal: Portal, demo_house: DemoHouse) -> None:
    done = subprocess.run(
        [*MANAGE, "shell", "--no-imports", "-c", PREPARE],
        env=demo_house.environment(portal.log.parent),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PREPARED" in done.stdout, done.stderr[-3000:]


def tab_to(eye: Eye, place: Locator) -> None:
    """Press the tabulator until the focus is there, from wherever it is."""
    for _ in range(200):
        if place.evaluate("it => it === document.activeElement"):
            return
        eye.page.keyboard.press("Tab")
    raise AssertionError(f"The tabulator does not lead to {place}.")


def test_a_head_gives_many_to_a_colleague_by_the_keyboard(
    window: Callable[..., Eye], gallery: Callable[[str], Gallery], full_desk: None
) -> None:
    eye = window(1360, gallery("by-keyboard"))
    sara = Colleague(eye, "desk")
    sara.sign_in()
    eye.goto("/admin/submissions/submission/")
    tab_to(eye, eye.page.locator("input[name=all]"))
    eye.page.keyboard.press("Space")
    tab_to(eye, eye.page.get_by_role("button", name="سپردن به همکار"))
    with eye.leaving():
        eye.page.keyboard.press("Enter")

    eye.says("سپردن به همکار برای ۱۲ درخواست")
    choice = eye.page.locator("[name=person]")
    tab_to(eye, choice)
    for _ in choice.locator("option").all():
        if "سیما" in choice.locator("option:checked").inner_text():
            break
        eye.page.keyboard.press("ArrowDown")
    tab_to(eye, eye.page.locator("main form button[type=submit]"))
    with eye.leaving():
        eye.page.keyboard.press("Enter")

    # It says how far it is by itself, until the worker has come to the end.
    standing = eye.page.locator("#standing")
    expect(standing).to_contain_text(re.compile("در حال انجام|نتیجهٔ اقدام گروهی"))
    expect(standing).to_contain_text("نتیجهٔ اقدام گروهی")
    expect(standing).to_contain_text("۱۲ درخواست انجام شد")
    expect(standing.locator("progress")).to_have_count(0)
    eye.look("done", admin=True)

    eye.goto("/admin/submissions/submission/?list=taken")
    first = eye.page.locator(".miz-table td.title a").first
    tab_to(eye, first)
    with eye.leaving():
        eye.page.keyboard.press("Enter")
    eye.says("نزد سیما وحدتی")
