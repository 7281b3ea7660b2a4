"""From a phone in a queue to a letter that is true: the whole road, looked at on every page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from persian.digits import to_persian
from tests.browser import papers
from tests.browser.eye import Eye, Gallery
from tests.browser.people import Applicant, Colleague, papers_for
from tests.patience import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.services]

Window = Callable[..., Eye]
Galleries = Callable[[str], Gallery]

MARYAM = "09130000001"
NEWCOMER = "09130000003"
SERVICE = "معرفی به شرکت توزیع برق جهت دریافت انشعاب برق"
# What finance wants again.
MARKED = "تصویر صفحات دفترچهٔ قرارداد"
WITH_A_PHONE = ("desk", "finance")


@pytest.mark.parametrize("width", [390, 1360])
def test_a_request_becomes_a_letter(
    width: int, window: Window, gallery: Galleries, tmp_path: Path
) -> None:
    pictures = gallery(str(width))
    maryam = Applicant(window(width, pictures), MARYAM)

    somebody_looks_around(maryam.eye)
    maryam_signs_in(maryam)
    maryam_begins(maryam)
    maryam_answers_questions(maryam)
    maryam_describes(maryam)
    maryam_brings_papers(maryam, tmp_path)
    code = maryam_hands_in(maryam, tmp_path)
    maryam_follows(maryam, code)

    office = Office(window, pictures, width)
    desks_pass_it_on(office, code)
    finance_sends_it_back(office, code)
    maryam_mends(maryam, tmp_path, code)
    desks_finish_it(office, code)
    manager_sees_all(office)

    letter = maryam_receives_the_letter(maryam, tmp_path, code)
    anybody_can_check_it(window(width, pictures), letter, code)
    a_newcomer_arrives(Applicant(window(width, pictures), NEWCOMER))


def test_a_request_is_handed_in_without_javascript(
    window: Window, gallery: Galleries, tmp_path: Path
) -> None:
    eye = window(390, gallery("390-without-javascript"), scripts=False)
    maryam = Applicant(eye, MARYAM)
    maryam.sign_in()
    eye.goto("/desk/request/?service=elec-intro")
    eye.press("شروع درخواست")

    maryam.answer({"requested_power": "۲۵۰", "phase": "three", "temporary": "yes"})
    maryam.save()
    eye.look("another-question")
    maryam.answer({"temporary_until": "۱۴۱۰/۰۶/۳۱"})
    maryam.save()
    maryam.answer({"description": "برای خط تولید جدید کارگاه، انشعاب سه‌فاز لازم است."})
    maryam.save()

    maryam.send_plainly("request", papers.disguised_program(tmp_path, "setup"))
    eye.says("پذیرفته نشد")
    eye.look("one-refused")
    for code, path in papers_for(tmp_path).items():
        maryam.send_plainly(code, path)
        expect(maryam.row(code)).to_contain_text("اتمام بارگذاری")
    eye.look("all-there")
    eye.press("ادامه")

    maryam.hand_in()
    eye.says("درخواست شما ثبت شد")
    eye.look("handed-in")


def somebody_looks_around(eye: Eye) -> None:
    """What anybody may read, before signing in."""
    eye.goto("/")
    eye.says("راهنما", "خدمات", "کارتابل")
    eye.look("front-page")

    # As typed on a keyboard with Arabic letters.
    eye.goto("/search/?q=معرفي به شركت توزيع انشعاب برق")
    eye.says(SERVICE)
    eye.look("search")
    eye.goto("/search/?q=زعفران")
    eye.look("search-nothing")

    eye.goto("/guides/")
    eye.look("guides")
    eye.page.locator("main").get_by_role("link").first.click()
    eye.look("guide")

    eye.goto("/services/")
    eye.look("catalog")
    eye.goto("/services/print/")
    eye.look("catalog-on-paper")
    eye.goto("/services/elec-intro/")
    eye.says(SERVICE, "ثبت درخواست", "روز کاری")
    eye.look("service")

    with eye.expecting(404):
        eye.goto("/there-is-no-such-page/")
        eye.look("not-found")
    eye.goto("/dev/looks/")
    eye.look("looks")


def maryam_signs_in(maryam: Applicant) -> None:
    eye = maryam.eye
    eye.goto("/desk/")
    eye.look("sign-in")
    eye.page.get_by_label("شمارهٔ موبایل").fill("۰۹۱۳")
    eye.press("دریافت کد ورود")
    eye.says("شماره موبایل را صحیح وارد کنید!")
    eye.look("sign-in-wrong-number")

    maryam.ask_for_code()
    right = maryam.code_from_the_phone()
    maryam.type_code("000000" if right != "000000" else "111111")
    eye.says("این کد صحیح نیست")
    eye.look("sign-in-wrong-code")
    maryam.type_code(right)
    eye.goto("/desk/")
    eye.says("مریم رضایی")
    eye.look("desk")


def maryam_begins(maryam: Applicant) -> None:
    eye = maryam.eye
    eye.goto("/cartable/")
    eye.look("cartable-empty")
    eye.goto("/desk/request/")
    eye.look("start-choose-service")
    eye.goto("/services/elec-intro/")
    eye.press("ثبت درخواست")
    eye.says(SERVICE, "۱۴۰۲/۱۰۰۱")
    eye.look("start-before-beginning")
    eye.press("شروع درخواست")


def maryam_answers_questions(maryam: Applicant) -> None:
    eye = maryam.eye
    eye.look("questions")
    maryam.answer({"requested_power": "دویست"})
    maryam.save()
    expect(eye.page.locator(".error-summary")).to_be_focused()
    assert eye.page.title().startswith("خطا:")
    expect(eye.page.locator("[name=requested_power]")).to_have_value("دویست")
    eye.look("questions-wrong")

    maryam.answer({"requested_power": "۲۵۰", "phase": "three", "temporary": "yes"})
    until = eye.page.locator("[name=temporary_until]")
    expect(until).to_be_visible()
    expect(eye.page.locator("[data-autosave-status]")).to_contain_text("ذخیره شد")
    until.fill("۱۴۱۰/۱۳/۰۱")
    maryam.save()
    expect(until).to_have_value("۱۴۱۰/۱۳/۰۱")
    expect(eye.page.locator("[name=requested_power]")).to_have_value("۲۵۰")
    eye.look("questions-conditional")
    maryam.answer({"temporary_until": "۱۴۱۰/۰۶/۳۱"})
    maryam.save()


def maryam_describes(maryam: Applicant) -> None:
    eye = maryam.eye
    maryam.answer({"description": ""})
    maryam.save()
    eye.says("لطفاً «شرح درخواست» را بنویسید")
    eye.look("description-empty")
    maryam.answer({"description": "برای خط تولید جدید کارگاه، انشعاب سه‌فاز لازم است."})
    maryam.save()


def maryam_brings_papers(maryam: Applicant, folder: Path) -> None:
    """All but the last one; a program that calls itself a PDF is not taken."""
    eye = maryam.eye
    eye.look("documents-none-yet")
    with eye.expecting(422):
        maryam.choose("request", papers.disguised_program(folder, "setup"))
        expect(maryam.row("request")).to_contain_text("پذیرفته نشد")
        expect(maryam.row("request")).to_contain_text("PDF")
        eye.look("documents-one-refused")
    for code, path in papers_for(folder).items():
        if code != "power_form":
            maryam.upload(code, path)
    eye.look("documents-one-missing")
    eye.press("ادامه")


def maryam_hands_in(maryam: Applicant, folder: Path) -> str:
    """She is told what is missing, brings it and hands in; the tracking code."""
    eye = maryam.eye
    eye.look("check")
    maryam.hand_in()
    obstacles = eye.page.locator(".error-summary")
    expect(obstacles).to_be_focused()
    eye.look("check-something-missing")
    obstacles.get_by_role("link").first.click()
    maryam.upload("power_form", papers_for(folder)["power_form"])
    eye.look("documents-all-there")
    eye.press("ادامه")
    maryam.hand_in()
    eye.says("درخواست شما ثبت شد", "پاسخ تا پایان")
    eye.look("handed-in")
    return maryam.tracking_code


def maryam_follows(maryam: Applicant, code: str) -> None:
    eye = maryam.eye
    eye.goto("/cartable/?box=circulating")
    eye.says(SERVICE, "در حال گردش", "در حال بررسی")
    eye.look("cartable-circulating")
    eye.press("گزارش درخواست")
    eye.look("report-in-review")
    eye.press("انصراف از درخواست")
    eye.look("withdraw-asks-first")
    eye.goto(f"/cartable/{code}/")


class Office:
    """The staff, each in a window of their own; some carry a phone."""

    def __init__(self, window: Window, pictures: Gallery, width: int) -> None:
        self.window, self.pictures, self.width = window, pictures, width
        self._at_work: dict[str, Colleague] = {}

    def __getitem__(self, username: str) -> Colleague:
        if username not in self._at_work:
            width = self.width if username in WITH_A_PHONE else 1360
            self._at_work[username] = Colleague(self.window(width, self.pictures), username)
            self._at_work[username].sign_in()
        return self._at_work[username]


def desks_pass_it_on(office: Office, code: str) -> None:
    """From the desk of services to the financial expert."""
    desk = office["desk"]
    desk.eye.says("در انتظار اقدام من", SERVICE)
    desk.eye.look("staff-first-page", admin=True)
    desk.eye.goto("/admin/submissions/submission/")
    desk.eye.says(SERVICE, "مریم رضایی")
    desk.eye.look("staff-queue", admin=True)
    desk.open(code)
    desk.eye.look("staff-request", admin=True)
    desk.page.locator("#document-id_card summary").click()
    expect(desk.page.locator("#document-id_card img")).to_be_visible()
    desk.eye.look("staff-request-document-open", admin=True)
    desk.go_on("تأیید و ارسال به", note="مدارک دیده شد.")
    desk.eye.look("staff-queue-after", admin=True)

    office["subs"].open(code)
    office["subs"].go_on("تأیید و ارسال به")


def finance_sends_it_back(office: Office, code: str) -> None:
    """With one paper marked; the reason and the words are asked for when they are missing."""
    finance = office["finance"]
    finance.open(code)
    finance.eye.press("عودت برای اصلاح")
    send = finance.page.locator("form .miz-actions button")
    with finance.eye.expecting(422):
        send.click()
        finance.eye.says("لطفاً دلیل عودت را انتخاب کنید.")
        finance.eye.look("staff-return-reason-missing", admin=True)
    finance.page.locator("[name=reason]").select_option(index=1)
    finance.page.locator("[name=note]").fill("لطفاً صفحهٔ امضاها را هم ارسال کنید.")
    paper = finance.page.locator(".miz-mend li").filter(has_text=MARKED)
    paper.locator("input[type=checkbox]").check()
    paper.locator("input[type=text]").fill("صفحهٔ امضاها خوانا نیست.")
    finance.eye.look("staff-return", admin=True)
    send.click()
    finance.eye.says("درخواست برای اصلاح به متقاضی عودت داده شد.")


def maryam_mends(maryam: Applicant, folder: Path, code: str) -> None:
    eye = maryam.eye
    eye.goto("/cartable/")
    eye.says("در انتظار اقدام", SERVICE, "عودت برای اصلاح")
    eye.look("cartable-awaiting")
    eye.page.locator(".btn-action").first.click()
    eye.says("صفحهٔ امضاها خوانا نیست.")
    eye.look("mend-documents")
    maryam.upload("contract", papers.pdf(folder, "contract-with-signatures"))
    eye.goto(f"/cartable/{code}/")
    eye.says("این درخواست برای اصلاح عودت داده شده است", MARKED)
    eye.look("report-returned")
    eye.press("اقدام")
    eye.press("ادامه")
    eye.look("mend-check")
    maryam.hand_in()
    eye.says("اصلاحات شما ارسال شد")


def desks_finish_it(office: Office, code: str) -> None:
    """Finance sees what is new; the others agree; the secretariat gives the last word."""
    finance = office["finance"]
    finance.open(code)
    finance.eye.says("تغییرات نسبت به ارسال قبلی", "contract-with-signatures.pdf")
    finance.eye.look("staff-request-mended", admin=True)
    finance.go_on("تأیید و ارسال به")
    office["technical"].open(code)
    office["technical"].go_on("تأیید و ارسال به")
    office["deputy"].open(code)
    office["deputy"].sign()
    secretariat = office["secretariat"]
    secretariat.open(code)
    secretariat.eye.look("staff-last-desk", admin=True)
    secretariat.go_on("تأیید نهایی و صدور نامه")
    secretariat.eye.says("درخواست تأیید نهایی شد.")


def manager_sees_all(office: Office) -> None:
    manager = office["manager"]
    manager.eye.look("manager-first-page", admin=True)
    manager.eye.goto("/admin/submissions/submission/?list=seen")
    manager.eye.says(SERVICE)
    manager.eye.look("manager-all-requests", admin=True)
    manager.eye.goto("/admin/letters/letter/")
    manager.eye.look("manager-letters", admin=True)


def maryam_receives_the_letter(maryam: Applicant, folder: Path, code: str) -> dict[str, Any]:
    """The worker has made it meanwhile; what the PDF carries as facts."""
    eye = maryam.eye
    deadline = time.monotonic() + PATIENCE
    eye.goto(f"/cartable/{code}/")
    while "دریافت نامه" not in eye.words:
        assert time.monotonic() < deadline, "The letter does not come."
        time.sleep(0.5)
        eye.page.reload()
    eye.says("خاتمه یافته")
    eye.look("report-completed")
    with eye.page.expect_download() as arriving:
        eye.press("دریافت نامه")
    path = folder / "letter.pdf"
    arriving.value.save_as(path)
    facts: dict[str, Any] = json.loads(PdfReader(path).attachments["facts.json"][0])
    assert facts["tracking_code"] == code
    eye.goto("/cartable/?box=archive")
    eye.says(SERVICE, "خاتمه یافته")
    eye.look("cartable-archive")
    return facts


def anybody_can_check_it(eye: Eye, facts: dict[str, Any], code: str) -> None:
    """By the address in the QR code, and by tracking code and national id; nobody is signed in."""
    assert facts["verify_url"].startswith(eye.address)
    eye.goto(urlsplit(facts["verify_url"]).path)
    eye.says("معتبر")
    eye.look("verify-valid")
    eye.goto("/verify/")
    eye.look("verify-form")
    with eye.expecting(404):
        eye.goto("/verify/0000000000000000/")
        eye.says("یافت نشد")
        eye.look("verify-not-found")

    eye.goto("/track/")
    eye.page.locator("[name=tracking_code]").fill(to_persian(code))
    eye.page.locator("[name=national_id]").fill("۹۹۹۰۰۰۰۰۱۸")
    eye.press("پیگیری")
    eye.says("خاتمه یافته")
    eye.look("track-found")


def a_newcomer_arrives(newcomer: Applicant) -> None:
    eye = newcomer.eye
    newcomer.sign_in()
    eye.says("ثبت‌نام کاربر جدید")
    eye.look("newcomer")
    eye.press("خدمت گیرندگان")
    eye.look("newcomer-something-missing")
    newcomer.answer({"kind": "natural", "first_name": "آرش", "last_name": "یزدانی"})
    eye.page.locator("[name=consent]").check()
    eye.press("خدمت گیرندگان")
    eye.says("آرش یزدانی")
    eye.look("newcomer-desk")
    eye.goto("/cartable/")
    eye.look("newcomer-cartable-empty")
    eye.goto("/desk/request/")
    eye.look("newcomer-without-contract")
