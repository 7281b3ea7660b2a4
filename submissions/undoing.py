"""Who may take something back, and why it is too late for it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from db.questions import written
from services_catalog.models import Seat
from submissions.models import Step, Submission
from submissions.refusals import AlreadyOpened, AlreadySeen, NotTakenBack
from submissions.states import State, StepName
from web.refusals import Refusal

CLOSED = (
    "ارائهٔ این خدمت متوقف شده است و پس از بازپس گرفتن، ارسال دوبارهٔ درخواست امکان‌پذیر نیست. "
    "بررسی این درخواست ادامه دارد."
)
# What the applicant alone has done.
_THEIRS = Q(name__in=(StepName.SUBMIT, StepName.TAKE_BACK))


def may_recall_return(user: User, submission: Submission) -> bool:
    """Whether the user has returned it, is the head of the desk that did, or a manager."""
    correction = submission.open_correction
    if correction is None:
        return False
    returned_by = correction.opened_by
    if returned_by.by_id == user.pk or user.has_role("manager"):
        return True
    return Seat.objects.filter(desk=returned_by.desk_id, user=user, head=True).exists()


def why_too_late(name: StepName, submission: Submission) -> Refusal | None:
    """Why a step that takes something back is refused by now; None when it is not.

    What is told to a page; the step itself is decided once more, by one UPDATE.
    """
    if name == StepName.TAKE_BACK and submission.state == State.IN_REVIEW:
        return why_not_taken_back(submission)
    correction = submission.open_correction if name == StepName.RECALL_RETURN else None
    return AlreadyOpened() if correction and correction.seen_at else None


def why_not_taken_back(submission: Submission) -> Refusal | None:
    """Why its applicant does not get back what is in review; None when nothing stands in the way."""
    if not submission.kind_spec.taken_back:
        return NotTakenBack()
    if not submission.version.service.live:
        return NotTakenBack(CLOSED)
    if any(item.seen_at for item in submission.open_items):
        return AlreadySeen()
    return AlreadySeen() if _others_steps_of(submission) else None


@written
def _others_steps_of(submission: Any) -> QuerySet[Step, tuple[int]]:
    steps = Step.objects.filter(submission=submission).exclude(_THEIRS)
    return steps.order_by().values_list("pk")[:1]
