"""One step on many work items: kept as rows, taken one by one by the worker, each for itself.

Every line is one transaction with its own lock and its own ``expecting``: what has moved since
it was chosen is left alone and says why. A killed worker has taken each line wholly or not at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils.timezone import now
from django_fsm import TransitionNotAllowed

from accounts.models import User
from submissions.models import BulkAct, BulkLine, Submission, WorkItem
from submissions.refusals import NotYours, refusal_of
from submissions.signing_details import SignDetail
from submissions.states import Purpose, StepName, Urgency
from submissions.step_details import (
    AssignDetail,
    NoDetail,
    ReferDetail,
    StepDetail,
    UrgencyDetail,
)
from submissions.step_table import STEP_TABLE
from submissions.workflow.steps import take_step
from web.refusals import Refusal
from work import audit, declare_task, enqueue
from work.queue import back_off

logger = logging.getLogger(__name__)

#: As many as one person can choose at once.
MOST: Final = 500
# Between two slices other chores have their turn.
SLICE_SECONDS: Final = 5.0
LEASE: Final = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 15)


MOST_TRIES: Final = 3
FAILED: Final = "این مورد با خطای سامانه روبه‌رو شد و انجام نشد. لطفاً آن را جداگانه انجام دهید."


class NothingChosen(Refusal):
    status = 422
    code = "nothing_chosen"
    title = "موردی انتخاب نشده است"
    message = "لطفاً حداقل یک درخواست را از فهرست انتخاب کنید."


class TooManyChosen(Refusal):
    status = 422
    code = "too_many_chosen"
    title = "تعداد موارد انتخاب‌شده زیاد است"
    message = "در هر اقدام گروهی حداکثر ۵۰۰ درخواست قابل انتخاب است."


class AnotherHasIt(Exception):
    """Raised when another worker has this line or the act now; nothing of it is kept."""


def _no_detail(kept: Mapping[str, Any]) -> StepDetail:
    return NoDetail()


def _agree_detail(kept: Mapping[str, Any]) -> StepDetail:
    """Many are agreed to without a look at their letters, so none is signed this way."""
    return SignDetail(letter_digest="")


def _refer_detail(kept: Mapping[str, Any]) -> StepDetail:
    people = User.objects.filter(pk__in=kept.get("people", ()))
    return ReferDetail(people=tuple(people), purpose=Purpose(kept["purpose"]))


def _assign_detail(kept: Mapping[str, Any]) -> StepDetail:
    return AssignDetail(person=User.objects.filter(pk=kept.get("person", 0)).first())


def _urgency_detail(kept: Mapping[str, Any]) -> StepDetail:
    return UrgencyDetail(urgency=Urgency(kept["urgency"]))


#: The steps that can be taken on many, each with the reading of its kept detail.
DETAILS: MappingProxyType[StepName, Any] = MappingProxyType(
    {
        StepName.PASS_ON: _agree_detail,
        StepName.REFER: _refer_detail,
        StepName.ASSIGN: _assign_detail,
        StepName.PUT_BACK: _no_detail,
        StepName.SET_URGENCY: _urgency_detail,
    }
)


@transaction.atomic
def begin_bulk(
    by: User,
    name: StepName,
    chosen: Iterable[tuple[int, int]],
    *,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
) -> BulkAct:
    """Keep what is to be done and have the worker do it.

    ``chosen``: key of a work item, and the last step of its submission that the person saw; of
    what they may not read nothing is kept. Raises NothingChosen and TooManyChosen.
    """
    pairs = dict(chosen)
    if len(pairs) > MOST:
        raise TooManyChosen
    pairs = {item: pairs[item] for item in _items_to_take(by, name, pairs)}
    if not pairs:
        raise NothingChosen
    act = BulkAct.objects.create(by=by, name=name, note=note, detail=detail or {})
    BulkLine.objects.bulk_create(
        BulkLine(act=act, item_id=item, expecting=seen) for item, seen in sorted(pairs.items())
    )
    audit.record_entry(by, "bulk", act, {"step": name.value, "many": len(pairs)})
    enqueue(take_lines_of_act, act.pk)
    return act


def _items_to_take(by: User, name: StepName, chosen: Iterable[int]) -> list[int]:
    """Keys of those of ``chosen`` that are kept: what the person may read.

    Where the step concerns the whole submission, one of its items stands for all of them.
    """
    readable = Submission.objects.visible_to(by)
    items = WorkItem.objects.filter(pk__in=chosen, submission__in=readable).order_by("pk")
    if STEP_TABLE[name].acts_on_item:
        return list(items.values_list("pk", flat=True))
    return list({case: item for item, case in items.values_list("pk", "submission")}.values())


@declare_task("chores")
def take_lines_of_act(act_id: int) -> None:
    """Take the steps of an act for a slice of time, and queue it again when something is left."""
    act = BulkAct.objects.claim(act_id, LEASE)
    if act is None:
        return
    try:
        is_left = _take_lines(act, until=time.monotonic() + SLICE_SECONDS)
    except AnotherHasIt:
        return
    except Exception as error:
        act.release(after=back_off(act.tries), reason=repr(error))
        raise
    if is_left:
        act.hand_back()
        enqueue(take_lines_of_act, act.pk)
    else:
        act.finish(finished_at=now())


def _take_lines(act: BulkAct, until: float) -> bool:
    """Whether something is left when the time is over."""
    lines = (
        act.lines.waiting().select_related("item__submission").order_by("item__submission", "pk")
    )
    for line in lines[:MOST]:
        if time.monotonic() > until:
            return True
        _try_line(act, line)
    return False


def _try_line(act: BulkAct, line: BulkLine) -> None:
    """What fails by itself holds the others up for some tries only."""
    try:
        _take_line(act, line)
    except Exception as error:
        if act.tries < MOST_TRIES or isinstance(error, DatabaseError | AnotherHasIt):
            raise
        logger.exception("Line %s of bulk act %s failed for good", line.pk, act.pk)
        _mark(act, line, refusal=FAILED)


def _take_line(act: BulkAct, line: BulkLine) -> None:
    """One line: its step and the mark on it together, or the reason why it was not taken."""
    try:
        with transaction.atomic():
            step = take_step(
                line.item.submission,
                act.name,
                by=act.by,
                expecting=line.expecting,
                note=act.note,
                detail=DETAILS[StepName(act.name)](act.detail),
                item=line.item,
            )
            _mark(act, line, step=step)
    except Refusal as refusal:
        _mark(act, line, refusal=f"{refusal.title}. {refusal}")
    except PermissionDenied:
        _mark(act, line, refusal=f"{NotYours.title}. {NotYours.message}")
    except TransitionNotAllowed as error:
        why = refusal_of(error)
        _mark(act, line, refusal=f"{why.title}. {why}")


def _mark(act: BulkAct, line: BulkLine, **facts: Any) -> None:
    """Write the end of a line, once. Raises AnotherHasIt when another worker has written it."""
    if not BulkLine.objects.waiting().filter(pk=line.pk).update(**facts):
        raise AnotherHasIt
