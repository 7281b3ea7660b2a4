"""What persons do for a dispatch; each act is one conditional change with its row of history.

Every act is true of the row as it stands when it is written: of two who do the same at once the
second is refused, and what a worker holds is left to the worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import User
from letters.dispatch import tasks, telling
from letters.dispatch.models import (
    BY_MACHINE,
    AttemptAct,
    Channel,
    Dispatch,
    DispatchState,
    write_attempt,
)
from letters.dispatch.refusals import (
    BarcodeTaken,
    BeingSent,
    DispatchMoved,
    LetterClassified,
    LetterNotValid,
)
from work import audit, enqueue

# What nothing is known of any more once it is to be sent anew.
ANEW: dict[str, Any] = {
    "sent_at": None,
    "receipt_at": None,
    "receipt_number": "",
    "returned_at": None,
    "barcode": "",
    "handed_to": "",
    "batch": None,
    "tries": 0,
    "not_before": None,
    "last_error": "",
}
FROM_ANEW = (DispatchState.FAILED, DispatchState.RETURNED, DispatchState.STOPPED)
STOPPABLE = (DispatchState.HELD, DispatchState.QUEUED, DispatchState.FAILED, DispatchState.RETURNED)
HERE = (DispatchState.HELD, DispatchState.QUEUED)
BY_A_PERSON = (Channel.POST, Channel.SIMAD_MANUAL)


def change_dispatch(
    dispatch: Dispatch, states: Iterable[str], facts: dict[str, Any], **of_row: Any
) -> Dispatch:
    """The row with ``facts`` written to it, if it is in one of ``states`` and nobody holds it.

    ``of_row``: what else must be true of it. Raises BeingSent and DispatchMoved.
    """
    rows = Dispatch.objects.filter(pk=dispatch.pk, state__in=list(states), **of_row)
    changed = rows.unheld().update(**facts)
    current: Dispatch = Dispatch.objects.select_related("letter").get(pk=dispatch.pk)
    if not changed:
        held = current.claimed_until and current.claimed_until >= now()
        raise BeingSent if held else DispatchMoved(current)
    return current


def require_valid_letter(dispatch: Dispatch) -> None:
    """Raise LetterNotValid when the letter is superseded or revoked: such a one leaves no more."""
    letter = dispatch.letter
    if letter.state != letter.State.ISSUED:
        raise LetterNotValid


def record_act(dispatch: Dispatch, act: AttemptAct, by: User | None, detail: str = "") -> Dispatch:
    """Write the history and the audit trail of what was done; in the transaction of the change."""
    write_attempt(dispatch, act, by, detail)
    facts = {"letter": dispatch.letter.number_text, "state": dispatch.state}
    audit.record_entry(by, f"dispatch_{act.value}", dispatch, facts)
    return dispatch


def _queue(dispatch: Dispatch) -> None:
    """Have the worker hand it over, where it is one's; others wait for the secretariat."""
    if dispatch.channel in BY_MACHINE:
        enqueue(tasks.deliver_dispatch, dispatch.pk)


@transaction.atomic
def stop(dispatch: Dispatch, *, by: User | None, note: str = "") -> Dispatch:
    """Keep it in the house."""
    facts = {**ANEW, "state": DispatchState.STOPPED}
    current = change_dispatch(dispatch, STOPPABLE, facts)
    return record_act(current, AttemptAct.STOPPED, by, note)


@transaction.atomic
def send_now(dispatch: Dispatch, *, by: User) -> Dispatch:
    """End its holding time."""
    require_valid_letter(dispatch)
    facts = {"state": DispatchState.QUEUED, "queued_at": now()}
    current = change_dispatch(dispatch, [DispatchState.HELD], facts)
    _queue(current)
    return record_act(current, AttemptAct.SENT_NOW, by)


@transaction.atomic
def send_again(dispatch: Dispatch, *, by: User) -> Dispatch:
    """Send what failed, came back or was stopped."""
    require_valid_letter(dispatch)
    facts = {**ANEW, "state": DispatchState.QUEUED, "queued_at": now()}
    current = change_dispatch(dispatch, FROM_ANEW, facts)
    _queue(current)
    return record_act(current, AttemptAct.AGAIN, by)


@transaction.atomic
def decide_doubt(dispatch: Dispatch, *, by: User | None, was_sent: bool, note: str) -> Dispatch:
    """Say of what nobody knew whether it was sent.

    What was not is queued again; of a letter that holds no longer it stays in the house.
    """
    facts: dict[str, Any] = {"state": DispatchState.SENT, "sent_at": now(), "last_error": ""}
    if not was_sent:
        facts = {**ANEW, "state": DispatchState.STOPPED}
        if dispatch.letter.state == dispatch.letter.State.ISSUED:
            facts |= {"state": DispatchState.QUEUED, "queued_at": now()}
    current = change_dispatch(dispatch, [DispatchState.IN_DOUBT], facts)
    record_act(current, AttemptAct.DECIDED, by, note)
    if current.state == DispatchState.SENT:
        telling.tell_sent(current)
    elif current.state == DispatchState.QUEUED:
        _queue(current)
    return current


