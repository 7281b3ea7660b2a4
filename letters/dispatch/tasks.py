"""The queued task that hands one letter over by its channel, and the chore that ends holding times."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from letters.dispatch import telling
from letters.dispatch.channels import Failed, InDoubt, Outcome, Sent, way_of, why_not
from letters.dispatch.models import (
    BY_MACHINE,
    AttemptAct,
    Dispatch,
    DispatchState,
    write_attempt,
)
from work import declare_task, enqueue
from work.leases import SETTLED
from work.queue import back_off

logger = logging.getLogger(__name__)

# The worker ends a task after this time: nobody takes over one that may still be running.
LEASE = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 5)
# With growing rests about seven hours: a neighbour that is away for longer is a person's business.
MOST_TRIES = 14
# Released in one sweep; the next goes on a minute later.
AT_ONCE = 200
NOT_AWAITED = "استعلام پایان یافته است و پاسخی برای آن انتظار نمی‌رود."
NOT_VALID = "نامه ابطال یا جایگزین شده است."
UNKNOWN_END = "نتیجهٔ تلاش قبلی مشخص نیست."


@declare_task("letters")
def deliver_dispatch(dispatch_id: int) -> None:
    """Hand one letter over; safe to run twice, never sends twice.

    ``sending`` is written before anything is said to the other side. A try that was found so was
    begun by a process that has died: its channel is asked what became of it before anything is
    repeated, and where that is not known either a person decides.
    """
    dispatch = Dispatch.objects.claim(dispatch_id, LEASE)
    if dispatch is None:
        return
    if dispatch.state == DispatchState.SENDING:
        _record_outcome(dispatch, _ask_channel(dispatch, again=True))
    elif reason := _why_stopped(dispatch):
        _settle(dispatch, DispatchState.STOPPED, reason)
    elif reason := why_not(dispatch.channel, dispatch.organisation):
        _settle(dispatch, DispatchState.FAILED, reason)
    elif dispatch.renew(LEASE, state=DispatchState.SENDING):
        _record_outcome(dispatch, _ask_channel(dispatch))


def _why_stopped(dispatch: Dispatch) -> str:
    letter = dispatch.letter
    if letter.state != letter.State.ISSUED:
        return NOT_VALID
    ended = letter.inquiry is not None and letter.inquiry.closed_by_id is not None
    return NOT_AWAITED if ended else ""


def _ask_channel(dispatch: Dispatch, *, again: bool = False) -> Outcome:
    """What the channel says; ``again``: of a try whose end nobody knows."""
    way = way_of(dispatch.channel)
    if way is None:
        return InDoubt(UNKNOWN_END)
    try:
        return way.look_up(dispatch) if again else way.hand_over(dispatch)
    except Exception as error:
        # A fault of ours somewhere in between: whether anything went out nobody can tell.
        logger.exception("Dispatch %s could not be handed over", dispatch.pk)
        return InDoubt(repr(error))


def _record_outcome(dispatch: Dispatch, outcome: Outcome) -> None:
    if isinstance(outcome, Sent):
        _settle(dispatch, DispatchState.SENT, outcome.detail, sent_at=now())
    elif isinstance(outcome, InDoubt):
        _settle(dispatch, DispatchState.IN_DOUBT, outcome.reason, last_error=outcome.reason)
    elif outcome.for_good or dispatch.tries >= MOST_TRIES:
        _settle(dispatch, DispatchState.FAILED, outcome.reason, last_error=outcome.reason)
    else:
        _rest(dispatch, outcome)


@transaction.atomic
def _settle(dispatch: Dispatch, state: DispatchState, detail: str, **facts: Any) -> None:
    """Write how the try ended; nothing when another has taken it over."""
    written = {**SETTLED, "state": state, **facts}
    if not dispatch.held().update(**written):
        return
    settled = Dispatch.objects.get(pk=dispatch.pk)
    write_attempt(settled, AttemptAct.TRIED, None, detail)
    if state == DispatchState.SENT:
        telling.tell_sent(settled)


@transaction.atomic
def _rest(dispatch: Dispatch, failure: Failed) -> None:
    """Surely nothing was sent: it is tried again with growing patience."""
    if not dispatch.renew(LEASE, state=DispatchState.QUEUED):
        return
    write_attempt(dispatch, AttemptAct.TRIED, None, failure.reason)
    dispatch.release(after=back_off(dispatch.tries), reason=failure.reason)


def release_held() -> int:
    """Queue what was held for as long as it was to be; how many. A chore of the sweep."""
    over = Dispatch.objects.past_holding().select_related("letter").order_by("held_until")
    return sum(_release(dispatch) for dispatch in over[:AT_ONCE])


@transaction.atomic
def _release(dispatch: Dispatch) -> bool:
    reason = _why_stopped(dispatch)
    state = DispatchState.STOPPED if reason else DispatchState.QUEUED
    facts: dict[str, Any] = {"state": state, "queued_at": now()}
    held = Dispatch.objects.past_holding().filter(pk=dispatch.pk)
    if not held.update(**facts):
        return False
    released = Dispatch.objects.get(pk=dispatch.pk)
    write_attempt(released, AttemptAct.STOPPED if reason else AttemptAct.RELEASED, None, reason)
    if not reason and dispatch.channel in BY_MACHINE:
        enqueue(deliver_dispatch, dispatch.pk)
    return True
