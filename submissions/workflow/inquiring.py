"""Asking a body outside (استعلام), and what it has answered; called by the effects of steps."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate

from services_catalog.models import Organisation
from submissions.inquiry_details import AnswerInquiryDetail, InquireDetail
from submissions.inquiry_policy import why_it_waits
from submissions.kinds import handler_for
from submissions.models import InquiryReply, Step, Submission, WorkItem
from submissions.refusals import BadInquiry, BadReply
from submissions.states import Outcome, Purpose, StepName, Verdict
from submissions.workflow import work_items
from submissions.workflow.deadlines import PromiseClock

#: Working days that a body has when nobody says otherwise.
USUAL_DAYS = 10
RETIRED = "«{}» در فهرست دستگاه‌ها غیرفعال است. دستگاه دیگری را انتخاب کنید."
ASKED_ALREADY = "از «{}» استعلام شده و پاسخ آن هنوز ثبت نشده است."
TOO_EARLY = "مهلت استعلام نمی‌تواند پیش از امروز باشد."
DATED_LATER = "تاریخ نامه نمی‌تواند پس از امروز باشد."
NO_LETTER = "برای استعلام بدون پاسخ، شماره، تاریخ و تصویر نامه ثبت نمی‌شود."


def open_inquiry(
    submission: Submission, item: WorkItem, step: Step, detail: InquireDetail
) -> WorkItem:
    """Ask a body outside for the decision ``item``; it has its own time. Raises BadInquiry."""
    body = _lock_body(detail.organisation)
    if why := why_not_asked(submission, item, body):
        raise BadInquiry(why)
    if detail.due_at and localdate(detail.due_at) < localdate(step.at):
        raise BadInquiry(TOO_EARLY)
    opened = WorkItem.objects.create(
        submission=submission,
        parent=item,
        purpose=Purpose.INQUIRY,
        stop=item.stop,
        organisation=body,
        asking_desk=item.desk,
        opened_by=step,
        opened_at=step.at,
        due_at=detail.due_at or due_after(submission, step.at, USUAL_DAYS),
    )
    submission.forget_items()
    handler_for(submission.kind).asked(submission, step, opened)
    return opened


def recall_inquiry(submission: Submission, item: WorkItem, step: Step) -> None:
    """Close a question whose answer nobody waits for any more."""
    work_items.close_item(submission, item, step, Outcome.RECALLED)
    handler_for(submission.kind).recalled(submission, step, item)


def _lock_body(body: Organisation | None) -> Organisation:
    """The body as the database has it, locked: nobody retires it meanwhile. Raises BadInquiry."""
    if body is None:
        raise BadInquiry
    return Organisation.objects.select_for_update(no_key=True).get(pk=body.pk)


def why_not_asked(submission: Submission, item: WorkItem, body: Organisation) -> str:
    """Why this body cannot be asked for the decision, in a sentence; empty when it can be."""
    if body.retired:
        return RETIRED.format(body)
    waiting = submission.items.open().filter(parent=item, organisation=body)
    return ASKED_ALREADY.format(body) if waiting.exists() else ""


def due_after(submission: Submission, moment: datetime, days: int) -> datetime:
    """The end of so many working days."""
    return PromiseClock(submission).after_days(moment, days)


def register_reply(item: WorkItem, detail: AnswerInquiryDetail, moment: datetime) -> InquiryReply:
    """Keep what they have answered. Raises BadReply."""
    letter = (detail.letter_number, detail.letter_date, detail.paper)
    if detail.verdict == Verdict.NO_ANSWER and any(letter):
        raise BadReply(NO_LETTER)
    if detail.verdict != Verdict.NO_ANSWER and not all(letter):
        raise BadReply
    if detail.letter_date and detail.letter_date > localdate(moment):
        raise BadReply(DATED_LATER)
    paper = vars(detail.paper) if detail.paper else {}
    return InquiryReply.objects.create(
        item=item,
        verdict=detail.verdict,
        letter_number=detail.letter_number,
        letter_date=detail.letter_date,
        **paper,
    )


def require_answered(name: StepName, submission: Submission, item: WorkItem) -> None:
    """Raise AwaitsInquiry while the stop of this decision waits for a body outside."""
    if refusal := why_it_waits(name, submission, [item]):
        raise refusal
