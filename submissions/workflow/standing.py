"""Where somebody stands who takes a step: at which desk, and for which unit they speak."""

from __future__ import annotations

from django.db.models import Case, When

from accounts.models import User
from services_catalog.models import Desk, Seat
from submissions.models import WorkItem
from submissions.step_table import Actor, StepSpec


def desk_of(spec: StepSpec, item: WorkItem | None) -> Desk | None:
    """The desk at which a step on ``item`` is taken."""
    own = _own_item(spec, item)
    return own.desk if own else None


def unit_of(spec: StepSpec, item: WorkItem | None, by: User | None) -> str:
    """Title of the unit for which a colleague speaks who was asked; empty for everybody else."""
    own = _own_item(spec, item)
    if own is None or own.is_decision or by is None:
        return ""
    if own.desk is not None:
        return own.desk.unit.title
    near = Case(When(desk__province=own.submission.province_id, then=0), default=1)
    seats = Seat.objects.filter(user=by).select_related("desk__unit")
    seat = seats.order_by(near, "pk").first()
    return seat.desk.unit.title if seat else ""


def _own_item(spec: StepSpec, item: WorkItem | None) -> WorkItem | None:
    """What the person has in hand: of whoever ends a question, that which it was asked from."""
    ends_question = spec.actor in (Actor.ASKER, Actor.INQUIRER)
    return item.parent if item and ends_question else item
