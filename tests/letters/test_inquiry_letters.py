"""An inquiry goes out as a letter to the body that is asked, and its answer comes from the register."""

from __future__ import annotations

import pytest

from accounts.models import Notice, SmsMessage
from letters.designs.models import UnfitDesign
from letters.designs.preview import SAMPLE_QUESTION, compose_preview
from letters.incoming.models import IncomingLetter
from letters.models import Dispatch, Letter, LetterDesign, LetterTemplate
from letters.registers.doors import revoke_letter, void_letter
from letters.seed import load_letter_templates
from services_catalog.models import Service, ServiceVersion
from services_catalog.publish_checks import Unfinished
from submissions.models import WorkItem
from tests import cast
from tests.api.caller import Caller
from tests.submissions import files

pytestmark = pytest.mark.at("2026-11-22 10:00")
WORDS = "آیا ظرفیت ۲۵۰ کیلووات در این قطعه موجود است؟"
REGISTER = "/admin/letters/incomingletter/register/"


@pytest.fixture
def asked(submitted, staff):
    LetterTemplate.objects.create(
        kind="inquiry",
        title="استعلام",
        paragraphs=["طرف قرارداد {party_name} درخواست «{service}» را ارائه کرده است."],
        signer_post="مدیرعامل",
        copies=["طرف قرارداد: {party_name}؛ جهت اطلاع"],
    )
    return cast.step(submitted, "inquire", staff["desk"], WORDS, organisation=cast.a_body())


def test_the_question_is_numbered_printed_and_sent_to_the_body_alone(
    client, asked, staff, maryam, signed_in, run_tasks
):
    run_tasks()

    letter = Letter.objects.get()
    assert (letter.purpose, letter.number_text) == ("inquiry", "1405/1/1")
    assert letter.inquiry == WorkItem.objects.inquiries().get()
    printed = letter.facts_printed
    assert printed.paragraphs[-1] == WORDS
    assert printed.copies == ()
    # It is the desk that asks, whatever the template says of who signs results.
    assert (printed.signers[0].name, "مدیرعامل" in printed.signers[0].post) == ("سارا کریمی", False)
    (dispatch,) = Dispatch.objects.all()
    assert (dispatch.role, dispatch.organisation, dispatch.state) == ("main", cast.a_body(), "held")
    assert dispatch.desk == WorkItem.objects.inquiries().get().asking_desk
    # The request goes on as it was, and its applicant is told nothing of the letter.
    assert cast.again(asked).state == "in_review"
    told = [*Notice.objects.all(), *SmsMessage.objects.all()]
    assert not [row for row in told if WORDS in row.text or letter.number_text in row.text]
    signed_in(client, maryam)
    code = asked.tracking_code
    assert client.get(f"/cartable/{code}/letter/").status_code == 404
    assert "۱۴۰۵/۱/۱" not in client.get(f"/cartable/{code}/").content.decode()
    assert Caller(maryam).get(f"submissions/{code}/letters/").json() == []
    signed_in(client, staff["desk"])
    shown = client.get(f"/admin/submissions/submission/inspect/{asked.pk}/").content.decode()
    assert "۱۴۰۵/۱/۱" in shown
    own = client.get(f"/admin/letters/letter/inspect/{letter.pk}/").content.decode()
    assert "در انتظار پاسخ" in own
    asked.party.memberships.create(user=staff["finance"])
    signed_in(client, staff["finance"])
    assert client.get(f"/admin/letters/letter/inspect/{letter.pk}/").status_code == 404


def test_the_answer_from_the_register_closes_the_question(
    client, asked, staff, signed_in, run_tasks
):
    run_tasks()
    ours = Letter.objects.get()
    signed_in(client, staff["secretariat"])
    said = {
        "subject": "پاسخ", "sender": "", "organisation": cast.a_body().pk, "way": "ece",
        "sender_number": "77/1", "sender_date": "۱۴۰۵/۰۹/۰۱", "received_on": "۱۴۰۵/۰۹/۰۱",
        "urgency": "normal", "classification": "normal", "reply": "۱۴۰۵/۱/۱",
        "scans": [files.pdf()],
    }  # fmt: skip
    assert client.post(REGISTER, said).status_code == 302
    incoming = IncomingLetter.objects.get()
    # Known by the number of the letter that it answers, without another word.
    assert (incoming.submission, incoming.inquiry) == (ours.submission, ours.inquiry)

    signed_in(client, staff["desk"])
    client.post(
        f"/admin/letters/incomingletter/answer/{incoming.pk}/",
        {"verdict": "no_objection", "note": "بلامانع است.", "expecting": asked.last_seq},
    )

    item = WorkItem.objects.inquiries().get()
    assert (item.outcome, item.reply.letter_number) == ("answered", "77/1")
    assert IncomingLetter.objects.get().reply == item.reply
    # The letter stands: it is no result, and what was asked was asked.
    assert Letter.objects.get().state == "issued"


