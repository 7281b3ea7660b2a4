"""What goes wrong while writing: each time a clear word, nothing lost, nothing done twice."""

from dataclasses import replace

import pytest
from django.urls import reverse

from services_catalog.models import Service
from submissions.documents import inspection
from submissions.documents import storage as documents
from submissions.drafts import editing
from submissions.models import Contract, Submission
from submissions.refusals import Incomplete
from tests.cast import step
from tests.submissions.files import (
    empty_picture,
    endless_pdf,
    huge_picture,
    pdf,
    pdf_with,
    picture,
    raw,
)
from web.refusals import Refusal

MEGABYTE = 1024 * 1024


# Pillow warns of what is refused a moment later.
pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


@pytest.fixture
def browser(client, signed_in, maryam):
    return signed_in(client, maryam)


def page(case, group):
    return reverse("submissions:draft", args=[case.tracking_code, group])


def address(case):
    return reverse("submissions:upload", args=[case.tracking_code]) + "?requirement=contract"


BAD_FILES = {
    "empty": (lambda: raw(b""), inspection.EmptyFile, "خالی"),
    "too large": (
        lambda: raw(pdf().read() + b"%" * (5 * MEGABYTE)),
        inspection.TooLarge,
        "۵ مگابایت",
    ),
    "a gif that calls itself pdf": (
        lambda: raw(b"GIF89a" + b"\0" * 300),
        inspection.WrongType,
        "«GIF»",
    ),
    "a web page": (lambda: raw(b"<html><script>1</script>"), inspection.WrongType, "شناخته نشد"),
    "a program": (lambda: raw(b"MZ" + b"\0" * 300, "نامه.pdf.exe"), inspection.WrongType, "«EXE»"),
    "behind a password": (lambda: pdf(password="secret"), inspection.ProtectedPdf, "گذرواژه"),
    "half a pdf": (lambda: raw(pdf().read()[:60]), inspection.BrokenFile, "باز نمی‌شود"),
    "a pdf in name only": (
        lambda: raw(b"%PDF-1.7\n" + b"\xff" * 500),
        inspection.BrokenFile,
        "باز نمی‌شود",
    ),
    "a drawing that can hold scripts": (
        lambda: raw(b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "نقشه.svg"),
        inspection.WrongType,
        "شناخته نشد",
    ),
    "a pdf with a script": (
        lambda: pdf_with(opens={"/S": "/JavaScript", "/JS": "app.alert(1)"}),
        inspection.ActivePdf,
        "ساده",
    ),
    "a pdf that starts a program": (
        lambda: pdf_with(annotated={"/S": "/Launch", "/F": "cmd.exe"}),
        inspection.ActivePdf,
        "ساده",
    ),
    "a picture that fills the memory": (huge_picture, inspection.TooManyPixels, "ابعاد"),
    "a picture that fills all of it": (
        lambda: huge_picture(20_000),
        inspection.TooManyPixels,
        "ابعاد",
    ),
    "a picture of nothing": (empty_picture, inspection.BrokenFile, "باز نمی‌شود"),
    "half a picture": (lambda: raw(picture().read()[:40]), inspection.BrokenFile, "باز نمی‌شود"),
}


@pytest.fixture(params=BAD_FILES)
def bad(request):
    make, refusal, word = BAD_FILES[request.param]
    return make(), refusal, word


def test_a_bad_file_is_refused_with_the_way_to_mend_it(browser, draft, bad):
    file, _, word = bad
    before = draft.documents.get(requirement="contract")
    answer = browser.post(address(draft), {"file": file}, headers={"HX-Request": "true"})

    row = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-state="refused"' in row
    assert word in row
    assert draft.documents.current().get(requirement="contract") == before


def test_without_a_script_the_reason_stands_in_the_row_and_on_top(browser, draft, bad):
    file, _, word = bad
    answer = browser.post(address(draft), {"file": file})
    assert answer.url == page(draft, "documents") + "#document-contract"

    shown = browser.get(page(draft, "documents")).content.decode()
    assert "<title>خطا:" in shown
    assert shown.count(word) >= 2
    assert 'href="#document-contract"' in shown
    assert "خطا:" not in browser.get(page(draft, "documents")).content.decode()


