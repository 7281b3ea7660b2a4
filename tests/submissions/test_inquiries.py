"""An استعلام: a body outside is asked, the decision waits or goes on, the answer is registered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from accounts.models import Membership, User
from pdf.responses import PDF_POLICY
from persian.jalali import jdate_numeric
from persian.working_time import add_working_days
from services_catalog.facts import StopFacts
from services_catalog.models import Desk, OfficeCalendar, Organisation, Province, Seat, Service
from submissions.inquiry_details import AnswerInquiryDetail
from submissions.models import InquiryReply, Submission, WorkItem
from submissions.refusals import AwaitsInquiry, BadInquiry, BadReply
from submissions.states import Outcome, Purpose, State, StepName, Verdict
from submissions.workflow import bulk, seating
from submissions.workflow.consistency import find_contradictions
from submissions.workflow.deadlines import PromiseClock
from tests.cast import a_body, again, begin, item_of, open_to, seat, step
from tests.submissions.files import pdf, picture, raw

pytestmark = pytest.mark.django_db
Staff = dict[str, User]
CASE = "submissions_submission_modeladmin_"
QUESTION = "آیا واگذاری انشعاب ۲۵۰ کیلووات بلامانع است؟"
ANSWER = "ظرفیت پست موجود کافی است."
MAX_QUERIES = 15


def address(case: Submission, name: str) -> str:
    return reverse(f"{CASE}step", args=[case.pk, name])


def send(client: Client, case: Submission, name: str, **said: Any) -> Any:
    """Post a step as the page that shows the present state would."""
    said = {"expecting": again(case).last_seq, "note": QUESTION} | said
    return client.post(address(case, name), said)


def ask(client: Client, case: Submission, **said: Any) -> Any:
    return send(client, case, "inquire", **{"body": a_body().pk, "days": "10"} | said)


def register(client: Client, inquiry: WorkItem, **said: Any) -> Any:
    """Post an answer with a letter; ``said`` changes or adds."""
    letter = {
        "item": inquiry.pk,
        "verdict": "no_objection",
        "letter_number": "۱۴۰۵/۳۳",
        "letter_date": jdate_numeric(localdate()),
        "paper": pdf(),
        "note": ANSWER,
    } | said
    given = {name: value for name, value in letter.items() if value is not None}
    return send(client, inquiry.submission, "answer_inquiry", **given)


def page_of(client: Client, case: Submission, name: str = "inspect") -> str:
    return client.get(reverse(f"{CASE}{name}", args=[case.pk])).content.decode()


def paper_of(inquiry: WorkItem) -> str:
    return reverse(f"{CASE}paper", args=[inquiry.submission_id, inquiry.pk])


def papers_on_disk() -> set[Path]:
    return {path for path in Path(settings.PRIVATE_ROOT).glob("inquiries/**/*") if path.is_file()}


@pytest.fixture
def new_papers() -> Callable[[], int]:
    """How many papers have been stored since the story began."""
    before = papers_on_disk()
    return lambda: len(papers_on_disk() - before)


@pytest.fixture
def sara(client: Client, staff: Staff, signed_in: Any) -> Client:
    return signed_in(client, staff["desk"])


@pytest.fixture
def asked(submitted: Submission, staff: Staff) -> Submission:
    """Sara has asked the power company."""
    return step(submitted, "inquire", staff["desk"], QUESTION, organisation=a_body())


@pytest.fixture
def inquiry(asked: Submission) -> WorkItem:
    return WorkItem.objects.get(submission=asked, purpose=Purpose.INQUIRY)


@pytest.fixture
def not_waiting(submitted: Submission) -> Submission:
    """The same request of a service whose stops do not wait for bodies outside."""
    service: Service = submitted.version.service
    service.stops.update(awaits_inquiries=False)
    Service.objects.get(pk=service.pk).save_revision().publish()
    version = Service.objects.get(pk=service.pk).current_version
    Submission.objects.filter(pk=submitted.pk).update(version=version)
    return again(submitted)


class TestAsking:
    def test_a_body_is_asked_and_the_desk_keeps_the_decision(
        self, sara: Client, submitted: Submission, staff: Staff
    ) -> None:
        assert ask(sara, submitted).status_code == 302

        inquiry = WorkItem.objects.get(organisation=a_body())
        decision = item_of(submitted)
        assert (inquiry.parent, inquiry.asking_desk) == (decision, decision.desk)
        assert (inquiry.desk, inquiry.person, inquiry.opened_by.note) == (None, None, QUESTION)
        days = add_working_days(OfficeCalendar(submitted.province_id), inquiry.opened_at, 10)
        assert abs(inquiry.due_at - days) < timedelta(minutes=1)
        # It is nothing that anybody of the desk has to decide.
        assert WorkItem.objects.most_urgent_for(staff["desk"], 9) == [decision]
        assert "answer_inquiry" in open_to(staff["desk"], again(submitted))
        page = sara.get(reverse(f"{CASE}index"), {"list": "mine"}).content.decode()
        assert "در انتظار پاسخ استعلام" in page
        case = page_of(sara, submitted)
        assert QUESTION in case
        assert "در انتظار پاسخ" in case

    def test_a_day_may_be_named(self, sara: Client, submitted: Submission) -> None:
        day = localdate() + timedelta(days=20)
        assert ask(sara, submitted, due=jdate_numeric(day)).status_code == 302

        due = WorkItem.objects.get(organisation=a_body()).due_at
        assert due == PromiseClock(submitted).closing_of(day)
        assert due > item_of(submitted).due_at

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"body": ""}, "از همین فهرست انتخاب کنید"),
            ({"body": "999999"}, "از همین فهرست انتخاب کنید"),
            ({"body": "elsewhere"}, "از همین فهرست انتخاب کنید"),
            ({"days": "0"}, "حداقل"),
            ({"days": "251"}, "حداکثر"),
            ({"due": jdate_numeric(localdate() - timedelta(days=2))}, "یا پس از آن"),
            ({"note": " "}, "متن استعلام"),
        ],
    )
    def test_what_cannot_be_asked_is_said_beside_its_field(
        self, sara: Client, submitted: Submission, said: dict[str, str], words: str
    ) -> None:
        answer = ask(sara, submitted, **said)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not WorkItem.objects.inquiries().exists()

    def test_a_body_that_is_retired_or_asked_already_is_not_asked(
        self, sara: Client, asked: Submission, staff: Staff
    ) -> None:
        again_asked = ask(sara, asked)
        assert again_asked.status_code == 422
        assert "پاسخ آن هنوز ثبت نشده است" in again_asked.content.decode()
        with pytest.raises(BadInquiry):
            step(asked, "inquire", staff["desk"], QUESTION, organisation=a_body())

        other = Organisation.objects.create(kind="gas", name="شرکت گاز", retired=True)
        retired = ask(sara, asked, body=other.pk)
        assert "غیرفعال است" in retired.content.decode()
        assert WorkItem.objects.inquiries().count() == 1

    def test_bodies_of_other_provinces_are_not_offered(
        self, sara: Client, submitted: Submission
    ) -> None:
        yazd = Province.objects.get(slug="yazd")
        there = Organisation.objects.create(kind="elec", name="برق یزد", province=yazd)
        page = sara.get(address(submitted, "inquire")).content.decode()
        assert str(there) not in page
        assert str(a_body()) in page

    def test_what_a_colleague_has_taken_is_theirs_and_their_stand_ins(
        self, submitted: Submission, staff: Staff
    ) -> None:
        seat(staff["legal"], "desk")
        case = step(submitted, "take", staff["desk"])
        assert "inquire" not in open_to(staff["legal"], case)
        case = step(case, "inquire", staff["desk"], QUESTION, organisation=a_body())
        fresh = User.objects.get(pk=staff["legal"].pk)
        assert "answer_inquiry" not in open_to(fresh, case)

        Seat.objects.filter(user=staff["desk"]).update(
            away_from=localdate(), stand_in=staff["legal"]
        )
        fresh = User.objects.get(pk=staff["legal"].pk)
        case = step(case, "recall_inquiry", fresh, "دیگر لازم نیست")
        assert case.history.latest("seq").standing_in_for == staff["desk"]


class TestAnswer:
    def test_the_answer_is_kept_with_its_paper(
        self, sara: Client, inquiry: WorkItem, new_papers: Callable[[], int]
    ) -> None:
        assert register(sara, inquiry).status_code == 302

        reply = InquiryReply.objects.get(item=inquiry)
        assert (reply.verdict, reply.letter_number) == (Verdict.NO_OBJECTION, "۱۴۰۵/۳۳")
        assert reply.letter_date == localdate()
        assert new_papers() == 1
        inquiry.refresh_from_db()
        assert (inquiry.outcome, inquiry.closed_by and inquiry.closed_by.note) == (
            Outcome.ANSWERED,
            ANSWER,
        )
        for name in ("inspect", "history"):
            page = page_of(sara, inquiry.submission, name)
            for words in (QUESTION, ANSWER, "بلامانع", "۱۴۰۵/۳۳", paper_of(inquiry), "سارا کریمی"):
                assert words in page
        served = sara.get(paper_of(inquiry))
        assert served["Content-Type"] == "application/pdf"
        assert served["Content-Security-Policy"] == PDF_POLICY
        assert served.getvalue().startswith(b"%PDF")

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"paper": raw(b"PK\x03\x04" + b"0" * 100)}, "پذیرفته نمی‌شود"),
            ({"paper": raw(b"")}, "خالی است"),
            ({"paper": raw(b"%PDF-" + b"0" * (10 * 1024 * 1024))}, "حجم این فایل"),
            ({"paper": None}, "تصویر نامه"),
            ({"letter_number": ""}, "شمارهٔ نامهٔ دستگاه"),
            ({"letter_number": "۱" * 41}, "حداکثر ۴۰"),
            ({"letter_date": ""}, "تاریخ نامه"),
            ({"letter_date": jdate_numeric(localdate() + timedelta(days=2))}, "یا پیش از آن"),
            ({"verdict": ""}, "نتیجهٔ استعلام"),
            ({"verdict": "no_answer"}, "بدون پاسخ"),
            ({"note": ""}, "خلاصهٔ پاسخ"),
        ],
    )
    def test_what_is_no_answer_is_said_beside_its_field(
        self,
        sara: Client,
        inquiry: WorkItem,
        new_papers: Callable[[], int],
        said: dict[str, Any],
        words: str,
    ) -> None:
        if upload := said.get("paper"):
            upload.seek(0)
        answer = register(sara, inquiry, **said)

        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert not InquiryReply.objects.exists()
        assert new_papers() == 0

    def test_a_picture_is_a_paper_too(self, sara: Client, inquiry: WorkItem) -> None:
        assert register(sara, inquiry, paper=picture()).status_code == 302
        served = sara.get(paper_of(inquiry))
        assert served["Content-Type"] == "image/png"
        assert "sandbox" in served["Content-Security-Policy"]

    def test_that_nobody_has_answered_is_registered_without_a_letter(
        self, sara: Client, inquiry: WorkItem, maryam: User
    ) -> None:
        nothing = {"verdict": "no_answer", "letter_number": "", "letter_date": "", "paper": None}
        assert register(sara, inquiry, **nothing).status_code == 302

        assert InquiryReply.objects.get(item=inquiry).file == ""
        assert sara.get(paper_of(inquiry)).status_code == 404
        story = report_of(maryam, inquiry.submission)
        assert "بدون پاسخ ماند" in story

    def test_the_table_and_the_step_refuse_an_answer_without_its_letter(
        self, inquiry: WorkItem, staff: Staff
    ) -> None:
        with pytest.raises(BadReply):
            step(
                inquiry.submission, "answer_inquiry", staff["desk"], "؟", verdict=Verdict.OBJECTION
            )
        with pytest.raises(IntegrityError), transaction.atomic():
            InquiryReply.objects.create(item=inquiry, verdict=Verdict.OBJECTION)
        assert AnswerInquiryDetail().verdict == Verdict.NO_ANSWER

    @pytest.mark.parametrize("first", ["answer_inquiry", "recall_inquiry"])
    def test_whoever_comes_second_is_told_so_and_leaves_no_file(
        self,
        sara: Client,
        inquiry: WorkItem,
        staff: Staff,
        new_papers: Callable[[], int],
        first: str,
    ) -> None:
        seen = again(inquiry.submission).last_seq
        step(inquiry.submission, first, staff["desk"], "ثبت شد")
        answer = register(sara, inquiry, expecting=seen)

        assert answer.status_code == 409
        assert str(StepName(first).label) in answer.content.decode()
        assert new_papers() == 0

    def test_a_manager_takes_a_question_back_and_registers_nothing(
        self, inquiry: WorkItem, manager: User
    ) -> None:
        offered = open_to(manager, inquiry.submission)
        assert ("recall_inquiry" in offered, "answer_inquiry" in offered) == (True, False)
        step(inquiry.submission, "recall_inquiry", manager, "از راه دیگری روشن شد")
        inquiry.refresh_from_db()
        assert inquiry.outcome == Outcome.RECALLED


class TestDecision:
    def test_it_waits_for_the_answer(
        self, sara: Client, asked: Submission, inquiry: WorkItem, staff: Staff
    ) -> None:
        assert {"pass_on", "approve"}.isdisjoint(open_to(staff["desk"], asked))
        assert {"reject", "return_for_correction", "refer"} & open_to(staff["desk"], asked)
        assert "تأیید این مرحله پس از ثبت پاسخ" in page_of(sara, asked)
        refused = send(sara, asked, "pass_on", item=item_of(asked).pk)
        assert refused.status_code == 409
        assert "هنوز ثبت نشده است" in refused.content.decode()
        with pytest.raises(AwaitsInquiry):
            step(asked, "pass_on", staff["desk"])

        case = step(asked, "recall_inquiry", staff["desk"], "لازم نیست")
        assert step(case, "pass_on", staff["desk"]).stop == "subs"

    def test_many_at_once_wait_too(
        self, asked: Submission, staff: Staff, run_tasks: Callable[[], int]
    ) -> None:
        chosen = [(item_of(asked).pk, asked.last_seq)]
        act = bulk.begin_bulk(staff["desk"], StepName.PASS_ON, chosen)
        run_tasks()
        assert AwaitsInquiry.title in act.lines.get().refusal

    def test_the_last_desk_does_not_approve_before_the_answer(
        self, two_ways: Service, maryam: User, staff: Staff
    ) -> None:
        case = begin(maryam, two_ways, answers={"polluting": False})
        case = step(step(case, "submit", maryam), "pass_on", staff["desk"])
        case = step(case, "inquire", staff["deputy"], QUESTION, organisation=a_body())
        with pytest.raises(AwaitsInquiry):
            step(case, "approve", staff["deputy"])

    def test_a_return_ends_it_and_its_recall_brings_it_back(
        self, asked: Submission, inquiry: WorkItem, staff: Staff
    ) -> None:
        case = step(asked, "return_for_correction", staff["desk"], "کامل نیست")
        inquiry.refresh_from_db()
        assert inquiry.outcome == Outcome.SUSPENDED

        case = step(case, "recall_return", staff["desk"])
        anew = WorkItem.objects.open().inquiries().get()
        assert (anew.due_at, anew.parent) == (inquiry.due_at, item_of(case))
        assert not list(find_contradictions(Submission.objects.all()))
        assert step(case, "recall_inquiry", staff["desk"], "لازم نیست").state == State.IN_REVIEW

    def test_where_the_stop_does_not_wait_a_decision_ends_it_and_says_so_before(
        self, sara: Client, not_waiting: Submission, staff: Staff
    ) -> None:
        case = step(not_waiting, "inquire", staff["desk"], QUESTION, organisation=a_body())
        page = page_of(sara, case)
        assert "استعلام بدون پاسخ پایان می‌یابد" in page

        case = step(case, "pass_on", staff["desk"])
        inquiry = WorkItem.objects.inquiries().get()
        assert (case.stop, inquiry.outcome) == ("subs", Outcome.OVERTAKEN)
        assert "با تصمیم همکار دیگر" in page_of(sara, case)

    def test_stops_side_by_side_wait_each_for_its_own(
        self, side_by_side: Service, maryam: User, staff: Staff
    ) -> None:
        case = begin(maryam, side_by_side, answers={"polluting": False})
        case = step(step(case, "submit", maryam), "pass_on", staff["desk"])
        case = step(case, "inquire", staff["env"], QUESTION, organisation=a_body())
        case = step(case, "pass_on", staff["technical"])
        with pytest.raises(AwaitsInquiry):
            step(case, "pass_on", staff["env"])

    def test_what_was_published_before_waits(self) -> None:
        assert StopFacts(code="desk", unit="desk", unit_title="میز").awaits_inquiries

    def test_it_goes_along_when_the_desk_is_closed(
        self, asked: Submission, inquiry: WorkItem, staff: Staff
    ) -> None:
        before = item_of(asked).desk
        assert before is not None
        other = Desk.objects.create(unit=before.unit)
        Seat.objects.create(desk=other, user=staff["legal"])
        Desk.objects.filter(pk=before.pk).update(open=False)
        assert seating.seat_waiting() == 1
        inquiry.refresh_from_db()
        assert inquiry.asking_desk == other


def report_of(user: User, case: Submission) -> str:
    client = Client()
    client.force_login(user)
    href = reverse("submissions:report", args=[case.tracking_code])
    return client.get(href).content.decode()


class TestReading:
    def test_the_applicant_reads_that_and_whom_but_not_what(
        self, sara: Client, inquiry: WorkItem, maryam: User
    ) -> None:
        register(sara, inquiry)
        story = report_of(maryam, inquiry.submission)

        assert f"از «{a_body()}» استعلام شد" in story
        assert f"پاسخ استعلام از «{a_body()}» دریافت شد" in story
        for secret in (QUESTION, ANSWER, "۱۴۰۵/۳۳", "paper", "مدرک.pdf", "بلامانع"):
            assert secret not in story

    def test_the_paper_is_no_business_of_anybody_else(
        self, sara: Client, inquiry: WorkItem, maryam: User, yazd_desk: User, staff: Staff
    ) -> None:
        register(sara, inquiry)
        client = Client()
        for user, status in ((yazd_desk, 404), (staff["legal"], 404), (maryam, 302)):
            client.force_login(user)
            assert client.get(paper_of(inquiry)).status_code == status
        Membership.objects.create(user=staff["desk"], party=maryam.parties[0])
        assert sara.get(paper_of(inquiry)).status_code == 404
        assert QUESTION not in page_of(sara, inquiry.submission)

    @pytest.mark.usefixtures("kept_between_pages")
    def test_open_ones_are_listed_by_their_due_time(
        self,
        sara: Client,
        inquiry: WorkItem,
        manager: User,
        staff: Staff,
        signed_in: Any,
        django_assert_max_num_queries: Any,
    ) -> None:
        gas = Organisation.objects.create(kind="gas", name="شرکت گاز استان اصفهان")
        early = now() - timedelta(days=3)
        step(inquiry.submission, "inquire", staff["desk"], QUESTION, organisation=gas)
        WorkItem.objects.filter(organisation=gas).update(due_at=early)
        for reader in (sara, signed_in(Client(), manager)):
            with django_assert_max_num_queries(MAX_QUERIES):
                answer = reader.get(reverse(f"{CASE}index"), {"list": "inquiries"})
            page = answer.content.decode()
            assert page.index(str(gas)) < page.index(str(a_body()))
            assert page.count("تأخیر</span>") == 1
            with django_assert_max_num_queries(MAX_QUERIES):
                page_of(reader, inquiry.submission)
        elsewhere = signed_in(Client(), staff["finance"])
        page = elsewhere.get(reverse(f"{CASE}index"), {"list": "inquiries"}).content.decode()
        assert str(gas) not in page

    def test_the_due_time_of_the_office_stands(self, submitted: Submission, staff: Staff) -> None:
        before, own = submitted.due_at, item_of(submitted).due_at
        case = step(submitted, "inquire", staff["desk"], QUESTION, organisation=a_body())
        assert (case.due_at, item_of(case).due_at) == (before, own)


WATCHED = "an inquiry stands below no decision, or is watched by another desk"
ENDED = "an inquiry is answered without an answer, or has one and is not"


def test_what_cannot_be_of_an_inquiry_is_found(inquiry: WorkItem, staff: Staff) -> None:
    def found() -> set[str]:
        return {each.says for each in find_contradictions(Submission.objects.all())}

    case = step(inquiry.submission, "answer_inquiry", staff["desk"], "پاسخی نرسید")
    case = step(case, "inquire", staff["desk"], QUESTION, organisation=a_body())
    assert found() == set()

    other = Desk.objects.exclude(pk=inquiry.asking_desk_id).first()
    WorkItem.objects.open().inquiries().update(asking_desk=other)
    assert found() == {WATCHED}
    WorkItem.objects.inquiries().update(asking_desk=inquiry.asking_desk_id)
    WorkItem.objects.filter(pk=inquiry.pk).update(outcome=Outcome.RECALLED)
    assert found() == {ENDED}
