"""One request as the staff see it: what was handed in, compared and asked, and all of its history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from ninja import Schema

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.one_request import CODE, find_reviewed
from submissions.api.shared import router
from submissions.applicant.document_views import serve_file
from submissions.models import InquiryReply, Step, WorkItem
from submissions.reports.differences import Change
from submissions.staff.inquiries.shown import Inquiry, inquiries_of
from submissions.staff.referral_tree import AskedItem, Question
from submissions.staff.register_facts import Fact
from submissions.staff.review_page import ReviewDocument, ReviewPage
from submissions.workflow import seating
from web.requests import UserRequest


class FactOut(Schema):
    label: str
    value: str


class HolderOut(Schema):
    """Whose the contract is in the register now; ``warning``: what that means for the request."""

    name: str
    identifier: str
    is_applicant: bool
    warning: str


class ChangeOut(Schema):
    """One thing that differs, in words."""

    label: str
    old: str
    new: str


class CheckOut(Schema):
    """What a register of the state has said; ``tone``: green, amber or red."""

    title: str
    outcome: str
    tone: str
    at: datetime | None
    typed: str
    found: str
    remark: str


class CasePaper(Schema):
    """One requirement as it was met; ``id`` is that of its file at ``files/``."""

    code: str
    title: str
    id: int | None
    name: str
    size: int
    content_type: str
    declined: bool
    unasked: bool
    replaced: bool


class AskedOut(Schema):
    """A colleague or desk that was asked, by the work item; open while ``outcome`` is empty."""

    item: int
    person: str
    desk: str
    seen_at: datetime | None
    outcome: str
    answer: str
    may_recall: bool
    onward: list[QuestionOut]


class QuestionOut(Schema):
    """What one colleague asked of others."""

    by: str
    unit: str
    at: datetime
    purpose: str
    due_at: datetime
    text: str
    asked: list[AskedOut]


class InquiryOut(Schema):
    """What a body outside was asked, by the work item; ``has_paper``: its letter is at ``paper/``."""

    item: int
    body: str
    unit: str
    text: str
    due_at: datetime
    late: bool
    open: bool
    verdict: str
    letter_number: str
    letter_date: date | None
    answer: str
    has_paper: bool
    steps_open: list[str]


class CaseOut(Schema):
    """All that the review page tells beside the report.

    ``in_hand``: the work items that are the reader's to do; ``why_closed``: why there is none.
    """

    tracking_code: str
    last_seq: int
    in_hand: list[int]
    unseen: list[int]
    why_closed: str
    standing_in_for: str
    party: list[FactOut]
    contract: list[FactOut]
    holder: HolderOut | None
    register_changes: list[ChangeOut]
    changes: list[ChangeOut]
    checks: list[CheckOut]
    documents: list[CasePaper]
    questions: list[QuestionOut]
    inquiries: list[InquiryOut]


class StepOut(Schema):
    """One step of the history; ``note`` of the staff's own is told here alone."""

    seq: int
    name: str
    title: str
    desk: str
    by: str
    standing_in_for: str
    at: datetime
    note: str
    state: str


class MoveOut(Schema):
    """The system has given it to another desk."""

    at: datetime
    before: str
    desk: str


class HistoryOut(Schema):
    steps: list[StepOut]
    moves: list[MoveOut]


@router.get(f"{CODE}case/", response=CaseOut, summary="صفحهٔ بررسی درخواست")
@asks_for(Scope.STAFF_READ)
def show_case(request: UserRequest, tracking_code: str) -> CaseOut:
    """What the staff see of a request beside its report. 403 for the party of the request."""
    page = find_reviewed(request, tracking_code)
    return CaseOut(
        tracking_code=tracking_code,
        last_seq=page.submission.last_seq,
        in_hand=[item.pk for item in page.in_hand],
        unseen=[item.pk for item in page.unseen],
        why_closed="" if page.keys else page.why_closed,
        standing_in_for=str(page.standing_in_for or ""),
        party=_facts_of_case(page.about_party),
        contract=_facts_of_case(page.about_contract),
        holder=HolderOut(**vars(page.holder)) if page.holder else None,
        register_changes=_changes_of(page.register_changes),
        changes=_changes_of(page.changes),
        checks=[CheckOut(**vars(check)) for check in page.checks],
        documents=[_tell_paper(paper) for paper in page.papers],
        questions=[_tell_question(question, page) for question in page.questions],
        inquiries=[_tell_inquiry(inquiry) for inquiry in inquiries_of(page).rows],
    )


