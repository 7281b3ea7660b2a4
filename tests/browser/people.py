"""What the people of the stories do in their windows: an applicant, and the staff at the desks."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, expect

from persian.digits import to_ascii, to_persian
from tests.browser import papers
from tests.browser.eye import Eye
from tests.patience import PATIENCE

PASSWORD = "demo-Passw0rd!"
UPLOADED = "اتمام بارگذاری"
CREDENTIALS = re.compile(r"نام کاربری[^:]*:\s*(\S+)\s+گذرواژه[^:]*:\s*(\S+)")
# Seconds until a message that the worker sends has come.


class Applicant:
    """Somebody with a phone number, a request and its papers."""

    def __init__(self, eye: Eye, mobile: str) -> None:
        self.eye, self.page, self.mobile = eye, eye.page, mobile

    # --- Coming in -------------------------------------------------------------------

    def ask_for_code(self) -> None:
        self.eye.goto("/accounts/login/")
        self.page.get_by_label("شمارهٔ موبایل").fill(to_persian(self.mobile))
        with self.eye.leaving():
            self.eye.press("دریافت کد ورود")

    def type_code(self, code: str) -> None:
        self.page.get_by_label("کد ورود").fill(code)
        with self.eye.leaving():
            self.eye.press("ورود")

    def messages(self) -> list[str]:
        """What came by SMS to this number, newest first, as /dev/sms/ shows it."""
        phone = self.eye.context.new_page()
        phone.goto("/dev/sms/")
        texts = [
            message.locator("[data-sms-text]").inner_text()
            for message in phone.locator("article").all()
            if self.mobile in re.sub(r"[\s\u2066-\u2069-]", "", to_ascii(message.inner_text()))
        ]
        phone.close()
        return texts

    def code_from_the_phone(self) -> str:
        """The code of the newest message."""
        texts = self.messages()
        assert texts, f"No message to {self.mobile} at /dev/sms/."
        code = re.search(r"\b\d{6}\b", texts[0])
        assert code, texts[0]
        return code[0]

    def credentials_from_the_phone(self) -> tuple[str, str]:
        """The user name and the one-time password of the newest message, which may take a while."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for text in self.messages():
                if found := CREDENTIALS.search(text):
                    return found[1], found[2]
            self.page.wait_for_timeout(500)
        raise AssertionError(f"No user name came to {self.mobile}.")

    def sign_in(self) -> None:
        self.ask_for_code()
        self.type_code(self.code_from_the_phone())

    # --- Writing ---------------------------------------------------------------------

    def answer(self, answers: Mapping[str, str]) -> None:
        """Fill in fields and tick choices, by the codes of the questions."""
        for code, value in answers.items():
            # What kind of field it is can be asked once it is there.
            expect(self.page.locator(f"main [name='{code}']").first).to_be_attached()
            choice = self.page.locator(f"input[type=radio][name='{code}'][value='{value}']")
            select = self.page.locator(f"main select[name='{code}']")
            if choice.count():
                choice.check()
            elif select.count():
                select.select_option(value)
            else:
                self.page.locator(f"main [name='{code}']").fill(value)

    def save(self) -> None:
        self.eye.press("ذخیره و ادامه")

    @property
    def tracking_code(self) -> str:
        """As it stands in the address of a request's page."""
        found = re.search(r"/(\d{12})/", self.page.url)
        assert found, self.page.url
        return found[1]

    def row(self, code: str) -> Locator:
        return self.page.locator(f"#document-{code}")

    def choose(self, code: str, path: Path) -> None:
        """Press «انتخاب فایل» and pick a file in the window that opens."""
        with self.page.expect_file_chooser() as opened:
            self.row(code).locator("label[for]").click()
        opened.value.set_files(path)

    def upload(self, code: str, path: Path) -> None:
        self.choose(code, path)
        expect(self.row(code)).to_contain_text(UPLOADED)
        expect(self.row(code)).to_contain_text(path.name)

    def send_plainly(self, code: str, path: Path) -> None:
        """Without JavaScript: the file field and the key beside it."""
        row = self.row(code)
        row.locator("input[type=file]").set_input_files(path)
        self.eye.press("بارگذاری", within=row.locator("form[enctype]"))

    def hand_in(self) -> None:
        self.page.locator("[name=declared]").check()
        self.eye.press("ثبت و ارسال")


class Colleague:
    """Somebody at a desk."""

    def __init__(self, eye: Eye, username: str) -> None:
        self.eye, self.page, self.username = eye, eye.page, username

    def sign_in(self) -> None:
        self.eye.goto("/admin/")
        self.page.locator("[name=username]").fill(self.username)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.locator("form").get_by_role("button", name="ورود").click()
        expect(self.page.locator(".miz").first).to_be_visible()

    def open(self, tracking_code: str) -> None:
        """Find the request by its code and open it."""
        self.eye.goto(f"/admin/submissions/submission/?q={tracking_code}")
        self.open_first()

    def open_first(self) -> None:
        """Open the first request of the list before them."""
        with self.eye.leaving():
            self.page.locator(".miz-table td.title a").first.click()
        expect(self.page.locator(".miz-decision")).to_be_visible()

    def press(self, words: str | re.Pattern[str]) -> None:
        """Press a key of the page's body, which is a link where it leads to a page of its own."""
        body = self.page.locator("main")
        key = body.get_by_role("button", name=words).or_(body.get_by_role("link", name=words))
        with self.eye.leaving():
            key.first.click()

    def go_on(self, words: str, note: str = "") -> None:
        """Press the key that sends the request onward."""
        if note:
            self.page.locator(".miz-decision [name=note]").fill(note)
        key = self.page.locator(".miz-go")
        expect(key).to_contain_text(words)
        with self.eye.leaving():
            key.click()
        expect(self.page.locator(".miz-decision")).to_have_count(0)

    def sign(self) -> None:
        """Read the letter on the page of the signature, and sign it."""
        key = self.page.locator(".miz-go")
        expect(key).to_contain_text("تأیید و امضای نامه")
        with self.eye.leaving():
            key.click()
        expect(self.page.locator(".miz-letter")).to_be_visible()
        self.eye.look("staff-signs-letter", admin=True)
        with self.eye.leaving():
            self.page.get_by_role("button", name="تأیید و امضای نامه").click()
        expect(self.page.locator(".miz-letter")).to_have_count(0)


def papers_for(folder: Path) -> dict[str, Path]:
    """The papers that ``elec-intro`` asks of a natural person, as PDF, photo and scan."""
    return {
        "request": papers.pdf(folder, "درخواست کتبی"),
        "contract": papers.pdf(folder, "contract-1402"),
        "id_card": papers.photo(folder, "کارت ملی"),
        "building_permit": papers.photo(folder, "permit", "png"),
        "power_form": papers.pdf(folder, "فرم برآورد قدرت"),
    }
