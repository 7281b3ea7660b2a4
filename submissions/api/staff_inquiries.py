"""The answer of a body outside, registered with its paper."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from ninja import File, Form, UploadedFile
from pydantic import Field
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.one_request import CODE, find_readable, find_reviewed, told_as_refusals
from submissions.api.shapes import SubmissionDetail, detail_of
from submissions.api.shared import refuse_unknown, router, with_file
from submissions.api.step_bodies import StrictSchema, Words
from submissions.documents import papers
from submissions.documents.inspection import TooLarge
from submissions.models import WorkItem
from submissions.refusals import MovedMeanwhile
from submissions.staff.inquiries.forms import AnswerInquiryForm
from submissions.states import StepName, Verdict
from submissions.workflow.steps import take_step
from web.requests import UserRequest

STEP = StepName.ANSWER_INQUIRY


class InquiryAnswer(StrictSchema):
    """What their letter says. ``expecting``: as with every step; without an answer there is no letter."""

    expecting: Annotated[int, Field(ge=0, lt=2**31)]
    verdict: Verdict
    note: Words
    letter_number: Annotated[str, Field(max_length=40)] = ""
    letter_date: date | None = None


@router.post(
    f"{CODE}inquiries/{{int:item}}/answer/",
    response=SubmissionDetail,
    auth=with_file(papers.MOST_BYTES, TooLarge(papers.MOST_BYTES)),
    summary="ثبت پاسخ استعلام با تصویر نامه",
)
@asks_for(Scope.STAFF_ACT)
def answer_inquiry(
    request: UserRequest,
    tracking_code: str,
    item: int,
    said: Form[InquiryAnswer],
    paper: File[UploadedFile | None] = None,
) -> SubmissionDetail:
    """A form (multipart) with the letter as one PDF, JPEG or PNG, looked into while one waits."""
    refuse_unknown(request, InquiryAnswer)
    page = find_reviewed(request, tracking_code, item, STEP)
    submission = page.submission
    if not request.user.has_perm("submissions.change_submission"):
        raise PermissionDenied
    with told_as_refusals(request, submission, STEP):
        if submission.last_seq != said.expecting:
            raise MovedMeanwhile(submission, of_staff=True)
        if STEP not in page.steps_open:
            raise PermissionDenied
        form = AnswerInquiryForm(_typed(said), {"paper": paper} if paper else {}, page=page)
        if not form.is_valid():
            raise FormValidationError.from_form(form)
        with form.taken() as detail:
            take_step(
                submission,
                STEP,
                by=request.user,
                expecting=said.expecting,
                note=form.cleaned_data["note"],
                detail=detail,
                item=WorkItem(pk=item),
            )
    return detail_of(find_readable(request, tracking_code), request.user)


def _typed(said: InquiryAnswer) -> dict[str, Any]:
    return said.dict(exclude={"expecting"})
