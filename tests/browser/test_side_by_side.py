"""Desks that look at a request side by side, joined by all and then by any, in five windows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import papers
from tests.browser.eye import Eye, Gallery
from tests.browser.people import Applicant, Colleague

pytestmark = [pytest.mark.browser, pytest.mark.services]

Window = Callable[..., Eye]

MARYAM = "09130000001"
SERVICE = "smt-letter"
LEGAL = "کاوه شریفی"
ENVIRONMENT = "نرگس باقری"
NOT_MINE = "این مدرک شامل من نمی‌شود"
# Who carries a phone; the others sit at a wide screen.
WITH_A_PHONE = ("finance", "park")


def test_two_desks_agree_side_by_side_and_one_of_two_is_enough(
    window: Window, gallery: Callable[[str], Gallery], tmp_path: Path
) -> None:
    pictures = gallery("side-by-side")
    maryam = Applicant(window(390, pictures), MARYAM)
    maryam.sign_in()
    code = maryam_asks(maryam, tmp_path)

    office: dict[str, Colleague] = {}
    for name in ("desk", "contracts", "finance", "park", "legal"):
        office[name] = Colleague(window(390 if name in WITH_A_PHONE else 1360, pictures), name)
        office[name].sign_in()
    office["desk"].open(code)
    office["desk"].go_on("تأیید و ارسال به کارشناس امور قراردادها و کارشناس امور مالی")

    asks_twice_and_recalls_once(office["contracts"], code)
    answers(office["legal"])
    all_agree(office["contracts"], office["finance"], code)
    maryam.eye.goto(f"/cartable/{code}/")
    maryam.eye.says("بررسی هم‌زمان (تأیید یکی کافی است)", "مدیر شهرک در حال بررسی")
    maryam.eye.look("report-of-two-desks")
    one_is_enough(office["park"], code)
    maryam.eye.page.reload()
    maryam.eye.says("نزد معاون مربوط")


def maryam_asks(maryam: Applicant, folder: Path) -> str:
    """She files for the first desk; the tracking code."""
    eye = maryam.eye
    eye.goto(f"/desk/request/?service={SERVICE}")
    with eye.leaving():
        eye.press("شروع درخواست")
    maryam.answer({"purpose": "extend", "licence_number": "۱۲۳", "progress": "۴۰"})
    until = eye.page.locator("[name=licence_until]")
    expect(until).to_be_visible()
    until.fill("۱۴۱۰/۰۶/۳۱")
    maryam.save()
    maryam.answer({"description": "برای تمدید جواز، نامهٔ شرکت لازم است."})
    maryam.save()
    for paper in ("request", "contract", "id_card", "est_licence"):
        maryam.upload(paper, papers.pdf(folder, paper))
    # The page of the documents has keys of the same name.
    with eye.leaving():
        eye.press("ادامه")
    for left in (1, 0):
        with eye.leaving():
            eye.press(NOT_MINE)
        expect(eye.page.get_by_role("button", name=NOT_MINE)).to_have_count(left)
    maryam.hand_in()
    eye.says("درخواست شما ثبت شد")
    return maryam.tracking_code


def asks_twice_and_recalls_once(contracts: Colleague, code: str) -> None:
    """One colleague for an opinion, another by mistake; what nobody has seen is taken back."""
    for name, words in ((LEGAL, "آیا مفاد قرارداد مانع تمدید است؟"), (ENVIRONMENT, "نظر شما؟")):
        contracts.open(code)
        contracts.press("ارجاع به همکار")
        contracts.page.get_by_label(name).check()
        contracts.page.locator("[name=note]").fill(words)
        if name == LEGAL:
            contracts.eye.look("refer", admin=True)
        contracts.press("ارجاع به همکار")
    contracts.open(code)
    contracts.press(re.compile(f"بازپس‌گیری.*{ENVIRONMENT}"))
    contracts.page.locator("[name=note]").fill("اشتباهی ارجاع شد.")
    contracts.press("بازپس‌گیری ارجاع")
    contracts.open(code)
    contracts.eye.says("اشتباهی ارجاع شد.", "هنوز مشاهده نشده است.")
    contracts.eye.look("tree", admin=True)


def answers(legal: Colleague) -> None:
    legal.eye.goto("/admin/submissions/submission/")
    legal.open_first()
    legal.eye.says("آیا مفاد قرارداد مانع تمدید است؟")
    legal.press("پاسخ به ارجاع")
    legal.page.locator("[name=note]").fill("مانعی ندارد.")
    legal.press("پاسخ به ارجاع")
    legal.eye.says("پاسخ شما ثبت شد.")


def all_agree(contracts: Colleague, finance: Colleague, code: str) -> None:
    """The first agreement waits for the second, which goes on."""
    contracts.eye.goto("/admin/submissions/submission/")
    contracts.eye.says("هم‌زمان نزد «کارشناس امور مالی»", "مهلت میز")
    contracts.open_first()
    contracts.eye.says("پاسخ کاوه شریفی", "مانعی ندارد.")
    contracts.eye.says("درخواست پس از تأیید «کارشناس امور مالی» به «مدیر شهرک»")
    contracts.eye.look("first-of-two", admin=True)
    contracts.go_on("تأیید این میز")
    contracts.eye.says("بررسی این درخواست در میزهای دیگر ادامه دارد.")

    finance.eye.goto("/admin/submissions/submission/")
    finance.eye.look("queue-on-a-phone", admin=True)
    finance.open_first()
    finance.eye.says("کارشناس امور قراردادها تأیید شده (لیلا صادقی)")
    finance.eye.look("second-of-two-on-a-phone", admin=True)
    finance.go_on("تأیید و ارسال به مدیر شهرک و کارشناس امور فنی")


def one_is_enough(park: Colleague, code: str) -> None:
    park.open(code)
    park.eye.says("با تأیید شما بررسی «کارشناس امور فنی و عمران» پایان می‌یابد.")
    park.go_on("تأیید و ارسال به معاون مربوط")
