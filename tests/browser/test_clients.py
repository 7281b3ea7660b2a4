"""The clients of docs/clients and a generated one walk the whole road before a served portal."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from persian.digits import to_ascii, to_persian
from tests.browser import papers
from tests.browser.desks_by_api import CLIENTS, SCRIPT, DesksByApi
from tests.browser.generated import GeneratedApplicant, generate
from tests.browser.people import papers_for
from tests.browser.portal import DemoHouse, Portal
from tests.patience import PATIENCE, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.services]

MARYAM = "09130000001"
WISH: dict[str, Any] = {
    "search": "انشعاب برق",
    "contract": "1402/1001",
    "description": "انشعاب برای سولهٔ دوم",
    "answers": {
        "requested_power": 250,
        "phase": "three",
        "temporary": True,
        "temporary_until": "2027-03-01",
    },
}


def code_from_the_phone(portal: Portal) -> str:
    """The sign-in code of the newest message, where development shows messages."""
    with urllib.request.urlopen(f"{portal.address}/dev/sms/") as page:
        found = re.search(r"\b\d{6}\b", to_ascii(page.read().decode()))
    return found[0] if found else ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the script is given: the wish, and the papers by the codes of the documents."""
    made = tmp_path / "wish"
    (made / "documents").mkdir(parents=True)
    (made / "request.json").write_text(json.dumps(WISH), "utf-8")
    for code, file in papers_for(tmp_path).items():
        shutil.copy(file, made / "documents" / f"{code}{file.suffix}")
    return made


class QuietFiles(SimpleHTTPRequestHandler):
    """Another web server, which serves the page alone."""

    def log_message(self, *said: object) -> None:
        return


