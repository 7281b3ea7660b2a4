"""Taking the next thing of one's desks, and the hand-over of all that a colleague has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Schema, Status
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope, User
from signin.tokens.scopes import asks_for
from submissions.api.shapes import SubmissionDetail, detail_of
from submissions.api.shared import office, require_right
from submissions.api.staff_choices import ChoiceOut
from submissions.api.step_bodies import Key, StrictSchema
from submissions.models import HandOver, Submission, WorkItem
from submissions.staff.desk_forms import HandOverForm
from submissions.staff.desk_views import RIGHT, list_holders, recent_orders
from submissions.workflow.handing_over import begin_hand_over
from submissions.workflow.taking import take_next
from web.requests import UserRequest


class TakenOut(Schema):
    """What was taken; ``item``: the work item that is the caller's now."""

    item: int
    submission: SubmissionDetail


class HolderRow(Schema):
    """A colleague who has something by name; ``gone``: who decides nothing any more."""

    id: int
    name: str
    count: int
    gone: bool


class HandOverOut(Schema):
    """``done_at`` is null until all has been moved."""

    id: int
    giver: str
    receiver: str
    desk: str
    by: str
    asked_at: datetime
    moved: int
    done_at: datetime | None


class HandOvers(Schema):
    holders: list[HolderRow]
    orders: list[HandOverOut]


class GiverOut(Schema):
    """What a colleague has, and to whom it may go."""

    id: int
    name: str
    count: int
    receivers: list[ChoiceOut]
    desks: list[ChoiceOut]


class HandOverBody(StrictSchema):
    """``receiver``: a colleague, null for the desks; ``desk`` gets what cannot go to them."""

    receiver: Key | None = None
    desk: Key


@office.post("staff/take-next/", response=TakenOut, summary="برداشتن کار بعدی")
@asks_for(Scope.STAFF_ACT)
def take_the_next(request: UserRequest) -> TakenOut:
    """The most urgent thing at one's desks that nobody has yet; 409 when there is none."""
    step = take_next(require_right(request, "submissions.change_submission"))
    found = Submission.objects.select_related(
        "version", "party", "contract", "park", "province", "filed_by"
    ).get(pk=step.submission_id)
    return TakenOut(item=step.item_id or 0, submission=detail_of(found, request.user))


@office.get("staff/hand-overs/", response=HandOvers, summary="تحویل کارها")
@asks_for(Scope.STAFF_READ)
def list_hand_overs(request: UserRequest) -> HandOvers:
    """Who has how much by name, and the last fifty hand-overs; for managers."""
    require_right(request, RIGHT)
    holders = [
        HolderRow(id=who.pk, name=str(who), count=count, gone=gone)
        for who, count, gone in list_holders()
    ]
    return HandOvers(holders=holders, orders=[_tell_order(order) for order in recent_orders()])


@office.get("staff/hand-overs/{int:giver}/", response=GiverOut, summary="کارهای یک همکار")
@asks_for(Scope.STAFF_READ)
def show_giver(request: UserRequest, giver: int) -> GiverOut:
    """How much a colleague has, and whom and which desks it may go to."""
    require_right(request, RIGHT)
    found = _find_colleague(giver)
    fields: Any = HandOverForm(giver=found).fields
    return GiverOut(
        id=found.pk,
        name=str(found),
        count=WorkItem.objects.open().filter(person=found).count(),
        receivers=_tell_offered(fields["receiver"]),
        desks=_tell_offered(fields["desk"]),
    )


@office.post(
    "staff/hand-overs/{int:giver}/", response={202: HandOverOut}, summary="تحویل کارهای یک همکار"
)
@asks_for(Scope.STAFF_ACT)
def hand_over(request: UserRequest, giver: int, said: HandOverBody) -> Status[HandOverOut]:
    """Have all that the colleague has moved; the worker does it case by case."""
    user = require_right(request, RIGHT)
    found = _find_colleague(giver)
    form = HandOverForm(said.dict(), giver=found)
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    to, desk = form.cleaned_data["receiver"], form.cleaned_data["desk"]
    return Status(202, _tell_order(begin_hand_over(found, to, desk, by=user)))


def _find_colleague(key: int) -> User:
    people = User.objects.filter(is_staff=True)
    return get_object_or_404(people if key < 2**63 else people.none(), pk=key)


def _tell_offered(field: Any) -> list[ChoiceOut]:
    return [ChoiceOut(value=str(row.pk), label=str(row)) for row in field.queryset]


def _tell_order(order: HandOver) -> HandOverOut:
    return HandOverOut(
        id=order.pk,
        giver=str(order.giver),
        receiver=str(order.receiver or ""),
        desk=str(order.desk),
        by=str(order.by or ""),
        asked_at=order.asked_at,
        moved=order.moved,
        done_at=order.done_at,
    )
