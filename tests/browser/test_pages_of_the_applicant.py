"""What only a window shows of the applicant's pages: edges, menus, addresses, and what covers what."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser import papers
from tests.browser.eye import Eye
from tests.browser.people import Applicant
from tests.browser.portal import MANAGE, DemoHouse, Portal

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1360
# Papers of Maryam's contract that were accepted before, and a new request for the same.
PREPARE = """
import hashlib
from django.core.files.base import ContentFile
from django.utils.timezone import localdate
from accounts.models import User
from services_catalog.models import Service
from submissions.models import Contract, Document, KeptDocument, Submission
from tests.cast import PDF
service = Service.objects.get(code="elec-intro")
service.documents.filter(code="power_form").update(required="declared")
Service.objects.get(pk=service.pk).save_revision().publish()
version = Service.objects.get(pk=service.pk).current_version
maryam = User.objects.get(mobile="09130000001")
contract = Contract.objects.filter(party=maryam.acting_for).first()
facts = dict(version=version, kind="request", title=version.facts.title, filed_by=maryam,
    party=maryam.acting_for, contract=contract, park=contract.park, province=contract.park.province)
before, case = [Submission.objects.create(description=text, **facts) for text in ("قبلی", "جدید")]
for code in ("contract", "id_card"):
    paper = Document.objects.create(submission=before, requirement=code, original_name=code + ".pdf",
        file=ContentFile(PDF, name=code), size=len(PDF), content_type="application/pdf",
        sha256=hashlib.sha256(PDF).hexdigest(), uploaded_by=maryam)
    KeptDocument.objects.create(contract=contract, type=code, document=paper, accepted_on=localdate())
print("PREPARED", case.tracking_code)
"""


@pytest.fixture
def case(portal: Portal, demo_house: DemoHouse) -> str:
    """The tracking code of the new request."""
    done = subprocess.run(
        [*MANAGE, "shell", "--no-imports", "-c", PREPARE],
        env=demo_house.environment(portal.log.parent),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "PREPARED" in done.stdout, done.stderr[-3000:]
    return done.stdout.split()[-1]


def title_edge(page: Page) -> int:
    """Where the title begins, in pixels from the left edge of the window."""
    edge: float = page.locator("main h1").first.evaluate("h => h.getBoundingClientRect().right")
    return round(edge)


def test_titles_stay_in_their_place_from_page_to_page(
    window: Callable[..., Eye], gallery: Callable[..., object], case: str
) -> None:
    eye = window(DESKTOP, gallery("applicant"))
    Applicant(eye, "09130000001").sign_in()
    eye.says("مریم رضایی")
    addresses = (
        "/desk/", "/cartable/", "/services/", "/track/", "/desk/contract/", "/desk/agents/",
        f"/cartable/{case}/", f"/desk/request/{case}/documents/", f"/desk/request/{case}/check/",
    )  # fmt: skip
    edges = {}
    for address in addresses:
        eye.goto(address)
        edges[address] = title_edge(eye.page)

    assert len(set(edges.values())) == 1, edges


def test_on_a_phone_the_menu_leads_on_and_the_partys_name_stands_whole(
    window: Callable[..., Eye], gallery: Callable[..., object]
) -> None:
    eye = window(PHONE, gallery("applicant"))
    Applicant(eye, "09130000002").sign_in()
    name = eye.page.locator(".site-header__acting")
    expect(name).to_contain_text("شرکت کاشی‌سازان کویر نمونه")
    assert name.evaluate("line => line.scrollWidth <= line.clientWidth")
    eye.page.get_by_role("button", name="فهرست").click()
    menu = eye.page.get_by_role("navigation", name="فهرست اصلی")
    for words in ("ثبت اطلاعات قرارداد", "ثبت درخواست خدمات", "کارتابل"):
        expect(menu.get_by_role("link", name=words)).to_be_visible()
    eye.look("menu")
    with eye.expecting(404):
        eye.goto("/no/such/page/")
    expect(eye.page.locator("main").get_by_role("searchbox")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_place_on_a_page_does_not_stick_to_the_next_address(
    window: Callable[..., Eye], gallery: Callable[..., object], case: str, scripts: bool
) -> None:
    eye = window(PHONE, gallery("applicant"), scripts=scripts)
    Applicant(eye, "09130000001").sign_in()
    eye.says("مریم رضایی")
    eye.goto(f"/desk/request/{case}/documents/#document-power_form")
    eye.press("ادامه")
    eye.says("بازبینی و ارسال")
    assert "#" not in eye.page.url

    eye.press("این مدرک شامل من نمی‌شود")
    expect(eye.page.get_by_role("button", name="این مدرک شامل من نمی‌شود")).to_have_count(0)
    assert eye.path == f"/desk/request/{case}/check/"


def test_the_offer_of_kept_papers_goes_with_the_last_of_them_and_nothing_covers_the_row(
    window: Callable[..., Eye], gallery: Callable[..., object], case: str, tmp_path
) -> None:
    eye = window(PHONE, gallery("applicant"))
    maryam = Applicant(eye, "09130000001")
    maryam.sign_in()
    eye.says("مریم رضایی")
    eye.goto(f"/desk/request/{case}/documents/")
    offer = eye.page.locator("[data-documents-kept]")
    expect(offer).to_contain_text("استفاده از هر ۲ مدرک")
    maryam.upload("contract", papers.pdf(tmp_path, "contract"))
    expect(offer).to_be_hidden()

    row = maryam.row("power_form")
    row.evaluate("row => { row.scrollIntoView({block: 'end'}); row.focus(); }")
    eye.context.set_offline(True)
    notice = eye.page.locator("[data-offline-notice]")
    expect(notice).to_be_visible()
    eye.look("offline")
    below, above = row.bounding_box(), notice.bounding_box()
    assert below["y"] + below["height"] <= above["y"]
