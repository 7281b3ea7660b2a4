"""The guide followed to the letter, on a phone, by people who have read nothing else.

Its steps and its four important notes are in the order in which it gives them: from the first
visit to the approved contract, for a person and for a company, and the way back in for somebody
who had a cartable before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from persian.digits import to_persian
from tests.browser import papers
from tests.browser.eye import Eye, Gallery
from tests.browser.people import Applicant, Colleague

pytestmark = [pytest.mark.browser, pytest.mark.services]

Window = Callable[..., Eye]
Galleries = Callable[..., Gallery]

PHONE, DESKTOP = 390, 1360
MARYAM = "09130000001"
SOMEBODY_UNKNOWN = "09139876543"
WRONG_NUMBER = "شماره موبایل را صحیح وارد کنید!"
NEW_PASSWORD = "Kavir-1405!"
IDENTITY = "تأیید هویت"
CONTRACT = "ثبت اطلاعات قرارداد"
DESK = "میز خدمت و مکاتبات الکترونیکی"


@dataclass(frozen=True)
class Newcomer:
    """A holder of a contract in the register, who has never been here."""

    kind: str
    mobile: str
    first_name: str
    last_name: str
    name: str
    answers: Mapping[str, str]
    documents: tuple[str, ...]
    # Part of the name as a keyboard with Arabic letters writes it, and the number it leads to.
    searched: str
    contract: str
    # What the desk wants to see again.
    marked: str


ADDRESS = {"province": "isfahan", "address": "اصفهان، شهرک صنعتی جی، خیابان چهارم"}
YOUSEF = Newcomer(
    kind="حقیقی",
    mobile="09131112233",
    first_name="یوسف",
    last_name="قنبری",
    name="یوسف قنبری",
    answers={
        "person": "natural",
        "first_name": "يوسف",
        "last_name": "قنبري",
        "national_code": "۹۹۹۱۰۰۹۵۹۰",
        "birth_date": "۱۳۵۸/۰۷/۱۲",
        **ADDRESS,
    },
    documents=("id_card", "birth_cert"),
    searched="قنبري",
    contract="۱۴۰۴/۳۴۲۷",
    marked="کارت ملی",
)
PARSIAN = Newcomer(
    kind="حقوقی",
    mobile="09132223344",
    first_name="مینا",
    last_name="پارسا",
    name="شرکت الکترونیک پارسیان نمونه",
    answers={
        "person": "legal",
        "company_name": "شركت الكترونيك پارسيان نمونه",
        "legal_id": "10269991047",
        "registration_number": "۴۵۶۷",
        "director_first_name": "مینا",
        "director_last_name": "پارسا",
        "director_national_code": "۹۹۹۰۰۰۰۰۳۴",
        "director_birth_date": "۱۳۶۱/۱۱/۰۳",
        **ADDRESS,
        "postal_code": "۸۱۵۹۹۱۲۳۴۵",
    },
    documents=("gazette_est", "gazette_last", "sign_holders", "director_id"),
    searched="الكترونيك پارسي",
    contract="۱۴۰۱/۱۹۷۴",
    marked="آگهی",
)


@pytest.mark.parametrize("newcomer", [YOUSEF, PARSIAN], ids=["natural", "legal"])
def test_from_the_first_visit_to_the_approved_contract(
    newcomer: Newcomer, window: Window, gallery: Galleries, tmp_path: Path
) -> None:
    story = "natural" if newcomer is YOUSEF else "legal"
    pictures = gallery(str(PHONE), prefix=f"guide-{story}-")
    person = Applicant(window(PHONE, pictures), newcomer.mobile)
    office = Office(window, pictures)

    finds_the_ways_in(person)
    if newcomer is YOUSEF:
        forgets_what_was_never_there(person)
    comes_in_by_dolat(person, newcomer)
    registers(person, newcomer)
    meets_the_closed_door(person)
    code = proves_identity(person, newcomer, tmp_path)
    reads_the_report(person, code, "در حال بررسی", "report-identity-in-review")
    office.wants_to_see_again(code, newcomer.marked)
    mends(person, newcomer, code, tmp_path)
    office.approves("desk", code)
    comes_in_with_what_was_sent(person)
    reads_the_report(person, code, "خاتمه یافته", "report-identity-completed")
    no_page_offers_another_number(person)

    claim = registers_the_contract(person, newcomer)
    reads_the_report(person, claim, "در حال بررسی", "report-contract-in-review")
    office.approves("contracts", claim)
    reads_the_report(person, claim, "خاتمه یافته", "report-contract-completed")
    may_ask_for_services(person, newcomer)


def test_who_had_a_cartable_gets_the_way_in_back(window: Window, gallery: Galleries) -> None:
    maryam = Applicant(window(PHONE, gallery(str(PHONE), prefix="guide-recovery-")), MARYAM)
    eye = maryam.eye
    eye.goto("/accounts/login/")
    eye.press("فراموشی گذرواژه")
    maryam.page.get_by_label("شمارهٔ موبایل").fill("۰۹۱۳ ۰۰۰ ۰۰۰۱")
    eye.press("ارسال نام کاربری و گذرواژه")
    eye.says("پیامک ارسال می‌شود")
    comes_in_with_what_was_sent(maryam)
    eye.says("مریم رضایی", "۱۴۰۲/۱۰۰۱")
    eye.look("desk")


# --- Coming in --------------------------------------------------------------------


def finds_the_ways_in(person: Applicant) -> None:
    eye = person.eye
    eye.goto("/")
    eye.look("first-visit")
    eye.press("ورود", within=eye.page.get_by_role("banner"))
    eye.says("ورود از طریق دولت من", "فراموشی گذرواژه")
    eye.look("ways-in")


def forgets_what_was_never_there(person: Applicant) -> None:
    """Important note 2: the message, and the way on through «دولت من»."""
    eye = person.eye
    eye.press("فراموشی گذرواژه")
    person.page.get_by_label("شمارهٔ موبایل").fill("۰۹۱۳")
    eye.press("ارسال نام کاربری و گذرواژه")
    eye.says(WRONG_NUMBER)
    expect(
        person.page.locator("main").get_by_role("link", name="ورود از طریق دولت من")
    ).to_be_visible()
    eye.look("note-2-malformed")

    person.page.get_by_label("شمارهٔ موبایل").fill(SOMEBODY_UNKNOWN)
    eye.press("ارسال نام کاربری و گذرواژه")
    person.page.locator("main summary", has_text="پیامک دریافت نکردید؟").click()
    eye.says(WRONG_NUMBER)
    eye.look("note-2-unknown")
    assert not Applicant(eye, SOMEBODY_UNKNOWN).messages()
    eye.press("ورود از طریق دولت من")
    assert eye.path.startswith("/accounts/dolat/")
    eye.press("روش‌های دیگر ورود")


def comes_in_by_dolat(person: Applicant, newcomer: Newcomer) -> None:
    eye = person.eye
    eye.press("ورود از طریق دولت من")
    # Important note 1, said before it is too late.
    eye.says("تغییر شمارهٔ موبایل امکان‌پذیر نیست", "مدیرعامل شرکت")
    eye.look("dolat")
    eye.press("دریافت کد موقت ورود")
    eye.look("dolat-something-missing")
    person.page.get_by_label(newcomer.kind, exact=True).check()
    person.page.get_by_label("شمارهٔ موبایل").fill(to_persian(person.mobile))
    eye.press("دریافت کد موقت ورود")
    eye.says("پیامک شد")
    eye.look("code")
    person.type_code(to_persian(person.code_from_the_phone()))


def registers(person: Applicant, newcomer: Newcomer) -> None:
    """Important note 3: the tick, and «خدمت گیرندگان»."""
    eye = person.eye
    eye.says("ثبت‌نام کاربر جدید")
    expect(person.page.locator("input[name=kind]:checked")).to_have_value(
        newcomer.answers["person"]
    )
    eye.look("note-3-new-user")
    eye.press("خدمت گیرندگان")
    eye.look("note-3-something-missing")
    names = {"first_name": newcomer.first_name, "last_name": newcomer.last_name}
    if newcomer.answers["person"] == "legal":
        names["company"] = newcomer.name
    person.answer(names)
    person.page.locator("[name=consent]").check()
    eye.press("خدمت گیرندگان")
    eye.says(newcomer.name)


def meets_the_closed_door(person: Applicant) -> None:
    """Contract before identity: the page says what comes first, and where."""
    eye = person.eye
    eye.look("after-registration")
    eye.goto("/desk/contract/")
    eye.says("تأیید هویت لازم است")
    eye.look("contract-before-identity")


# --- Identity ----------------------------------------------------------------------


def proves_identity(person: Applicant, newcomer: Newcomer, folder: Path) -> str:
    """«تأیید هویت», filled in and sent; the tracking code."""
    eye = person.eye
    eye.press(IDENTITY)
    eye.look("identity")
    eye.press("شروع تأیید هویت")
    eye.look("identity-questions")
    person.save()
    expect(eye.page.locator(".error-summary")).to_be_focused()
    eye.look("identity-questions-missing")
    person.answer(newcomer.answers)
    eye.look("identity-questions-answered")
    person.save()
    reads_the_report(person, person.tracking_code, "پیش‌نویس", "report-identity-draft")
    eye.press("ادامهٔ پیش‌نویس")
    eye.page.wait_for_url("**/desk/request/**")
    if not eye.page.locator("#document-" + newcomer.documents[0]).count():
        person.save()
    eye.look("identity-documents")
    for code in newcomer.documents:
        person.upload(code, papers.photo(folder, code))
    eye.look("identity-documents-all-there")
    eye.press("ادامه")
    eye.look("identity-check")
    person.hand_in()
    eye.says("درخواست شما ثبت شد", "پاسخ تا پایان")
    eye.look("identity-handed-in")
    return person.tracking_code


def mends(person: Applicant, newcomer: Newcomer, code: str, folder: Path) -> None:
    """What came back: the report first, then the orange key, then «ثبت و ارسال» again."""
    eye = person.eye
    reads_the_report(person, code, "خوانا نیست", "report-identity-returned")
    eye.goto("/cartable/")
    eye.says("در انتظار اقدام")
    eye.look("cartable-awaiting")
    eye.page.locator("main .btn-action").first.click()
    changed = newcomer.documents[0]
    person.upload(changed, papers.photo(folder, f"{changed}-clear"))
    eye.look("identity-mend")
    eye.press("ادامه")
    person.hand_in()
    eye.says("اصلاحات شما ارسال شد")


def comes_in_with_what_was_sent(person: Applicant) -> None:
    """The user name and password of the SMS; the forced change; the sign-in page again."""
    eye = person.eye
    username, sent = person.credentials_from_the_phone()
    eye.goto("/dev/sms/")
    eye.look("credentials-by-sms")
    _sign_out(eye)
    _give(eye, username, sent)
    eye.says("تغییر گذرواژه")
    eye.look("new-password")
    field = eye.page.locator("main [name=password]")
    field.fill("گذرواژه")
    eye.says("صفحه‌کلید فارسی است")
    eye.look("new-password-persian-keyboard")
    field.fill("kavir1405")
    eye.press("تغییر گذرواژه")
    eye.says("حرف بزرگ انگلیسی")
    eye.look("new-password-weak")
    field.fill(NEW_PASSWORD)
    expect(eye.page.locator(".password-rule__part.is-met")).to_have_count(5)
    eye.press("تغییر گذرواژه")
    eye.says("گذرواژه تغییر یافت")
    eye.look("password-changed")
    # The sign-in page, with the way that was just prepared on top.
    assert eye.path == "/accounts/login/password/"
    _give(eye, username, sent)
    eye.says("صحیح نیست")
    eye.look("one-time-password-again")
    _give(eye, username, NEW_PASSWORD)
    eye.says(DESK)


def _give(eye: Eye, username: str, password: str) -> None:
    eye.page.locator("main [name=username]").fill(username)
    eye.page.locator("main [name=password]").fill(password)
    form = eye.page.locator("form").filter(has=eye.page.locator("[name=username]"))
    form.get_by_role("button", name="ورود", exact=True).click()


def _sign_out(eye: Eye) -> None:
    eye.goto("/accounts/login/")
    if "/accounts/login/" not in eye.path:
        eye.page.locator(".site-header details.menu summary").click()
        eye.page.get_by_role("button", name="خروج").click()
        eye.goto("/accounts/login/")


def no_page_offers_another_number(person: Applicant) -> None:
    """Important note 1: every page of the account and the desk, and what they link to."""
    eye = person.eye
    seen, waiting = set(), ["/desk/", "/accounts/security/", "/desk/identity/", "/cartable/"]
    eye.goto("/accounts/security/")
    eye.look("note-1-account")
    while waiting:
        path = waiting.pop()
        seen.add(path)
        eye.goto(path)
        fields = eye.page.locator("input[name*=mobile], input[type=tel], input[name*=phone]")
        assert fields.count() == 0, path
        links = eye.page.locator("main a[href^='/accounts/'], header a[href^='/accounts/']")
        hrefs = [link.get_attribute("href") or "" for link in links.all()]
        waiting += [href for href in hrefs if href not in seen and href not in waiting]
    with eye.expecting(404):
        for path in ("/accounts/phone/change/", "/accounts/email/"):
            eye.goto(path)
            eye.says("این صفحه یافت نشد")


# --- The contract --------------------------------------------------------------------


def registers_the_contract(person: Applicant, newcomer: Newcomer) -> str:
    """By the three-line menu, as the guide says for phones; the tracking code."""
    eye = person.eye
    eye.goto("/")
    eye.page.get_by_role("button", name="فهرست").click()
    eye.look("menu")
    eye.press("میز خدمت", within=eye.page.get_by_role("navigation", name="فهرست اصلی"))
    eye.says(DESK, newcomer.name)
    eye.look("desk-verified")
    eye.press(CONTRACT)
    eye.look("contract-search")
    eye.press("جستجو")
    eye.look("contract-search-missing")
    eye.page.get_by_label("استان").select_option(label="اصفهان")
    expect(eye.page.get_by_label("شهرک")).to_be_visible()
    eye.page.get_by_label("شهرک").select_option(label="شهرک صنعتی جی")
    search = eye.page.get_by_label("شمارهٔ قرارداد یا بخشی از نام طرف قرارداد")
    search.fill("زعفران‌کاران")
    eye.press("جستجو")
    eye.says("قراردادی یافت نشد")
    eye.look("contract-nothing-found")
    search.fill(newcomer.searched)
    eye.press("جستجو")
    eye.says(newcomer.contract)
    assert newcomer.name not in eye.page.locator(".tasks").inner_text()
    eye.look("contract-found")
    eye.page.locator(".tasks").get_by_role("link", name=newcomer.contract).click()
    eye.says(newcomer.name, "تأیید مشخصات قرارداد")
    eye.look("contract-chosen")
    eye.press("ثبت")
    eye.says("درخواست ثبت قرارداد شما ارسال شد", "کد رهگیری", "پاسخ تا پایان")
    eye.look("contract-claimed")
    return person.tracking_code


def may_ask_for_services(person: Applicant, newcomer: Newcomer) -> None:
    """Stage two is open: the contract is there, and the form begins with it."""
    eye = person.eye
    eye.goto("/desk/")
    eye.says("قراردادهای شما", newcomer.contract)
    eye.look("desk-with-contract")
    eye.press("ثبت درخواست خدمات")
    eye.look("services-to-choose")
    eye.goto("/services/elec-intro/")
    eye.press("ثبت درخواست")
    eye.says(newcomer.contract)
    eye.look("service-with-contract")
    eye.press("شروع درخواست")
    eye.look("service-begun")


def reads_the_report(person: Applicant, code: str, words: str, picture: str) -> None:
    """Important note 4: whatever the stage, one press on «گزارش درخواست» in the cartable."""
    eye = person.eye
    for box in ("awaiting", "circulating", "archive"):
        eye.goto(f"/cartable/?box={box}")
        row = eye.page.locator("main tr").filter(has=eye.page.locator(f"a[href*='{code}']"))
        if row.count():
            eye.press("گزارش درخواست", within=row)
            eye.says(words)
            eye.look(picture)
            return
    raise AssertionError(f"{code} is in no box of the cartable.")


class Office:
    """The staff, each in a window of their own."""

    def __init__(self, window: Window, pictures: Gallery) -> None:
        self.window, self.pictures = window, pictures
        self._at_work: dict[str, Colleague] = {}

    def __getitem__(self, username: str) -> Colleague:
        if username not in self._at_work:
            self._at_work[username] = Colleague(self.window(DESKTOP, self.pictures), username)
            self._at_work[username].sign_in()
        return self._at_work[username]

    def wants_to_see_again(self, code: str, title: str) -> None:
        """The first paper whose name has ``title`` in it is not legible."""
        desk = self["desk"]
        desk.open(code)
        desk.eye.look("staff-identity", admin=True)
        desk.eye.press("عودت برای اصلاح")
        desk.page.locator("[name=reason]").select_option(index=1)
        desk.page.locator("[name=note]").fill("لطفاً تصویر روشن‌تری ارسال کنید.")
        paper = desk.page.locator(".miz-mend li").filter(has_text=title).first
        paper.locator("input[type=checkbox]").check()
        paper.locator("input[type=text]").fill("تصویر خوانا نیست.")
        desk.page.locator("form .miz-actions button").click()
        desk.eye.says("درخواست برای اصلاح به متقاضی عودت داده شد.")

    def approves(self, username: str, code: str) -> None:
        colleague = self[username]
        colleague.open(code)
        colleague.eye.look(f"staff-{username}-approves", admin=True)
        colleague.go_on("تأیید")
