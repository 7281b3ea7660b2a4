"""Registers the answer to an inquiry from the incoming letter that brought it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from accounts.models import User
from letters.incoming.models import IncomingAct, IncomingLetter, IncomingScan, IncomingState
from letters.incoming.refusals import IncomingMoved, IncomingVoid, NotAnAnswer
from letters.incoming.registering import write_event
from submissions.inquiry_details import AnswerInquiryDetail, Paper
from submissions.models import InquiryReply, Step, Submission
from submissions.states import StepName, Verdict
from submissions.workflow.steps import take_step

NO_INQUIRY = "این نامه به استعلامی مرتبط نشده است. دبیرخانه آن را با «اصلاح» مرتبط می‌کند."
ENDED = "این استعلام پایان یافته است و پاسخ دیگری برای آن ثبت نمی‌شود."
NO_NUMBER = "شمارهٔ نامهٔ فرستنده ثبت نشده است. دبیرخانه آن را با «اصلاح» تکمیل می‌کند."
NO_SCAN = "تصویر این نامه ثبت نشده است. دبیرخانه آن را با «اصلاح» اضافه می‌کند."
#: What an answer by letter can say; that none came is said without a letter.
VERDICTS = tuple(verdict for verdict in Verdict if verdict != Verdict.NO_ANSWER)


def why_no_answer(letter: IncomingLetter) -> str:
    """Why no answer can be registered from the letter, in a sentence; empty when one can be."""
    if letter.inquiry is None:
        return NO_INQUIRY
    if letter.inquiry.closed_by_id is not None:
        return ENDED
    if not letter.sender_number:
        return NO_NUMBER
    return "" if paper_of(letter) else NO_SCAN


def paper_of(letter: IncomingLetter) -> IncomingScan | None:
    """The scan that stands for the letter: the first that was not set aside."""
    return IncomingScan.objects.current().filter(letter=letter).order_by("pk").first()


@transaction.atomic
def answer_inquiry(
    letter: IncomingLetter, *, by: User, verdict: Verdict, note: str, expecting: int
) -> Step:
    """Take the step ``answer_inquiry`` with number, date and scan of the letter.

    ``expecting``: the last step of the request that was shown. The paper is the same file: it is
    kept once. Raises NotAnAnswer, IncomingVoid, IncomingMoved and what ``take_step`` raises.
    """
    if letter.submission_id is None:
        raise NotAnAnswer(NO_INQUIRY)
    submission = Submission.objects.locked(letter.submission_id)
    found = IncomingLetter.objects.select_related("inquiry").get(pk=letter.pk)
    if found.is_void:
        raise IncomingVoid
    why, scan = why_no_answer(found), paper_of(found)
    if why or scan is None or verdict not in VERDICTS or found.submission_id != submission.pk:
        raise NotAnAnswer(why or NO_SCAN)
    step = take_step(
        submission,
        StepName.ANSWER_INQUIRY,
        by=by,
        expecting=expecting,
        note=note,
        detail=AnswerInquiryDetail(
            verdict, found.sender_number, found.sender_date, _same_file(scan)
        ),
        item=found.inquiry,
    )
    _tie_reply(found, by)
    return step


def _same_file(scan: IncomingScan) -> Paper:
    return Paper(
        file=str(scan.file.name),
        original_name=scan.original_name,
        content_type=scan.content_type,
        size=scan.size,
        sha256=scan.sha256,
    )


def _tie_reply(letter: IncomingLetter, by: User) -> None:
    rows = IncomingLetter.objects.filter(
        pk=letter.pk, revision=letter.revision, state=IncomingState.REGISTERED
    )
    reply = InquiryReply.objects.get(item=letter.inquiry)
    if not rows.update(reply=reply, revision=F("revision") + 1):
        raise IncomingMoved
    write_event(
        letter,
        IncomingAct.ANSWERED,
        by,
        changes=[["نتیجهٔ استعلام", "", reply.get_verdict_display()]],
    )
