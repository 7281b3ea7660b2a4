"""Files over a bad line, on a phone: they stop, go on by themselves, and arrive as they were sent."""

from __future__ import annotations

import io
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Locator, Page, Request, Route, expect
from pypdf import PdfWriter

from tests.browser import papers
from tests.browser.eye import Eye, Gallery
from tests.browser.portal import MANAGE, DemoHouse, Portal
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser

PHONE = 390
UPLOADED = "اتمام بارگذاری"
CHOOSE, GO_ON = "انتخاب فایل", "ادامهٔ بارگذاری"
SLOWLY = 0.12  # seconds for a block of half a megabyte
# A draft of Maryam whose contract may have 25 MB, and a session of hers.
PREPARE = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from accounts.models import User
from services_catalog.models import Park, Service
from submissions.models import Submission
service = Service.objects.get(code="elec-intro")
service.documents.filter(code="contract").update(max_mb=25)
Service.objects.get(pk=service.pk).save_revision().publish()
version = Service.objects.get(pk=service.pk).current_version
maryam = User.objects.get(mobile="09130000001")
park = Park.objects.get(slug="jey")
case = Submission.objects.create(
    version=version, kind=version.facts.kind, title=version.facts.title, filed_by=maryam,
    party=maryam.acting_for, park=park, province=park.province, description="x",
)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(maryam.pk)
session[BACKEND_SESSION_KEY] = "accounts.backends.PortalBackend"
session[HASH_SESSION_KEY] = maryam.get_session_auth_hash()
session.create()
print("PREPARED", case.tracking_code, session.session_key)
"""


class Papers:
    """Maryam before the documents page of her request."""

    def __init__(self, eye: Eye, code: str, session: str) -> None:
        self.eye, self.page = eye, eye.page
        cookie = {"name": "sessionid", "value": session, "url": eye.address}
        eye.context.add_cookies([cookie])
        # Leaving while a file is on its way asks; she means it.
        self.page.on("dialog", lambda dialog: dialog.accept())
        eye.goto(f"/desk/request/{code}/documents/")

    def row(self, code: str = "contract") -> Locator:
        return self.page.locator(f"#document-{code}")

    def choose(self, file: Path, code: str = "contract", key: str = CHOOSE) -> None:
        with self.page.expect_file_chooser() as opened:
            self.row(code).locator("label[for]", has_text=key).click()
        opened.value.set_files(file)

    def says(self, words: str, code: str = "contract") -> None:
        expect(self.row(code).locator("[data-upload-status]")).to_have_text(words)

    def percent(self) -> int:
        return int(self.row().locator("progress").evaluate("bar => bar.value"))

    def wait_for(self, percent: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.percent() < percent:
            assert time.monotonic() < deadline, f"it stays at {self.percent()} %"
            self.page.wait_for_timeout(50)

    def stored(self, code: str = "contract") -> bytes:
        """The file as the server gives it back."""
        link = self.row(code).locator(".document-row__file a").first
        return self.page.request.get(link.get_attribute("href")).body()


@pytest.fixture
def portal(portal_of_the_file: Portal) -> Portal:
    """Each story has a request of its own."""
    return portal_of_the_file


@pytest.fixture
def open_papers(
    window: Callable[..., Eye],
    gallery: Callable[[str], Gallery],
    portal: Portal,
    demo_house: DemoHouse,
) -> Callable[..., Papers]:
    done = subprocess.run(
        [*MANAGE, "shell", "--no-imports", "-c", PREPARE],
        env=demo_house.environment(portal.log.parent),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PREPARED" in done.stdout, done.stderr[-3000:]
    _, code, session = done.stdout.split()[-3:]

    def open_window(name: str, **options: bool) -> Papers:
        return Papers(window(PHONE, gallery(f"uploads-{name}"), **options), code, session)

    return open_window


def slow_line(page: Page) -> list[int]:
    """Every block takes its time; the offsets at which blocks were sent."""
    offsets: list[int] = []

    def pass_slowly(route: Route, request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))
            page.wait_for_timeout(SLOWLY * 1000)
        route.continue_()

    page.route("**/uploads/*/", pass_slowly)
    return offsets


def answer_busy(route: Route) -> None:
    """The line is there; the portal has something that fails."""
    route.fulfill(status=503)


def scan(folder: Path, megabytes: int) -> Path:
    writer, path = PdfWriter(), folder / "plan-1405.pdf"
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("scan", os.urandom(megabytes * 1024 * 1024))
    writer.write(path)
    return path


def phone_photo(folder: Path) -> Path:
    """Of 12 megapixels, held upright: the camera wrote it lying down, with a note to turn it."""
    path = folder / "photo.jpg"
    noise = Image.effect_noise((1000, 750), 60).resize((4000, 3000)).convert("RGB")
    noise.paste((200, 30, 30), (0, 0, 4000, 300))
    exif = Image.Exif()
    exif[0x0112] = 6
    noise.save(path, quality=90, exif=exif)
    return path


def test_twenty_megabytes_go_on_after_a_lost_line_and_a_reload(open_papers, tmp_path):
    file = scan(tmp_path, 20)
    maryam = open_papers("resumed")
    offsets = slow_line(maryam.page)
    maryam.choose(file)
    maryam.says("در حال بارگذاری")
    maryam.wait_for(15)
    assert re.fullmatch("[۰-۹]+٪", maryam.row().locator("[data-upload-percent]").inner_text())

    maryam.eye.press("توقف موقت", within=maryam.row())
    maryam.says("متوقف شده")
    stood = maryam.percent()
    maryam.page.wait_for_timeout(600)
    assert maryam.percent() == stood
    maryam.eye.look("paused")
    maryam.eye.press(GO_ON, within=maryam.row())
    maryam.says(GO_ON)
    maryam.wait_for(stood + 5)

    with maryam.eye.expecting(503):
        maryam.page.route("**/uploads/*/", answer_busy)
        maryam.says("در انتظار پاسخ سامانه…")
        maryam.page.unroute("**/uploads/*/", answer_busy)
    maryam.eye.press(GO_ON, within=maryam.row())
    maryam.says(GO_ON)

    maryam.eye.context.set_offline(True)
    maryam.says("در انتظار اتصال…")
    maryam.page.wait_for_timeout(1500)
    maryam.eye.look("waiting-for-the-line")
    stood = maryam.percent()
    maryam.eye.context.set_offline(False)
    maryam.says(GO_ON)
    maryam.wait_for(max(stood + 5, 50))

    maryam.page.reload()
    maryam.says("بارگذاری ناتمام")
    maryam.eye.look("after-a-reload")
    before = len(offsets)
    maryam.choose(file, key=GO_ON)
    maryam.says(UPLOADED)
    assert offsets[before] > 8 * 1024 * 1024, "it went on where it stood"
    assert maryam.stored() == file.read_bytes()
    maryam.eye.look("whole")


def test_another_device_of_the_same_person_goes_on(open_papers, tmp_path):
    file = scan(tmp_path, 6)
    phone = open_papers("first-device")
    slow_line(phone.page)
    phone.choose(file)
    phone.wait_for(30)
    phone.page.close()

    desk = open_papers("second-device")
    desk.says("بارگذاری ناتمام")
    offsets = slow_line(desk.page)
    desk.choose(file, key=GO_ON)
    desk.says(UPLOADED)
    assert offsets[0] > 0
    assert desk.stored() == file.read_bytes()


def test_what_is_given_up_is_gone_and_another_file_may_be_chosen(open_papers, tmp_path):
    maryam = open_papers("given-up")
    slow_line(maryam.page)
    maryam.choose(scan(tmp_path, 6))
    maryam.wait_for(20)
    maryam.eye.press("لغو بارگذاری", within=maryam.row())
    maryam.says("بارگذاری نشده")
    maryam.page.reload()
    maryam.says("بارگذاری نشده")
    maryam.choose(papers.disguised_program(tmp_path, "program"))
    with maryam.eye.expecting(422):
        maryam.says("پذیرفته نشد")
    maryam.eye.says("نوع این فایل «EXE» است")
    maryam.choose(papers.pdf(tmp_path, "contract"))
    maryam.says(UPLOADED)
    maryam.eye.troubles.clear()
    maryam.eye.look("another-file")


def test_a_photo_is_made_smaller_on_the_phone_unless_the_person_wants_it_as_it_is(
    open_papers, tmp_path
):
    photo = phone_photo(tmp_path)
    maryam = open_papers("photos")
    maryam.choose(photo)
    maryam.says(UPLOADED)
    with Image.open(io.BytesIO(maryam.stored())) as small:
        assert (small.format, small.size) == ("JPEG", (1200, 1600))
        assert not small.getexif().get(0x0112)
        # The red edge was on top of the lying picture: turned, it is on the right.
        red, _, blue = small.convert("RGB").getpixel((1190, 800))
        assert red > blue + 100
    assert len(maryam.stored()) < photo.stat().st_size / 2
    expect(maryam.row().locator("img.document-row__thumb")).to_be_visible()
    maryam.eye.look("a-small-photo")

    maryam.page.get_by_label("ارسال با کیفیت اصلی").check()
    maryam.choose(photo, "request")
    maryam.says(UPLOADED, "request")
    assert maryam.stored("request") == photo.read_bytes()

    maryam.eye.press("حذف فایل", within=maryam.row())
    maryam.says("بارگذاری نشده")


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_half_a_photo_is_not_made_to_look_whole(open_papers, tmp_path, suffix):
    """A browser opens it, and what it drew would pass."""
    with Image.open(phone_photo(tmp_path)) as photo:
        photo.save(tmp_path / f"whole.{suffix}")
    whole = (tmp_path / f"whole.{suffix}").read_bytes()
    half = tmp_path / f"half.{suffix}"
    half.write_bytes(whole[: len(whole) // 6])
    maryam = open_papers("half-a-photo")
    with maryam.eye.expecting(422):
        maryam.choose(half)
        maryam.says("پذیرفته نشد")
    maryam.eye.says("ممکن است ناقص ذخیره شده باشد")
    maryam.eye.look(f"half-a-photo-{suffix}")


def test_where_the_protocol_is_not_let_through_the_file_goes_in_one_piece(open_papers, tmp_path):
    file = papers.pdf(tmp_path, "contract")
    maryam = open_papers("one-piece")
    maryam.page.route("**/uploads/", lambda route: route.fulfill(status=405))
    with maryam.eye.expecting(405):
        maryam.choose(file)
        maryam.says(UPLOADED)
    assert maryam.stored() == file.read_bytes()


def test_without_javascript_a_file_is_chosen_and_sent(open_papers, tmp_path):
    file = papers.pdf(tmp_path, "contract")
    maryam = open_papers("no-scripts", scripts=False)
    assert not maryam.page.get_by_label("ارسال با کیفیت اصلی").is_visible()
    maryam.row().locator("input[type=file]").set_input_files(file)
    maryam.row().get_by_role("button", name="بارگذاری", exact=True).click()
    maryam.says(UPLOADED)
    assert maryam.stored() == file.read_bytes()
    maryam.eye.look("sent")