def test_the_door_itself_refuses_it(draft, maryam, bad):
    file, refusal, _ = bad
    storage = documents.private_storage()
    before = sorted(storage.listdir("documents")[0]) if storage.exists("documents") else []
    with pytest.raises(refusal):
        documents.attach_document(draft, draft.facts.document("contract"), file, by=maryam)
    assert (
        sorted(storage.listdir("documents")[0]) if storage.exists("documents") else []
    ) == before


def test_a_pdf_that_takes_hours_to_read_costs_seconds():
    with pytest.raises(inspection.TooComplex):
        look = replace(inspection.THOROUGH, cpu_seconds=1)
        inspection.require_fine(endless_pdf(), "application/pdf", look)


def test_sending_without_choosing_says_so(browser, draft):
    answer = browser.post(address(draft), {}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "فایلی انتخاب نشده است" in answer.content.decode()


def test_a_flood_is_read_and_thrown_away(browser, draft, monkeypatch):
    """Nothing beyond the limit reaches the handlers that keep files."""
    kept = []
    keep = documents.UploadedFile.chunks
    monkeypatch.setattr(documents.UploadedFile, "chunks", lambda self: kept.append(1) or keep(self))
    flood = raw(b"%PDF-1.4" + b"x" * (12 * MEGABYTE))
    answer = browser.post(address(draft), {"file": flood}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "۵ مگابایت" in answer.content.decode()
    assert not kept


def test_a_file_of_exactly_the_limit_is_taken(browser, draft):
    content = pdf().read()
    exact = raw(content + b"\n" * (5 * MEGABYTE - len(content)))
    assert browser.post(address(draft), {"file": exact}).status_code == 302
    assert draft.documents.current().get(requirement="contract").size == 5 * MEGABYTE


@pytest.mark.parametrize(
    "file",
    [
        pdf_with(annotated={"/S": "/URI", "/URI": "https://example.org"}),
        pdf_with(attached="facts.json"),
        raw(picture("JPEG").read() + b"<html><script>1</script>", "عکس.jpg"),
    ],
    ids=["a link", "an attachment, as our own letters have", "a picture with a tail"],
)
def test_what_only_lies_in_a_file_does_no_harm(browser, draft, file):
    assert browser.post(address(draft), {"file": file}).status_code == 302
    kept = draft.documents.current().get(requirement="contract")
    shown = browser.get(reverse("submissions:document", args=[draft.tracking_code, kept.pk]))
    assert shown["Content-Type"] == kept.content_type
    assert shown["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (r"C:\Users\مریم\مدرک.pdf", "مدرک.pdf"),
        ("../../etc/passwd", "passwd"),
        ("سند\u202efdp.exe.pdf", "سندfdp.exe.pdf"),
        ("می‌روم \u200c.pdf", "می‌روم .pdf"),
        ("خط\nدوم.pdf", "خط دوم.pdf"),
        ("نقشه\u00adسایت\u200f.pdf", "نقشهسایت.pdf"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("ن" * 300 + ".pdf", "ن" * 251 + ".pdf"),
    ],
)
def test_names_are_kept_as_text_without_their_tricks(given, kept):
    assert inspection.clean_name(given) == kept


BAD_ANSWERS = {
    "words for a number": ({"requested_power": "خیلی"}, "requested_power", "عدد صحیح"),
    "beyond the limit": ({"requested_power": "۹۹٬۹۹۹"}, "requested_power", "۳۰٬۰۰۰"),
    "no such choice": ({"phase": "nine"}, "phase", "یکی از گزینه‌های فهرست"),
    "no such day": (
        {"temporary": "yes", "temporary_until": "۱۴۰۵/۱۳/۰۱"},
        "temporary_until",
        "این روز در تقویم خورشیدی وجود ندارد",
    ),
    "nothing": ({"requested_power": " "}, "requested_power", "لطفاً «قدرت درخواستی» را وارد کنید."),
}


@pytest.mark.parametrize("story", BAD_ANSWERS)
def test_a_bad_answer_is_told_beside_its_field_and_on_top_and_kept(browser, draft, story):
    typed, field, word = BAD_ANSWERS[story]
    answers = {"requested_power": "250", "phase": "three", "temporary": "no"} | typed
    shown = browser.post(page(draft, "questions"), answers).content.decode()

    assert "<title>خطا:" in shown
    assert shown.count(word) >= 2
    assert f'id="{field}_error"' in shown
    if typed[field].strip() and field != "phase":
        assert f'value="{typed[field]}"' in shown


def test_an_optional_answer_that_cannot_be_read_is_not_dropped_in_silence(browser, draft, maryam):
    browser.post(page(draft, "questions"), {"requested_power": "خیلی", "phase": "three"})
    shown = browser.post(page(draft, "check"), {"expecting": 0, "declared": "on"}).content.decode()
    assert "پاسخ «قدرت درخواستی» را اصلاح کنید." in shown


def test_words_that_are_too_long_are_kept_whole(browser, draft):
    long = "ب" * 9000
    shown = browser.post(page(draft, "description"), {"description": long}).content.decode()
    assert "حداکثر ۸۰۰۰ کاراکتر" in shown
    assert long in browser.get(page(draft, "description")).content.decode()
    missing = browser.get(page(draft, "check")).content.decode()
    assert "«شرح درخواست» را اصلاح کنید." in missing

    browser.post(page(draft, "description"), {"description": "کوتاه"})
    assert Submission.objects.get(pk=draft.pk).description == "کوتاه"
    assert "را اصلاح کنید" not in browser.get(page(draft, "check")).content.decode()


def test_a_byte_that_no_database_takes_does_no_harm(browser, draft):
    browser.post(page(draft, "questions"), {"requested_power": "۱\x00۲"})
    browser.post(page(draft, "description"), {"description": "الف\x00ب"})
    assert "\x00" not in str(Submission.objects.get(pk=draft.pk).answers)


@pytest.mark.parametrize("group", ["questions", "description"])
def test_a_mangled_summary_token_is_no_crash(browser, draft, group):
    refused = browser.post(page(draft, "check"), {"expecting": "x", "declared": "on"})
    assert refused.status_code == 200
    assert Submission.objects.get(pk=draft.pk).state == "draft"


def test_an_autosave_that_comes_too_late_answers_a_script(browser, submitted):
    save = reverse("submissions:autosave", args=[submitted.tracking_code])
    answer = browser.post(save, {"group": "description", "description": "دیر"})
    assert answer.status_code == 409
    assert answer.json()["message"]


def test_an_autosave_of_an_unknown_group_is_not_found(browser, draft):
    save = reverse("submissions:autosave", args=[draft.tracking_code])
    assert browser.post(save, {"group": "surprise"}).status_code == 404


def test_every_refusal_says_its_reason_in_persian():
    for refusal in (inspection.NoFile, inspection.ActivePdf, inspection.TooManyPixels):
        assert issubclass(refusal, Refusal)
        assert "لطفاً" in refusal.message


def test_the_door_itself_lets_no_unread_answer_through(draft, maryam):
    """The question is optional, so nothing is missing; but somebody has answered it."""
    case = editing.save_answers(
        draft, by=maryam, answers={"temporary": None}, typed={"temporary": "شاید"}
    ).submission
    with pytest.raises(Incomplete, match="را اصلاح کنید"):
        step(case, "submit", maryam)


def test_a_contract_that_went_to_somebody_else_is_not_written_into_a_letter(
    draft, maryam, stranger, service
):
    """Also where a service needs none: the letter would name it."""
    free = Service.objects.get(pk=service.pk)
    free.needs_contract = False
    free.save_revision().publish()
    case = editing.upgrade_draft(draft, by=maryam)
    Contract.objects.filter(pk=case.contract_id).update(party=stranger.acting_for)
    with pytest.raises(Incomplete, match="قرارداد مربوط"):
        step(case, "submit", maryam)