@router.get(f"{CODE}history/", response=HistoryOut, summary="تاریخچهٔ همهٔ اقدام‌ها")
@asks_for(Scope.STAFF_READ)
def show_history(request: UserRequest, tracking_code: str) -> HistoryOut:
    """Every step, those between colleagues too, and which desk the system gave it to."""
    page = find_reviewed(request, tracking_code)
    moves = seating.moves_of(page.submission)
    return HistoryOut(
        steps=[_tell_step(step) for step in page.report.steps],
        moves=[
            MoveOut(at=move.at, before=str(move.before or ""), desk=str(move.desk or ""))
            for move in moves
        ],
    )


@router.get(
    f"{CODE}inquiries/{{int:item}}/paper/",
    response={200: bytes},
    summary="تصویر نامهٔ پاسخ استعلام",
)
@asks_for(Scope.STAFF_READ)
def show_paper(request: UserRequest, tracking_code: str, item: int) -> HttpResponseBase:
    """The letter with which a body outside has answered, for colleagues alone."""
    page = find_reviewed(request, tracking_code)
    papers = InquiryReply.objects.exclude(file="").filter(item__submission=page.submission)
    reply = papers.filter(item=item).first() if item < 2**63 else None
    if reply is None:
        raise Http404
    return serve_file(reply)


def _facts_of_case(facts: list[Fact]) -> list[FactOut]:
    return [FactOut(label=fact.label, value=fact.value) for fact in facts]


def _changes_of(changes: list[Change]) -> list[ChangeOut]:
    return [ChangeOut(**vars(change)) for change in changes]


def _tell_paper(paper: ReviewDocument) -> CasePaper:
    file: Any = paper.document
    return CasePaper(
        code=paper.code,
        title=paper.title,
        id=file.pk if file else None,
        name=file.original_name if file else "",
        size=file.size if file else 0,
        content_type=file.content_type if file else "",
        declined=paper.declined,
        unasked=paper.unasked,
        replaced=paper.replaced,
    )


def _tell_question(question: Question, page: ReviewPage) -> QuestionOut:
    return QuestionOut(
        by=str(question.step.by or ""),
        unit=question.unit,
        at=question.step.at,
        purpose=question.purpose,
        due_at=question.due_at,
        text=question.step.note,
        asked=[_tell_asked(asked, page) for asked in question.asked],
    )


def _tell_asked(asked: AskedItem, page: ReviewPage) -> AskedOut:
    item = asked.item
    return AskedOut(
        item=item.pk,
        person=str(item.person or ""),
        desk=str(item.desk or ""),
        seen_at=item.seen_at,
        outcome=item.outcome,
        answer=_last_words(item),
        may_recall=asked.may_recall,
        onward=[_tell_question(question, page) for question in asked.onward],
    )


def _tell_inquiry(inquiry: Inquiry) -> InquiryOut:
    item, reply = inquiry.item, inquiry.reply
    return InquiryOut(
        item=item.pk,
        body=str(item.organisation),
        unit=inquiry.unit,
        text=item.opened_by.note,
        due_at=item.due_at,
        late=inquiry.is_late,
        open=inquiry.is_open,
        verdict=reply.verdict if reply else "",
        letter_number=reply.letter_number if reply else "",
        letter_date=reply.letter_date if reply else None,
        answer=_last_words(item),
        has_paper=bool(inquiry.paper_href),
        steps_open=[key.name for key in inquiry.keys],
    )


def _last_words(item: WorkItem) -> str:
    """What was said with the step that closed it."""
    return item.closed_by.note if item.closed_by else ""


def _tell_step(step: Step) -> StepOut:
    return StepOut(
        seq=step.seq,
        name=step.name,
        title=step.get_name_display(),
        desk=step.unit or (step.desk.unit.title if step.desk else ""),
        by=str(step.by or ""),
        standing_in_for=str(step.standing_in_for or ""),
        at=step.at,
        note=step.note,
        state=step.to_state,
    )