@pytest.fixture
def elsewhere(
    demo_house: DemoHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The page as a site of its own, which the portal is told of before it starts."""
    folder = shutil.copytree(CLIENTS / "web", tmp_path / "web")
    font = settings.BASE_DIR / "site/static/vendor/vazirmatn/Vazirmatn-variable.woff2"
    shutil.copy(font, folder)
    index = folder / "index.html"
    named = f'name="portal" content="{demo_house.address}"'
    index.write_text(index.read_text("utf-8").replace('name="portal" content=""', named), "utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("CORS_ORIGINS", address)
    yield address
    server.shutdown()
    server.server_close()


class Visitor:
    """Somebody with a phone before the single page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def sign_in(self, portal: Portal) -> None:
        self.page.get_by_label("شمارهٔ موبایل").fill(MARYAM)
        self.press("دریافت کد ورود")
        expect(self.page.get_by_label("کد ورود")).to_be_visible()
        self.page.get_by_label("کد ورود").fill(code_from_the_phone(portal))
        self.press("ورود")

    def begin(self, portal: Portal) -> None:
        """From the catalog, by its search."""
        self.page.goto(self.address)
        self.page.get_by_label("جستجوی خدمت").fill("انشعاب برق")
        self.press("جستجو")
        self.page.get_by_role("link", name="جهت دریافت انشعاب برق").click()
        self.page.get_by_role("link", name="برای شروع درخواست وارد شوید").click()
        self.sign_in(portal)
        self.press("شروع درخواست")

    def answer(self) -> None:
        page = self.page
        until = page.get_by_label("انشعاب موقت تا چه تاریخی")
        page.get_by_label("قدرت درخواستی").fill("۲۵۰")
        page.get_by_label("نوع انشعاب").select_option("three")
        expect(until).to_be_hidden()
        page.get_by_label("آیا انشعاب موقت").select_option("yes")
        until.fill("۱۴۰۵/۱۲/۱۰")
        page.get_by_label("شرح درخواست").fill("انشعاب برای سولهٔ دوم")
        self.press("ذخیره")

    def bring(self, code: str, file: Path) -> None:
        row = self.page.locator(f"#paper-{code}")
        row.locator("input[type=file]").set_input_files(file)
        expect(row).to_contain_text(f"اتمام بارگذاری {to_persian(file.name)}")

    def hand_in(self) -> str:
        """When nothing is wanting; the tracking code."""
        expect(self.page.get_by_text("همهٔ موارد کامل است.")).to_be_visible()
        self.press("ثبت و ارسال")
        expect(self.page.locator("[data-state=in_review]")).to_be_visible()
        return self.page.url.rpartition("/")[2]


class Script:
    """The Python client as a person runs it, who reads what it prints and types the code."""

    def __init__(self, portal: Portal, folder: Path) -> None:
        said = ["--portal", portal.address, "--mobile", MARYAM, "--every", "0.3", str(folder)]
        self.printed = folder / "printed.txt"
        with self.printed.open("wb") as out:
            self.running = subprocess.Popen(
                [sys.executable, "-u", str(SCRIPT), *said],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def words(self) -> str:
        return self.printed.read_text("utf-8")

    def wait_for(self, words: str) -> None:
        wait_until(lambda: words in self.words or self._has_ended(), told=lambda: self.words)
        assert words in self.words, self.words

    def _has_ended(self) -> bool:
        return self.running.poll() is not None

    def type(self, line: str) -> None:
        keyboard: IO[bytes] | None = self.running.stdin
        assert keyboard
        keyboard.write(f"{line}\n".encode())
        keyboard.flush()


@pytest.fixture
def script(portal: Portal, folder: Path) -> Iterator[Script]:
    started = Script(portal, folder)
    yield started
    started.running.kill()
    started.running.wait()


def test_the_python_script_files_corrects_and_fetches_its_letter(
    portal: Portal, folder: Path, script: Script
) -> None:
    desks = DesksByApi(portal.address)
    script.wait_for(f"The code sent to {MARYAM}: ")
    script.type(code_from_the_phone(portal))
    script.wait_for("Handed in: ")
    code = re.findall(r"Handed in: (\d{12})", script.words)[0]
    desks.send_back(code, "contract")
    script.wait_for("Wanting:")
    shutil.copy(papers.photo(folder, "better"), folder / "documents" / "contract.jpg")
    (folder / "documents" / "contract.pdf").unlink()
    wait_until(lambda: script.words.count("Handed in: ") == 2, told=lambda: script.words)
    desks.pass_all(code)
    assert script.running.wait(PATIENCE) == 0, script.words
    assert "Letter " in script.words
    assert (folder / "letter.pdf").read_bytes().startswith(b"%PDF")


def test_the_single_page_of_another_site_files_corrects_and_fetches_its_letter(
    elsewhere: str, portal: Portal, chromium: Browser, tmp_path: Path
) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    visitor, desks, files = (
        Visitor(page, elsewhere),
        DesksByApi(portal.address),
        papers_for(tmp_path),
    )
    visitor.begin(portal)
    visitor.answer()
    for document, file in files.items():
        visitor.bring(document, file)
    code = visitor.hand_in()

    desks.send_back(code, "contract")
    page.reload()
    expect(page.get_by_text("خوانا نیست", exact=True).first).to_be_visible()
    visitor.bring("contract", papers.photo(tmp_path, "better"))
    assert visitor.hand_in() == code
    desks.pass_all(code)
    page.reload()
    wait_until(lambda: desks.has_letter(code))
    page.reload()
    with page.expect_download() as told:
        visitor.press("دریافت نامه")
    assert told.value.path().read_bytes().startswith(b"%PDF")
    visitor.press("راستی‌آزمایی")
    expect(page.get_by_text("این نامه معتبر است.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visitor.faults == []
    page.close()


def test_a_generated_client_files_corrects_and_fetches_its_letter(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(f"{portal.address}/api/v3/openapi.json", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    program, desks = GeneratedApplicant(portal.address), DesksByApi(portal.address)
    program.ask_code(MARYAM)
    program.come_in(code_from_the_phone(portal))
    code = program.begin("انشعاب برق")
    program.write(code, WISH["answers"], WISH["description"])
    for document, file in papers_for(tmp_path).items():
        program.bring(code, document, file)
    wait_until(lambda: program.missing(code) == [])
    assert program.submit(code).state == "in_review"

    desks.send_back(code, "contract")
    assert program.missing(code) == ["contract"]
    program.bring(code, "contract", papers.photo(tmp_path, "better"))
    wait_until(lambda: program.missing(code) == [])
    program.submit(code)
    desks.pass_all(code)
    paper, said = program.fetch_letter(code)
    assert paper.startswith(b"%PDF")
    assert said.state == "issued"
