"""The applicant keeps a copy of what was handed in."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from submissions.applicant import cartable_views
from submissions.reports.pdf_copy import CopiedDocument, RequestCopy, render_request_copy
from tests.paper import copied_text, opened, says

COPY = RequestCopy(
    organisation="شرکت شهرک‌های صنعتی استان اصفهان",
    tracking_code="140509012345",
    service="معرفی به شرکت توزیع برق جهت دریافت انشعاب برق",
    party_name="شرکت صنایع غذایی نمونهٔ سپاهان",
    party_id="10269990012",
    filed_by="مریم کاظمی",
    filed_at=datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
    due_at=datetime(2026, 11, 25, 10, 30, tzinfo=UTC),
    contract="139-91895",
    park="شهرک صنعتی جی",
    declaration="درستی همهٔ اطلاعات بالا را تأیید می‌کنم.",
    track_address="khedmat.example.ir/track/",
    file_number="402/1188",
    description="با سلام\nانشعاب 250 کیلووات می‌خواهیم.",
    answers=[("قدرت درخواستی", "250 کیلووات"), ("توضیح", "")],
    documents=[CopiedDocument("درخواست کتبی", "scan (final).pdf", 345678, "9f86d081884c7d65" * 4)],
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_request_copy(COPY)


@pytest.mark.parametrize(
    "text",
    [
        "نسخهٔ درخواست",
        "۱۴۰۵ ۰۹۰۱ ۲۳۴۵",
        "معرفی به شرکت توزیع برق جهت دریافت انشعاب برق",
        "شرکت صنایع غذایی نمونهٔ سپاهان",
        "۱۰۲۶۹۹۹۰۰۱۲",
        "۱۳۹-۹۱۸۹۵",
        "شهرک صنعتی جی",
        "۴۰۲/۱۱۸۸",
        "مریم کاظمی",
        "۱ آذر ۱۴۰۵، ساعت ۱۲:۰۰",
        "چهارشنبه ۴ آذر",
        "قدرت درخواستی ۲۵۰ کیلووات",
        "انشعاب 250 کیلووات می‌خواهیم",
        "درخواست کتبی",
        "scan (final).pdf",
        "۳۳۸ کیلوبایت",
        "9f86 d081 884c 7d65",
        "درستی همهٔ اطلاعات بالا را تأیید می‌کنم",
        "khedmat.example.ir/track",
        "صفحهٔ ۱ از ۱",
    ],
)
def test_the_copy_says(pdf, text):
    assert says(pdf, text)


@pytest.mark.parametrize("typed", ["ISO 9001", "مدرک 1375.pdf", "مدرک ۱۳۷۵.pdf", "٢ عدد 24/7"])
def test_what_a_person_wrote_is_printed_digit_by_digit(typed):
    copy = replace(
        COPY,
        party_name=f"شرکت {typed}",
        answers=[("توضیح", typed)],
        description=typed,
        documents=[CopiedDocument("درخواست کتبی", typed, 1, "9f" * 32)],
    )
    numbers = re.findall("[0-9۰-۹٠-٩]+", copied_text(render_request_copy(copy)))

    for number in re.findall("[0-9۰-۹٠-٩]+", typed):
        assert numbers.count(number) == 4


def test_a_request_without_answers_and_documents_says_so():
    pdf = render_request_copy(replace(COPY, answers=(), documents=(), description=""))

    assert says(pdf, "این درخواست مدرکی ندارد")
    assert not says(pdf, "شرح درخواست")
    assert not says(pdf, "پاسخ‌های شما")


def test_a_long_copy_goes_on_over_pages_with_its_code_on_each():
    documents = [replace(COPY.documents[0], title=f"مدرک شمارهٔ {n}") for n in range(40)]
    pdf = render_request_copy(replace(COPY, documents=documents))
    count = len(opened(pdf).pages)

    assert count >= 2
    for page in range(1, count + 1):
        assert says(pdf, "۱۴۰۵ ۰۹۰۱ ۲۳۴۵", page)
        assert says(pdf, f"صفحهٔ {page} از {count}", page)


def test_what_the_applicant_wrote_is_printed_as_text():
    text = "<script>alert(1)</script> {{ copy.contract }}"
    pdf = render_request_copy(replace(COPY, description=text, answers=[("پرسش", text)]))

    assert copied_text(pdf).count("alert(1)") == 2
    assert copied_text(pdf).count("copy.contract") == 2


@pytest.mark.django_db
def test_nobody_keeps_the_press_to_themselves(client, signed_in, maryam, submitted, monkeypatch):
    monkeypatch.setattr(cartable_views, "render_request_copy", lambda copy: b"%PDF-1.7")
    page = reverse("submissions:copy", args=[submitted.tracking_code])
    browser = signed_in(client, maryam)
    asked = [browser.get(page).status_code for _ in range(cartable_views.COPIES_A_MINUTE.amount)]
    assert set(asked) == {200}

    refused = browser.get(page)
    assert refused.status_code == 429
    assert "دیگر دوباره دریافت کنید" in refused.content.decode()
