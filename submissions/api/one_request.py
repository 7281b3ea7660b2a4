"""One request and its steps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.utils.timezone import now
from django_fsm import TransitionNotAllowed
from ninja import Body

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.shapes import SubmissionDetail, detail_of
from submissions.api.shared import router
from submissions.api.step_bodies import AnyStep, StepBody
from submissions.applicant.cartable_views import request_copy
from submissions.models import Submission, WorkItem
from submissions.models.shown import find_shown
from submissions.policies import SubmissionPolicy, of_staff
from submissions.refusals import NotYours, refusal_of
from submissions.staff.review_page import ReviewPage
from submissions.states import StepName
from submissions.step_table import STEP_TABLE
from submissions.workflow.steps import take_step
from submissions.workflow.work_items import mark_seen
from web.requests import UserRequest

CODE = "submissions/{str:tracking_code}/"


@router.get(CODE, response=SubmissionDetail, summary="گزارش درخواست")
@asks_for(Scope.SUBMISSIONS_READ)
def show_submission(request: UserRequest, tracking_code: str) -> SubmissionDetail:
    """The request with its report, and each step with why it is shut. 404 to strangers."""
    return detail_of(find_readable(request, tracking_code), request.user)


@router.get(f"{CODE}copy/", response={200: bytes}, summary="دریافت نسخهٔ درخواست")
@asks_for(Scope.SUBMISSIONS_READ)
def show_copy(request: UserRequest, tracking_code: str) -> FileResponse:
    """What was handed in last, as PDF. 404 before that, 429 when it is asked for too often."""
    return request_copy(request, tracking_code)


@router.post(f"{CODE}steps/", response=SubmissionDetail, summary="اقدام روی درخواست")
@asks_for(Scope.SUBMISSIONS_ACT)
def take_one_step(
    request: UserRequest,
    tracking_code: str,
    said: Body[AnyStep],
) -> SubmissionDetail:
    """Take one step, and tell how the request stands after it.

    The same door as that of the pages: 403 when it is not for whoever asks, 409 when something
    happened since ``expecting``, 422 when something is wanting.
    """
    submission, step = find_readable(request, tracking_code), StepName(said.name)
    if of_staff(step) and not request.user.has_perm("submissions.change_submission"):
        raise PermissionDenied
    with told_as_refusals(request, submission, step):
        take_step(
            submission,
            step,
            by=request.user,
            expecting=said.expecting,
            note=said.note,
            detail=said.detail.detail(submission, _acted_on(request, submission, said)),
            item=WorkItem(pk=said.item) if said.item else None,
        )
    return detail_of(find_readable(request, tracking_code), request.user)


@router.post(f"{CODE}seen/", response={204: None}, summary="مشاهده شد")
@asks_for(Scope.SUBMISSIONS_ACT)
def mark_as_seen(request: UserRequest, tracking_code: str) -> HttpResponse:
    """Somebody has it before them: to be sent when a person looks, never by what only fetches.

    It counts of a return for its party, of what lies on desks for whoever has it in hand.
    """
    submission = find_readable(request, tracking_code)
    if any(party.pk == submission.party_id for party in request.user.parties):
        submission.corrections.all().mark_opened()
        return HttpResponse(status=204)
    page = ReviewPage(submission, request.user)
    if not page.in_hand:
        raise NotYours(page.why_closed)
    mark_seen(page.unseen, now())
    return HttpResponse(status=204)


def find_readable(request: UserRequest, tracking_code: str) -> Submission:
    """The request that the caller may read, on either side; 404 to everybody else."""
    found = find_shown(request.user, tracking_code)
    is_own = any(party.pk == found.party_id for party in request.user.parties)
    if not is_own and not request.user.has_perm("submissions.view_submission"):
        raise Http404
    return found


def find_reviewed(
    request: UserRequest,
    tracking_code: str,
    item: int | None = None,
    step: StepName | None = None,
) -> ReviewPage:
    """The page of the staff about a request, one of its items and a step. NotYours to its party."""
    page = ReviewPage(find_readable(request, tracking_code), request.user, item, step)
    if page.is_own:
        raise NotYours
    return page


def _acted_on(request: UserRequest, submission: Submission, said: StepBody) -> WorkItem | None:
    """What the step is taken on: as it was named, else the only one that the caller has."""
    if said.item:
        return next((item for item in submission.open_items if item.pk == said.item), None)
    if not STEP_TABLE[StepName(said.name)].acts_on_item:
        return None
    mine = SubmissionPolicy().items_for(request.user, said.name, submission)
    return mine[0] if len(mine) == 1 else None


@contextmanager
def told_as_refusals(
    request: UserRequest, submission: Submission, step: StepName
) -> Iterator[None]:
    """Says in words why a step is not for whoever asks, or not possible now."""
    try:
        yield
    except PermissionDenied:
        raise _refusal_of(request, submission, step) from None
    except TransitionNotAllowed as error:
        raise refusal_of(error) from None


def _refusal_of(request: UserRequest, submission: Submission, step: StepName) -> Any:
    (offer,) = SubmissionPolicy().steps_open(request.user, submission, [step])
    return offer.refusal or NotYours()