def test_a_result_neither_supersedes_nor_revokes_a_question(asked, staff, run_tasks):
    run_tasks()
    case = cast.step(asked, "recall_inquiry", staff["desk"], "لازم نیست")
    (dispatch,) = Dispatch.objects.all()
    assert dispatch.state == "stopped"
    case = cast.pass_desks(case, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()

    question, result = Letter.objects.order_by("pk")
    assert (question.purpose, question.state) == ("inquiry", "issued")
    assert (result.purpose, result.state) == ("result", "issued")
    assert cast.again(case).state == "completed"


def test_what_nobody_awaits_any_more_is_printed_and_sent_to_nobody(asked, staff, run_tasks):
    cast.step(asked, "recall_inquiry", staff["desk"], "لازم نیست")
    run_tasks()

    assert Letter.objects.get().rendered_at is not None
    assert not Dispatch.objects.exists()


def test_two_bodies_are_asked_by_two_letters_and_a_void_number_gets_the_next(
    asked, staff, manager, run_tasks
):
    first = Letter.objects.get()
    new = void_letter(first, by=manager, reason="متن ناقص")
    assert (new.number, new.inquiry, new.purpose) == (2, first.inquiry, "inquiry")
    run_tasks()
    notices = Notice.objects.count()
    revoke_letter(new, by=manager, reason="اشتباه")
    assert Notice.objects.count() == notices
    assert {letter.state for letter in Letter.objects.all()} == {"void", "revoked"}


def test_where_no_template_words_it_the_question_is_asked_without_a_letter(submitted, staff):
    cast.step(submitted, "inquire", staff["desk"], WORDS, organisation=cast.a_body())

    assert WorkItem.objects.inquiries().get().closed_by is None
    assert not Letter.objects.exists()


@pytest.fixture
def drafted(house):
    """A template with a heading, a form of address and an answer of its own, not published yet."""
    made = LetterDesign.objects.create(
        kind="inquiry", title="استعلام", subject="استعلام محیط زیست دربارهٔ {subject}",
        recipient_post="مدیرعامل محترم", live=False,
        body=[{"type": "paragraph", "value": {"text": "آلاینده: {answer:polluting}؛ {subject}"}}],
    )  # fmt: skip
    made.save_revision()
    return LetterDesign.objects.get(pk=made.pk)


@pytest.fixture
def design(drafted, two_ways):
    return publish(drafted)


def publish(design):
    design.latest_revision.publish()
    return LetterDesign.objects.get(pk=design.pk)


def ask(case, staff):
    case = cast.step(case, "inquire", staff["desk"], WORDS, organisation=cast.a_body())
    return case.letters.get()


def begin(two_ways, maryam):
    case = cast.begin(maryam, two_ways, answers={"polluting": True})
    return cast.step(case, "submit", maryam)


def test_heading_address_and_answers_are_those_of_the_template_as_its_preview_shows(
    design, two_ways, maryam, staff, run_tasks
):
    case = begin(two_ways, maryam)
    ask(case, staff)
    run_tasks()

    sent = Letter.objects.get().facts_printed
    heading = "استعلام محیط زیست دربارهٔ ابلاغ نتیجهٔ درخواست"
    assert sent.subject == heading
    # The body that is asked, however the template addresses it.
    assert (sent.recipient.post, sent.recipient.organisation) == (
        "مدیرعامل محترم",
        cast.a_body().name,
    )
    assert sent.paragraphs == (f"آلاینده: بله؛ {heading}", WORDS)

    design.preview_code = case.tracking_code
    shown = compose_preview(design, staff["desk"])
    assert (shown.subject, shown.recipient.post) == (sent.subject, sent.recipient.post)
    assert shown.paragraphs == (sent.paragraphs[0], SAMPLE_QUESTION)
    assert (shown.rows, shown.copies) == (sent.rows, sent.copies)


def test_the_shipped_template_says_what_it_always_said(two_ways, maryam, staff):
    load_letter_templates()
    shipped = LetterDesign.objects.get(kind="inquiry")
    case = begin(two_ways, maryam)
    letter = ask(case, staff)

    assert letter.facts["subject"] == "استعلام: ابلاغ نتیجهٔ درخواست"
    assert "answers" not in letter.facts
    assert letter.facts["recipient"]["post"] == (cast.a_body().addressee or "مدیر محترم")
    blocks = letter.facts["text"]["blocks"]
    assert "موضوع «ابلاغ نتیجهٔ درخواست» بررسی" in blocks[2]["text"]
    # Shown as it is sent: to a body, with the words of a desk, signed and copied by none of a result.
    shipped.preview_code = case.tracking_code
    shown = compose_preview(shipped, staff["desk"])
    assert shown.subject == letter.facts["subject"]
    assert shown.recipient.organisation == "دستگاه گیرندهٔ نمونه"
    assert (shown.copies, shown.signers[0].post) == ((), two_ways.stops.first().unit.title)


def test_an_inquiry_in_which_a_service_ends_is_shown_as_its_result(design, two_ways, maryam, staff):
    Service.objects.filter(pk=two_ways.pk).update(letter_kind="inquiry")
    ServiceVersion.objects.write(Service.objects.get(pk=two_ways.pk))
    made_up = compose_preview(design, staff["desk"])
    assert made_up.recipient.organisation == "شرکت نمونهٔ سپاهان"
    assert SAMPLE_QUESTION not in made_up.paragraphs


def test_a_template_of_inquiries_is_checked_against_every_service_that_may_ask(
    drafted, two_ways, service
):
    with pytest.raises(UnfitDesign, match="پرسشی با کد «polluting» ندارد"):
        publish(drafted)
    # A service with a template of its own is not looked at.
    LetterTemplate.objects.create(
        kind="inquiry", service_code=service.code, title="برق", paragraphs=["متن"]
    )
    publish(drafted)


def test_a_service_is_not_published_without_the_answer_that_its_inquiries_name(design, two_ways):
    two_ways.questions.update(code="other")
    with pytest.raises(Unfinished, match=r"«استعلام»: .*پرسشی با کد «polluting» ندارد"):
        Service.objects.get(pk=two_ways.pk).save_revision().publish()
