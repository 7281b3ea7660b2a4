"""Attachments and marks of a letter: chosen on the draft, frozen with the signature, sent with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from PIL import Image
from pypdf import PdfReader

from accounts.models import User
from letters.attachments import keeping, printing
from letters.attachments.enclosed import AttachmentBroken, enclosed_in, read_attachment
from letters.dispatch import acts, post
from letters.dispatch.models import Dispatch
from letters.dispatch.refusals import LetterClassified
from letters.drafts.models import LetterDraft
from letters.ece.applicants_mail import ApplicantsMailWay, compose_applicants_mail
from letters.ece.composing import write_for
from letters.ece.reading import read_ece
from letters.models import Letter, LetterAttachment
from letters.registers import doors
from letters.registers.printing.lines import lines_of
from services_catalog.models import Seat
from submissions.models import Submission
from submissions.refusals import LetterChanged
from tests import cast
from tests.api.caller import ROOT, Caller
from tests.paper import says

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
Tasks = Callable[[], int]
TITLE = "نقشهٔ جانمایی"
PDF = cast.a_pdf()
PICTURE = cast.a_picture(400, 600)


def address(name: str, case: Submission, *more: Any) -> str:
    return reverse(f"submission_letter{name}", args=[case.pk, *more])


def upload(content: bytes = PDF, name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def at_desk(client: Client, signed_in: SignIn, staff: dict[str, User]) -> Client:
    return signed_in(client, staff["desk"])


def bring(client: Client, case: Submission, **said: Any) -> Any:
    usual = {"title": TITLE, "file": upload()}
    return client.post(address("_attach", case), usual | said)


def mark(
    client: Client, case: Submission, classification: str, urgency: str = "", seen: int = 0
) -> Any:
    said = {"classification": classification, "urgency": urgency, "revision": seen}
    return client.post(address("_marks", case), said)


def issue(case: Submission, staff: dict[str, User], run_tasks: Tasks) -> Letter:
    """Every desk that has not agreed yet agrees, and the letter is printed."""
    order = list(cast.SIX_DESKS)
    rest = order[order.index(case.stop) :]
    case = cast.pass_desks(case, staff, *rest[:-1])
    case = cast.step(case, "approve", staff[rest[-1]])
    run_tasks()
    return case.letters.latest("pk")


@pytest.fixture
def with_two(submitted: Submission, staff: dict[str, User], run_tasks: Tasks) -> Letter:
    """An issued letter with a PDF and a picture."""
    cast.attach(submitted, staff["desk"])
    cast.attach(submitted, staff["desk"], "کروکی", PICTURE)
    return issue(submitted, staff, run_tasks)


# --- On the draft ------------------------------------------------------------------------


def test_a_file_is_attached_shown_and_removed_until_the_signature(
    at_desk: Client, submitted: Submission
) -> None:
    page = at_desk.get(address("", submitted)).content.decode()
    assert "هر نامه حداکثر ۱۰ پیوست دارد" in page
    assert "<b>پیوست:</b> ندارد" in page
    assert bring(at_desk, submitted).status_code == 302
    attached = LetterAttachment.objects.get()
    assert (attached.title, attached.sha256) == (TITLE, hashlib.sha256(PDF).hexdigest())

    page = at_desk.get(address("", submitted)).content.decode()
    assert "<b>پیوست:</b> دارد (۱)" in page
    ours = page[page.index("طبقه‌بندی و فوریت") :]
    assert ours.count("csrfmiddlewaretoken") == ours.count("<form")
    file = at_desk.get(address("_attachment", submitted, attached.pk))
    assert b"".join(file.streaming_content) == PDF
    assert "no-store" in file["Cache-Control"]

    assert at_desk.post(address("_detach", submitted, attached.pk)).status_code == 302
    assert at_desk.post(address("_detach", submitted, attached.pk)).status_code == 409
    assert at_desk.get(address("_attachment", submitted, attached.pk)).status_code == 404
    assert "<b>پیوست:</b> ندارد" in at_desk.get(address("", submitted)).content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": " "}, "لطفاً عنوان پیوست را بنویسید"),
        ({"title": "ع" * 151}, "لطفاً عنوان پیوست را بنویسید"),
        ({"file": ""}, "فایلی انتخاب نشده است"),
        ({"file": upload(b"")}, "این فایل خالی است"),
        ({"file": upload(b"PK\x03\x04" + bytes(60), "a.docx")}, "پذیرفته نمی‌شود"),
        ({"file": upload(b"%PDF-1.4 broken")}, "این فایل باز نمی‌شود"),
    ],
)
def test_what_is_no_attachment_is_said_beside_its_field_and_the_title_stays(
    at_desk: Client, submitted: Submission, said: dict[str, Any], words: str
) -> None:
    answer = bring(at_desk, submitted, **said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert str(said.get("title", TITLE)).strip() in page
    assert not LetterAttachment.objects.exists()


def test_a_letter_has_so_many_and_no_file_twice(
    at_desk: Client, submitted: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(at_desk, submitted)
    again = bring(at_desk, submitted, title="دوباره")
    assert again.status_code == 409
    assert f"همین فایل با عنوان «{TITLE}» پیوست نامه است" in again.content.decode()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "MOST", 1)
        full = bring(at_desk, submitted, file=upload(PICTURE))
        assert (full.status_code, "حداکثر ۱۰ پیوست دارد" in full.content.decode()) == (409, True)
    monkeypatch.setattr(keeping, "MOST_BYTES", len(PDF) + 1)
    large = bring(at_desk, submitted, file=upload(PICTURE))
    assert (large.status_code, "روی هم حداکثر" in large.content.decode()) == (422, True)
    assert LetterAttachment.objects.count() == 1


def test_who_has_not_the_request_in_hand_brings_nothing(
    client: Client, signed_in: SignIn, submitted: Submission, staff: dict[str, User], manager: User
) -> None:
    attached = cast.attach(submitted, staff["desk"])
    signed_in(client, manager)
    page = client.get(address("", submitted)).content.decode()
    assert TITLE in page
    assert "افزودن پیوست" not in page
    assert bring(client, submitted, file=upload(PICTURE)).status_code == 403
    assert client.post(address("_detach", submitted, attached.pk)).status_code == 403
    assert mark(client, submitted, "secret").status_code == 403
    signed_in(client, staff["legal"])
    assert client.get(address("_attachment", submitted, attached.pk)).status_code == 404


def test_both_are_chosen_and_nobody_overwrites_what_was_not_seen(
    at_desk: Client, submitted: Submission
) -> None:
    assert mark(at_desk, submitted, "highly", "urgent").status_code == 302
    page = at_desk.get(address("", submitted)).content.decode()
    assert "<b>طبقه:</b> خیلی محرمانه" in page
    assert "<b>فوریت:</b> فوری" in page
    late = mark(at_desk, submitted, "normal")
    assert late.status_code == 409
    assert "اکنون طبقه‌بندی نامه «خیلی محرمانه»" in late.content.decode()
    assert mark(at_desk, submitted, "none").status_code == 422
    assert mark(at_desk, submitted, "normal", seen=1).status_code == 302
    assert LetterDraft.objects.get().urgency == ""


def test_the_page_of_the_letter_asks_little(at_desk: Client, submitted: Submission) -> None:
    bring(at_desk, submitted)
    at_desk.get(address("", submitted))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        at_desk.get(address("", submitted))
    assert len(queries) <= 20


# --- The signature -----------------------------------------------------------------------


def test_the_signature_is_about_the_attachments_and_freezes_them(
    client: Client,
    signed_in: SignIn,
    submitted: Submission,
    staff: dict[str, User],
    run_tasks: Tasks,
) -> None:
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:4])
    seen = cast.digest_seen(case)
    attached = cast.attach(case, staff["deputy"])
    assert cast.digest_seen(case) != seen
    signed_in(client, staff["deputy"])
    key = reverse("submissions_submission_modeladmin_step", args=[case.pk, "pass_on"])
    said = {"expecting": cast.again(case).last_seq, "note": "", "letter_digest": seen}
    answer = client.post(key, said)
    assert (answer.status_code, answer.context["refusal"].code) == (409, LetterChanged.code)
    assert TITLE in answer.content.decode(), "the signer sees what goes with the letter"
    case = cast.pass_desks(case, staff, "deputy")

    signed_in(client, staff["secretariat"])
    assert bring(client, case, file=upload(PICTURE)).status_code == 409
    assert client.post(address("_detach", case, attached.pk)).status_code == 409
    assert mark(client, case, "secret").status_code == 409
    case = cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    letter = case.letters.get()
    assert letter.facts["attachments"][0]["sha256"] == attached.sha256
    with letter.file.open("rb") as file:
        paper = file.read()
    assert says(paper, "پیوست: دارد (۱)")
    assert says(paper, TITLE)


def test_an_initial_is_told_to_be_of_before_an_attachment(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    Seat.objects.filter(user=staff["desk"]).update(head=True)
    said = {
        "expecting": submitted.last_seq,
        "note": "ملاحظه شد",
        "letter_digest": cast.digest_seen(submitted),
    }
    key = reverse("submissions_submission_modeladmin_step", args=[submitted.pk, "initial"])
    assert at_desk.post(key, said).status_code == 302
    inspect = reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    assert "پس از آن تغییر کرده است" not in at_desk.get(inspect).content.decode()
    bring(at_desk, submitted)
    assert "پس از آن تغییر کرده است" in at_desk.get(inspect).content.decode()


def test_a_draft_on_which_nothing_was_chosen_is_signed_as_ever(
    submitted: Submission, staff: dict[str, User]
) -> None:
    before = cast.digest_seen(submitted)
    keeping.remove_attachment(submitted, cast.attach(submitted, staff["desk"]).pk, by=staff["desk"])
    assert cast.digest_seen(submitted) == before


def test_a_reissued_letter_keeps_its_attachments_and_an_earlier_one_its_own(
    with_two: Letter, staff: dict[str, User], manager: User, run_tasks: Tasks
) -> None:
    case = cast.step(with_two.submission, "reopen", manager, "اصلاح", stop="deputy")
    first = enclosed_in(with_two)
    keeping.remove_attachment(case, first[1].pk, by=staff["deputy"])
    second = issue(case, staff, run_tasks)
    assert [row.title for row in enclosed_in(second)] == [TITLE]
    earlier = Letter.objects.get(pk=with_two.pk)
    assert earlier.state == "superseded"
    assert [row.title for row in enclosed_in(earlier)] == [TITLE, "کروکی"]
    doors.revoke_letter(second, by=manager, reason="اشتباه")
    assert [row.title for row in enclosed_in(Letter.objects.get(pk=second.pk))] == [TITLE]


# --- On its way --------------------------------------------------------------------------


def test_they_go_with_the_file_of_the_network_by_its_dtd(with_two: Letter) -> None:
    main = Dispatch.objects.get(role="main")
    found = read_ece(write_for(main))
    assert [(file.extension, file.description) for file in found.attachments] == [
        ("pdf", TITLE),
        ("png", "کروکی"),
    ]
    assert [file.content for file in found.attachments] == [PDF, PICTURE]


def test_they_are_printed_behind_the_letter(with_two: Letter, manager: User) -> None:
    with with_two.file.open("rb") as file:
        own = len(PdfReader(BytesIO(file.read())).pages)
    sent = cast.print_for_post(with_two, manager)
    assert sent.batch is not None
    merged = post.print_paper(sent.batch, [sent], "letters")
    pages = PdfReader(BytesIO(merged)).pages
    assert len(pages) == 1 + own + 2
    (picture,) = pages[-1].images
    assert picture.image is not None
    assert picture.image.size == Image.open(BytesIO(PICTURE)).size


def test_a_batch_takes_no_more_than_is_printed_at_once(
    with_two: Letter, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printing.bytes_behind(with_two) == len(PDF) + len(PICTURE)
    monkeypatch.setattr(post, "BYTES_AT_ONCE", 1)
    main = Dispatch.objects.select_related("letter").get(role="main")
    assert post._light_enough([main, main]) == [main]


def test_the_applicant_has_them_beside_the_letter(
    with_two: Letter, client: Client, signed_in: SignIn, maryam: User, stranger: User
) -> None:
    signed_in(client, maryam)
    code = with_two.submission.tracking_code
    page = client.get(f"/cartable/{code}/", follow=True).content.decode()
    first, second = enclosed_in(with_two)
    ours = [reverse("letters:attachment", args=[code, row.pk]) for row in (first, second)]
    assert all(one in page for one in ours)
    assert b"".join(client.get(ours[1]).streaming_content) == PICTURE
    signed_in(client, stranger)
    assert client.get(ours[0]).status_code == 404


def test_they_go_with_the_mail_to_the_applicant(with_two: Letter, settings: Any) -> None:
    settings.ECE_ADDRESS = "ece@office.example"
    own = Dispatch.objects.get(role="applicant")
    own.email = "maryam@example.ir"
    mail = message_from_bytes(compose_applicants_mail(own), policy=default)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names[1:] == ["attachment-1.pdf", "attachment-2.png"]
    assert list(mail.iter_attachments())[2].get_payload(decode=True) == PICTURE


def test_what_is_not_as_it_was_signed_goes_nowhere_and_somebody_sees_it(
    with_two: Letter, settings: Any
) -> None:
    settings.ECE_ADDRESS = "ece@office.example"
    attached = enclosed_in(with_two)[0]
    attached.file.storage.delete(attached.file.name)
    with pytest.raises(AttachmentBroken):
        read_attachment(attached)
    own = Dispatch.objects.get(role="applicant")
    own.email = "maryam@example.ir"
    outcome: Any = ApplicantsMailWay().hand_over(own)
    assert (outcome.for_good, TITLE in outcome.reason) == (True, True)


def test_they_are_listed_with_their_digest_at_the_letter(
    with_two: Letter, client: Client, signed_in: SignIn, staff: dict[str, User]
) -> None:
    signed_in(client, staff["desk"])
    page = client.get(reverse("letters_letter_modeladmin_inspect", args=[with_two.pk]))
    shown = page.content.decode()
    for row in enclosed_in(with_two):
        assert row.sha256 in shown
        link = reverse("letters_letter_modeladmin_attachment", args=[with_two.pk, row.pk])
        assert client.get(link).status_code == 200


# --- Classified --------------------------------------------------------------------------


@pytest.fixture
def secret(
    submitted: Submission, at_desk: Client, staff: dict[str, User], run_tasks: Tasks
) -> Letter:
    mark(at_desk, submitted, "secret", "immediate")
    return issue(submitted, staff, run_tasks)


def test_a_classified_letter_says_so_on_paper_in_the_register_and_in_the_network(
    secret: Letter, client: Client, signed_in: SignIn, staff: dict[str, User]
) -> None:
    with secret.file.open("rb") as file:
        paper = file.read()
    assert says(paper, "طبقه: سری")
    assert says(paper, "فوریت: آنی")
    found = read_ece(write_for(Dispatch.objects.get(role="main")))
    assert (found.classification, found.priority) == ("4", "3")
    signed_in(client, staff["desk"])
    listed = client.get(reverse("letters_letter_modeladmin_index")).content.decode()
    assert "سری" in listed
    assert "آنی" in listed

    class Everything:
        direction, secretariat = "outgoing", secret.book.secretariat
        since = until = localdate(secret.issued_at)

    (line,) = lines_of(Everything())
    assert line.marks == "سری، آنی"


def test_a_classified_letter_goes_by_no_plain_mail(
    secret: Letter, staff: dict[str, User], client: Client, signed_in: SignIn
) -> None:
    own = Dispatch.objects.get(role="applicant")
    own.email = "maryam@example.ir"
    outcome: Any = ApplicantsMailWay().hand_over(own)
    assert outcome.for_good
    with pytest.raises(LetterClassified):
        acts.change_channel(
            own, by=staff["secretariat"], channel="applicant_email", email="maryam@example.ir"
        )
    signed_in(client, staff["secretariat"])
    form = client.get(f"/admin/letters/dispatch/act/{own.pk}/besides/").content.decode()
    assert "نامهٔ دارای طبقه‌بندی با پست الکترونیک ارسال نمی‌شود" in form


def test_whoever_has_its_code_learns_number_day_and_state(secret: Letter, client: Client) -> None:
    page = client.get(f"/verify/{secret.verify_code}/").content.decode()
    report = client.get(f"/verify/{secret.verify_code}/report.json").json()["letter"]
    assert "معتبر" in page
    assert "دارای طبقه‌بندی" in page
    for told in (secret.subject, secret.recipient, secret.sha256, "م***"):
        assert told not in page
    told = {name: value for name, value in report.items() if value}
    assert set(told) == {"number", "issued_at", "state"}
    pdf = client.get(f"/verify/{secret.verify_code}/report/")
    assert not says(b"".join(pdf.streaming_content), secret.recipient)


# --- By the API --------------------------------------------------------------------------


def test_programs_do_the_same(
    submitted: Submission, staff: dict[str, User], maryam: User, run_tasks: Tasks
) -> None:
    desk, path = Caller(staff["desk"]), f"submissions/{submitted.tracking_code}/letter-draft/"
    added = desk.client.post(f"{ROOT}{path}attachments/", {"title": TITLE, "file": upload()})
    assert added.status_code == 201, added.content
    (attached,) = added.json()["attachments"]
    assert attached["title"] == TITLE
    marks = {"classification": "confidential", "urgency": "urgent", "revision": 0}
    told = desk.put(f"{path}marks/", marks).json()
    assert (told["classification"], told["urgency"]) == ("confidential", "urgent")
    assert desk.get(f"{path}attachments/{attached['id']}/").status_code == 200
    letter = issue(submitted, staff, run_tasks)
    (issued,) = Caller(maryam).get(f"submissions/{submitted.tracking_code}/letters/").json()
    assert issued["attachments"][0]["sha256"] == attached["sha256"]
    one = desk.get(f"staff/letters/{letter.pk}/").json()
    assert (one["classification"], one["urgency"]) == ("confidential", "urgent")