@transaction.atomic
def record_sent(dispatch: Dispatch, *, by: User, barcode: str = "") -> Dispatch:
    """Say that it went by post, under ``barcode`` if there is one, or through «سیماد».

    Raises BarcodeTaken.
    """
    require_valid_letter(dispatch)
    facts = {"state": DispatchState.SENT, "sent_at": now(), "barcode": barcode}
    try:
        with transaction.atomic():
            current = change_dispatch(
                dispatch, [DispatchState.QUEUED], facts, channel__in=BY_A_PERSON
            )
    except IntegrityError as error:
        raise BarcodeTaken from error
    record_act(current, AttemptAct.SENT, by, barcode)
    telling.tell_sent(current)
    return current


@transaction.atomic
def record_hand_over(dispatch: Dispatch, *, by: User, handed_to: str, at: datetime) -> Dispatch:
    """Say who took it in their hands, and when."""
    require_valid_letter(dispatch)
    facts = {"state": DispatchState.SENT, "sent_at": at, "handed_to": handed_to}
    current = change_dispatch(dispatch, HERE, facts, channel=Channel.HAND)
    record_act(current, AttemptAct.HANDED_OVER, by, handed_to)
    telling.tell_sent(current)
    return current


@transaction.atomic
def record_receipt(
    dispatch: Dispatch, *, by: User | None, number: str, at: datetime, detail: str = ""
) -> Dispatch:
    """Say that it was registered there: by a person, or by the receipt of a machine (``by`` None).

    What counts as come back has arrived after all then.
    """
    facts = {"state": DispatchState.RECEIPTED, "receipt_number": number, "receipt_at": at}
    facts["returned_at"] = None
    left = (DispatchState.SENT, DispatchState.RETURNED)
    sent = Dispatch.objects.filter(pk=dispatch.pk).exclude(channel=Channel.PORTAL)
    current = change_dispatch(dispatch, left, facts, pk__in=sent)
    record_act(current, AttemptAct.RECEIPT, by, detail or number)
    telling.tell_receipt(current)
    return current


@transaction.atomic
def record_return(dispatch: Dispatch, *, by: User | None, note: str) -> Dispatch:
    """Say that it came back, and why."""
    facts = {"state": DispatchState.RETURNED, "returned_at": now()}
    sent = Dispatch.objects.filter(pk=dispatch.pk).exclude(channel=Channel.PORTAL)
    current = change_dispatch(dispatch, [DispatchState.SENT], facts, pk__in=sent)
    return record_act(current, AttemptAct.RETURNED, by, note)


@transaction.atomic
def change_channel(
    dispatch: Dispatch,
    *,
    by: User,
    channel: str,
    address: str = "",
    postal_code: str = "",
    email: str = "",
) -> Dispatch:
    """Send it another way, or to another address; what failed or came back waits anew.

    What the applicant has in the portal may besides be sent on paper or by e-mail. Raises
    LetterClassified for one that may not go by plain mail.
    """
    require_valid_letter(dispatch)
    if channel == Channel.APPLICANT_EMAIL and dispatch.letter.is_classified:
        raise LetterClassified
    facts: dict[str, Any] = {"channel": channel, "address": address, "postal_code": postal_code}
    facts["email"] = email
    states: tuple[str, ...] = (DispatchState.HELD,)
    # Compared with the row: whoever was shown another state is refused.
    if dispatch.state != DispatchState.HELD:
        facts |= {**ANEW, "state": DispatchState.QUEUED, "queued_at": now()}
        states = (DispatchState.QUEUED, *FROM_ANEW)
    if dispatch.channel == Channel.PORTAL:
        states = (*states, DispatchState.SENT, DispatchState.RECEIPTED)
    current = change_dispatch(dispatch, states, facts, channel=dispatch.channel)
    if current.state == DispatchState.QUEUED:
        _queue(current)
    return record_act(current, AttemptAct.CHANNEL, by, Channel(channel).label)


@transaction.atomic
def assign_responsible(dispatch: Dispatch, *, by: User, person: User) -> Dispatch:
    """Name who sees to it when something goes wrong."""
    current = change_dispatch(dispatch, DispatchState.values, {"responsible": person})
    return record_act(current, AttemptAct.ASSIGNED, by, str(person))


def note_opened(letter_id: int) -> None:
    """The applicant has opened the letter in the portal; the first time is kept."""
    moment = now()
    opened = Dispatch.objects.filter(letter=letter_id, role=Dispatch.Role.APPLICANT, opened_at=None)
    with transaction.atomic():
        if not opened.update(opened_at=moment):
            return
        dispatch = Dispatch.objects.get(letter=letter_id, role=Dispatch.Role.APPLICANT)
        Dispatch.objects.filter(
            pk=dispatch.pk, channel=Channel.PORTAL, state=DispatchState.SENT
        ).update(state=DispatchState.RECEIPTED, receipt_at=moment)
        dispatch = Dispatch.objects.get(pk=dispatch.pk)
        write_attempt(dispatch, AttemptAct.OPENED, None)


def stop_unsent(letter_ids: Iterable[int], *, by: User | None, note: str) -> None:
    """Stop what has not left the house of letters that hold no longer; in the caller's transaction.

    What a worker holds at this moment is looked at again by the worker.
    """
    unsent = Dispatch.objects.filter(letter__in=list(letter_ids)).unsent()
    for dispatch in unsent.select_related("letter"):
        facts = {**ANEW, "state": DispatchState.STOPPED}
        if Dispatch.objects.filter(pk=dispatch.pk).unsent().update(**facts):
            dispatch.state = DispatchState.STOPPED
            record_act(dispatch, AttemptAct.STOPPED, by, note)
