"""The incoming register: a letter is entered once, tied, corrected with a reason, never deleted."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from letters.incoming import network
from letters.incoming.models import IncomingLetter, IncomingScan, SentReceipt
from letters.incoming.refusals import AlreadyRegistered, AnswersAnInquiry, IncomingMoved
from letters.incoming.registering import IncomingFacts, register_letter
from letters.models import Letter, LetterBook, ReceivedMail
from services_catalog.models import Organisation
from submissions.models import InquiryReply, WorkItem
from tests import cast
from tests.submissions import files

pytestmark = pytest.mark.at("2026-11-22 10:00")
NAME = "letters_incomingletter_modeladmin_"
REGISTER = "/admin/letters/incomingletter/register/"


def typed(**more: Any) -> dict[str, Any]:
    """What the form of a registration sends."""
    usual = {
        "subject": "پاسخ استعلام برق",
        "sender": "شرکت برق",
        "sender_number": "۵۵/۱۲",
        "sender_date": "۱۴۰۵/۰۸/۲۵",
        "received_on": "۱۴۰۵/۰۹/۰۱",
        "way": "post",
        "urgency": "urgent",
        "classification": "normal",
    }
    return usual | more


PAPER = files.pdf().read()


def scan(content: bytes = PAPER, name: str = "نامه.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def facts(**more: Any) -> IncomingFacts:
    usual: dict[str, Any] = {
        "sender": "شرکت برق",
        "subject": "پاسخ",
        "received_on": date(2026, 11, 22),
        "way": "post",
        "sender_number": "55/12",
        "sender_date": date(2026, 11, 16),
    }
    return IncomingFacts(**(usual | more))


def page(letter: IncomingLetter, name: str = "inspect") -> str:
    return reverse(f"{NAME}{name}", args=[letter.pk])


@pytest.fixture
def keeper(house, staff, client, signed_in):
    return signed_in(client, staff["secretariat"])


@pytest.fixture
def asked(submitted, staff):
    """A request whose first desk has asked the power company."""
    return cast.step(
        submitted, "inquire", staff["desk"], "بلامانع است؟", organisation=cast.a_body()
    )


def test_a_letter_gets_the_next_number_and_is_found_by_it(keeper):
    for number in ("۵۵/۱۲", "۵۵/۱۳"):
        answer = keeper.post(
            REGISTER, typed(sender_number=number, scans=[scan(), scan(name="۲.pdf")])
        )
        assert answer.status_code == 302, answer.context["form"].errors

    first, second = IncomingLetter.objects.order_by("pk")
    assert (first.number_text, second.number_text) == ("1405/2/1", "1405/2/2")
    assert LetterBook.objects.get(direction="incoming").last_number == 2
    assert [scan.original_name for scan in first.scans.all()] == ["نامه.pdf", "۲.pdf"]
    shown = keeper.get(page(first)).content.decode()
    assert "۱۴۰۵/۲/۱" in shown
    assert "۲۵ آبان ۱۴۰۵" in shown
    for text in ("1405/2/2", "۵۵/۱۳", "پاسخ استعلام"):
        found = keeper.get("/admin/letters/incomingletter/", {"q": text}).content.decode()
        assert "۱۴۰۵/۲/۲" in found


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(keeper):
    answer = keeper.post(
        REGISTER,
        typed(sender="", subject="", sender_date="", received_on="۱۴۰۶/۰۱/۰۱", reply="۹۹/۹",
              tracking_code="111111111111", note="سه برگ پیوست دارد."),
    )  # fmt: skip

    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {
        "sender",
        "subject",
        "sender_date",
        "received_on",
        "reply",
        "tracking_code",
    }
    shown = answer.content.decode()
    assert "نامه‌ای با شمارهٔ «۹۹/۹» در دفترهای صادره و وارده یافت نشد." in shown
    assert "سه برگ پیوست دارد." in shown
    assert not IncomingLetter.objects.exists()
    assert not LetterBook.objects.filter(direction="incoming").exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-" + b"0" * (40 * 1024 * 1024), "اسکن.pdf", "حجم این فایل بیش از ۱۰ مگابایت است"),
        (b"MZ\x90\x00", "نامه.pdf", "پذیرفته نمی‌شود"),
        (b"", "نامه.pdf", "این فایل خالی است"),
        (PAPER[:60], "نامه.pdf", "این فایل باز نمی‌شود"),
    ],
)
def test_a_scan_that_cannot_be_kept_is_refused_in_words(keeper, content, name, words):
    answer = keeper.post(REGISTER, typed(scans=[scan(), scan(content, name)]))

    assert answer.status_code == 422
    assert words in answer.context["form"].errors["scans"][0]
    assert 'value="شرکت برق"' in answer.content.decode()
    assert not IncomingLetter.objects.exists()


def test_the_same_letter_is_not_registered_twice(keeper):
    keeper.post(REGISTER, typed())

    answer = keeper.post(REGISTER, typed(sender="شركت  برق"))

    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "با شمارهٔ ۱۴۰۵/۲/۱ در دفتر وارده ثبت شده است" in shown
    assert page(IncomingLetter.objects.get()) in shown
    assert LetterBook.objects.get(direction="incoming").last_number == 1


def test_a_letter_is_tied_to_the_request_of_the_letter_that_it_answers(
    keeper, submitted, staff, run_tasks
):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    ours = Letter.objects.get()

    keeper.post(REGISTER, typed(reply=ours.number_text))
    earlier = IncomingLetter.objects.get()
    keeper.post(REGISTER, typed(sender_number="56/1", follow=earlier.number_text))

    letter = IncomingLetter.objects.first()
    assert earlier.submission == ours.submission
    shown = keeper.get(page(earlier)).content.decode()
    assert "عطف به" in shown
    assert "ارجاع در نامهٔ وارده (پیرو)" in shown
    assert letter is not None
    case_page = keeper.get(f"/admin/submissions/submission/inspect/{case.pk}/").content.decode()
    assert "نامه‌های این درخواست" in case_page
    assert "۱۴۰۵/۲/۱" in case_page
    ours_page = keeper.get(f"/admin/letters/letter/inspect/{ours.pk}/").content.decode()
    assert "۱۴۰۵/۲/۱" in ours_page


def test_the_answer_to_an_inquiry_is_registered_from_the_letter_and_shows_it(
    client, asked, staff, signed_in
):
    signed_in(client, staff["secretariat"])
    client.post(REGISTER, typed(tracking_code=asked.tracking_code, is_answer="on", scans=[scan()]))
    letter = IncomingLetter.objects.get()
    assert letter.inquiry.organisation == cast.a_body()
    # The secretariat has the letter; the verdict is that of whoever decides.
    assert (
        client.post(
            page(letter, "answer"),
            {"verdict": "no_objection", "note": "بلامانع", "expecting": asked.last_seq},
        ).status_code
        == 403
    )

    signed_in(client, staff["desk"])
    assert "ثبت نتیجهٔ استعلام" in client.get(page(letter)).content.decode()
    empty = client.post(
        page(letter, "answer"), {"verdict": "", "note": "", "expecting": asked.last_seq}
    )
    assert empty.status_code == 422
    assert "لطفاً نتیجهٔ استعلام را انتخاب کنید." in empty.content.decode()
    said = {"verdict": "no_objection", "note": "بلامانع است.", "expecting": asked.last_seq}
    answer = client.post(page(letter, "answer"), said)

    assert answer.status_code == 302
    reply = InquiryReply.objects.get()
    assert (reply.letter_number, reply.letter_date) == ("55/12", date(2026, 11, 16))
    assert reply.file.name == IncomingScan.objects.get().file.name
    assert IncomingLetter.objects.get().reply == reply
    shown = client.get(answer["Location"]).content.decode()
    assert page(letter) in shown
    paper = client.get(f"/admin/submissions/submission/paper/{asked.pk}/{letter.inquiry_id}/")
    assert b"".join(paper) == PAPER
    again = client.post(page(letter, "answer"), said | {"expecting": asked.last_seq + 1})
    assert again.status_code == 409


def test_an_answer_that_moved_meanwhile_is_refused_and_its_words_are_kept(
    client, asked, staff, signed_in
):
    letter = register_letter(
        facts(submission=asked, inquiry=WorkItem.objects.inquiries().get()),
        by=staff["secretariat"],
    )
    signed_in(client, staff["desk"])
    said = {"verdict": "objection", "note": "ظرفیت ندارد.", "expecting": asked.last_seq}

    without = client.post(page(letter, "answer"), said)
    assert without.status_code == 409
    assert "تصویر این نامه ثبت نشده است" in without.content.decode()

    cast.step(asked, "recall_inquiry", staff["desk"], "لازم نیست")
    ended = client.post(page(letter, "answer"), said)
    assert ended.status_code == 409
    assert "این استعلام پایان یافته است" in ended.content.decode()
    assert "ظرفیت ندارد." in ended.content.decode()


def test_a_correction_says_why_and_what_stood_there_before(keeper):
    keeper.post(REGISTER, typed(scans=[scan()]))
    letter = IncomingLetter.objects.get()
    stays = IncomingScan.objects.get()
    new = typed(subject="پاسخ استعلام آب", expecting=0, set_aside=[stays.pk])

    silent = keeper.post(page(letter, "correct"), new)
    assert silent.status_code == 422
    assert "لطفاً دلیل را بنویسید." in silent.content.decode()
    answer = keeper.post(page(letter, "correct"), new | {"reason": "موضوع اشتباه بود"})

    assert answer.status_code == 302
    letter = IncomingLetter.objects.get()
    assert (letter.subject, letter.revision) == ("پاسخ استعلام آب", 1)
    event = letter.events.get(act="corrected")
    assert ["موضوع", "پاسخ استعلام برق", "پاسخ استعلام آب"] in event.changes
    shown = re.sub(r"\s+", " ", keeper.get(page(letter)).content.decode())
    assert "<del>پاسخ استعلام برق</del>" in shown
    assert "کنار گذاشته‌شده" in shown
    assert "دلیل: موضوع اشتباه بود" in shown
    # Of two who correct what they saw the second is told; what was typed stays.
    late = keeper.post(page(letter, "correct"), typed(subject="دیگر", expecting=0, reason="x"))
    assert late.status_code == 409
    assert 'value="دیگر"' in late.content.decode()
    same = keeper.post(
        page(letter, "correct"), typed(subject="پاسخ استعلام آب", expecting=1, reason="x")
    )
    assert same.status_code == 422


def test_a_void_number_stays_in_the_register_and_is_given_to_nobody(keeper):
    keeper.post(REGISTER, typed())
    letter = IncomingLetter.objects.get()

    answer = keeper.post(page(letter, "void"), {"reason": "دو بار ثبت شد", "expecting": 0})
    assert answer.status_code == 302
    shown = keeper.get(page(letter)).content.decode()
    assert "شمارهٔ این نامه باطل شده است" in shown
    assert keeper.post(page(letter, "void"), {"reason": "باز", "expecting": 1}).status_code == 409
    assert keeper.post(page(letter, "correct"), typed(expecting=1, reason="x")).status_code == 409

    # The letter itself may be entered anew.
    assert keeper.post(REGISTER, typed()).status_code == 302
    assert [row.number for row in IncomingLetter.objects.order_by("pk")] == [1, 2]
    with pytest.raises(TypeError):
        letter.delete()
    with pytest.raises(TypeError):
        IncomingLetter.objects.all().delete()


def test_desks_read_what_belongs_to_their_requests_and_keep_nothing(
    client, asked, staff, signed_in
):
    about = register_letter(facts(submission=asked), by=staff["secretariat"])
    other = register_letter(facts(sender_number="9"), by=staff["secretariat"])
    signed_in(client, staff["desk"])

    assert client.get(page(about)).status_code == 200
    assert client.get(page(other)).status_code == 404
    listed = client.get("/admin/letters/incomingletter/").content.decode()
    assert page(about) in listed
    assert page(other) not in listed
    assert client.get(REGISTER).status_code == 302
    assert client.post(page(about, "correct"), typed(reason="x", expecting=0)).status_code == 302
    assert IncomingLetter.objects.get(pk=about.pk).revision == 0
    with pytest.raises(PermissionDenied):
        register_letter(facts(sender_number="10"), by=staff["desk"])
    # Nobody reads among the staff what is about their own party.
    asked.party.memberships.create(user=staff["desk"])
    assert client.get(page(about)).status_code == 404


def test_what_an_answer_was_registered_from_stays_as_it_is(asked, staff):
    from letters.incoming.correcting import void_number

    letter = register_letter(facts(submission=asked), by=staff["secretariat"])
    case = cast.inquire_and_answer(
        cast.step(asked, "recall_inquiry", staff["desk"], "x"), staff["desk"]
    )
    item = WorkItem.objects.inquiries().get(submission=case, reply__isnull=False)
    IncomingLetter.objects.filter(pk=letter.pk).update(inquiry=item, reply=item.reply)

    with pytest.raises(AnswersAnInquiry):
        void_number(letter, by=staff["secretariat"], reason="اشتباه", expecting=0)
    with pytest.raises(IncomingMoved):
        void_number(letter, by=staff["secretariat"], reason="اشتباه", expecting=5)


@pytest.fixture
def mail(house):
    Organisation.objects.filter(pk=cast.a_body().pk).update(ece_address="ece@power.example")
    return cast.receive_mail()


def test_a_letter_of_the_network_is_entered_once_with_its_files_and_gets_a_receipt(
    mail, run_tasks, settings
):
    settings.ECE_ADDRESS = "office@example.ir"
    assert network.register_waiting() == 1
    network.register_by_itself(mail.pk)
    network.register_by_itself(mail.pk)

    letter = IncomingLetter.objects.get()
    kept = ReceivedMail.objects.get()
    assert (kept.state, kept.register_number) == ("registered", letter.number_text)
    assert (letter.organisation, letter.way, letter.registered_by) == (cast.a_body(), "ece", None)
    assert letter.sender_number == kept.content["number"]
    assert SentReceipt.objects.get().address == "ece@power.example"
    assert network.register_waiting() == 0


def test_a_process_that_dies_while_it_enters_a_letter_leaves_no_gap(mail, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_args: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(network, "note_registered", die)
        with pytest.raises(Killed):
            network.register_by_itself(mail.pk)
    assert not IncomingLetter.objects.exists()
    assert not IncomingScan.objects.exists()

    network.register_by_itself(mail.pk)
    assert [row.number for row in IncomingLetter.objects.all()] == [1]


def test_a_letter_of_an_unknown_sender_takes_no_number_by_itself(house, keeper):
    mail = cast.receive_mail()
    assert network.register_waiting() == 0
    assert (
        "ثبت در دفتر وارده"
        in keeper.get(f"/admin/letters/receivedmail/inspect/{mail.pk}/").content.decode()
    )

    form = keeper.get(REGISTER, {"mail": mail.pk})
    said = {
        name: form.context["form"][name].value() or ""
        for name in ("subject", "sender", "sender_number", "way", "urgency", "classification")
    }
    answer = keeper.post(
        REGISTER,
        said | {"mail": mail.pk, "sender_date": "۱۴۰۵/۰۸/۲۵", "received_on": "۱۴۰۵/۰۹/۰۱"},
    )

    assert answer.status_code == 302
    assert ReceivedMail.objects.get().state == "registered"
    assert IncomingLetter.objects.get().mail == mail
    assert not SentReceipt.objects.exists()
    assert keeper.get(REGISTER, {"mail": mail.pk}).status_code == 409
    assert keeper.post(REGISTER, said | {"mail": mail.pk, "sender_number": "7",
        "sender_date": "۱۴۰۵/۰۸/۲۵", "received_on": "۱۴۰۵/۰۹/۰۱"}).status_code == 409  # fmt: skip
    assert LetterBook.objects.get(direction="incoming").last_number == 1


def test_of_the_same_letter_on_paper_and_by_the_network_the_second_waits_for_a_person(mail, staff):
    said = ReceivedMail.objects.get().content
    register_letter(network.facts_of(mail, network.letter_of(mail)), by=staff["secretariat"])

    network.register_by_itself(mail.pk)

    kept = ReceivedMail.objects.get()
    assert kept.state == "new"
    assert "با شمارهٔ ۱۴۰۵/۲/۱ در دفتر وارده ثبت شده است" in kept.reason
    assert said["number"]
    with pytest.raises(AlreadyRegistered):
        register_letter(network.facts_of(mail, network.letter_of(mail)), by=None)
