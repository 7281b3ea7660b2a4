"""The task that hands over all that one person has, one transaction a case."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from accounts.models import User
from services_catalog.models import Desk, Seat
from submissions.models import HandOver, Submission
from submissions.states import StepName
from submissions.step_details import HandOverDetail
from submissions.workflow.steps import take_step
from web.refusals import Refusal
from work import audit, declare_task, enqueue
from work.queue import back_off

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)


@transaction.atomic
def begin_hand_over(
    giver: User, receiver: User | None, desk: Desk, *, by: User, only_desk: bool = False
) -> HandOver:
    """Have all that ``giver`` has moved to ``receiver``, or to the desks; see :class:`HandOver`."""
    order = HandOver.objects.create(
        giver=giver, receiver=receiver, desk=desk, by=by, only_desk=only_desk
    )
    facts = {"from": giver.pk, "to": receiver.pk if receiver else None, "desk": desk.pk}
    audit.record_entry(by, "begin_hand_over", order, facts)
    enqueue(hand_over_items, order.pk)
    return order


@declare_task("chores")
def hand_over_items(pk: int) -> None:
    """Move what is still with the giver; whoever comes after a killed one finds the rest."""
    order = HandOver.objects.claim(pk, LEASE)
    if order is None:
        return
    refused: list[int] = []
    while keys := _next_cases(order, refused):
        for case in keys:
            if not order.renew(LEASE):
                return
            if not _move_case(order, case):
                refused.append(case)
    if refused:
        order.release(after=back_off(order.tries), reason=f"refused: {refused[:20]}")
        return
    order.finish(done_at=now())


def _next_cases(order: HandOver, refused: list[int], size: int = 200) -> list[int]:
    """Keys of the next cases in which the giver has something, ascending."""
    left = order.left().exclude(submission__in=refused).order_by("submission")
    return list(left.values_list("submission", flat=True).distinct()[:size])


def _move_case(order: HandOver, case: int) -> bool:
    """Whether nothing of this case is left with the giver."""
    try:
        with transaction.atomic():
            moved = _move_items(order, Submission.objects.locked(case))
            HandOver.objects.filter(pk=order.pk).update(moved=F("moved") + moved)
    except Refusal:
        logger.exception("Case %s could not be handed over", case)
        return False
    return True


def _move_items(order: HandOver, submission: Submission) -> int:
    detail = HandOverDetail(desk=order.desk, person=order.receiver)
    moved = 0
    while item := order.left().filter(submission=submission).order_by("pk").first():
        seen = Submission.objects.get(pk=submission.pk).last_seq
        take_step(
            submission,
            StepName.HAND_OVER,
            by=None,
            expecting=seen,
            note=order.words,
            detail=detail,
            item=item,
        )
        moved += 1
    return moved


#: Who sits at a desk by which seat.
Sitting = dict[int, User]


def sitting_at(desk: Desk) -> Sitting:
    """Who sits there now, by the key of the seat."""
    seats = Seat.objects.filter(desk=desk).select_related("user")
    return {seat.pk: seat.user for seat in seats}


def follow_seats(desk: Desk, before: Sitting, *, by: User) -> list[HandOver]:
    """Hand over what those have who sat at ``desk`` and do not any more: a post keeps its work.

    Whoever has their seat now is the successor; where a seat is gone the desk has it.
    """
    after = sitting_at(desk)
    staying = {user.pk for user in after.values()}
    return [
        begin_hand_over(user, after.get(seat), desk, by=by, only_desk=_sits_elsewhere(user))
        for seat, user in before.items()
        if user.pk not in staying and _has_work(user, desk)
    ]


def _sits_elsewhere(user: User) -> bool:
    return Seat.objects.filter(user=user).exists()


def _has_work(user: User, desk: Desk) -> bool:
    order = HandOver(giver=user, desk=desk, only_desk=_sits_elsewhere(user))
    return order.left().exists()
