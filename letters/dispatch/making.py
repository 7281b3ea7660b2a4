"""Writes the dispatches of a letter: one for each whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from accounts.models import User
from letters.composition import LetterMatter, body_of
from letters.dispatch import tasks
from letters.dispatch.acts import record_act
from letters.dispatch.channels import why_not
from letters.dispatch.copies import bodies_named
from letters.dispatch.models import (
    BY_MACHINE,
    AttemptAct,
    Channel,
    Dispatch,
    DispatchSettings,
    DispatchState,
    Role,
)
from letters.dispatch.refusals import AlreadyDispatched, LetterNotValid, NoPaperYet
from letters.models import Letter
from services_catalog.models import Desk, Organisation
from submissions.states import StepName
from work import enqueue


@dataclass(frozen=True)
class Recipient:
    """Whom a letter is for: a body of the catalog, or somebody that is only named."""

    role: Role
    name: str
    post: str = ""
    address: str = ""
    body: Organisation | None = None


@transaction.atomic
def make_dispatches(letter: Letter, copies: list[str], *, by: User | None = None) -> list[Dispatch]:
    """One row for each whom the letter is for, in the transaction that gives it its paper.

    ``copies``: the «رونوشت» as printed; who is no body of the catalog gets a printed copy only.
    """
    return [_make(letter, recipient, by) for recipient in _recipients_of(letter, copies)]


@transaction.atomic
def begin_dispatches(letter: Letter, *, by: User) -> list[Dispatch]:
    """The same for a letter of before, begun by somebody of the secretariat.

    Raises LetterNotValid, NoPaperYet and AlreadyDispatched.
    """
    current = Letter.objects.select_for_update().get(pk=letter.pk)
    if current.state != Letter.State.ISSUED:
        raise LetterNotValid
    if current.facts_printed is None:
        raise NoPaperYet
    if current.dispatches.exists():
        raise AlreadyDispatched
    return make_dispatches(current, list(current.facts_printed.copies), by=by)


def _recipients_of(letter: Letter, copies: list[str]) -> list[Recipient]:
    party, said = letter.facts["party"]["name"], letter.facts["recipient"]
    if letter.inquiry is not None and letter.inquiry.organisation is not None:
        # Of a question nobody is told but the body that is asked.
        return [_to_body(Role.MAIN, letter.inquiry.organisation, post=said["post"])]
    found = [Recipient(Role.APPLICANT, party)]
    main = None
    if said["organisation"] != party:
        main = _main_of(letter, said)
        found.append(main)
    taken = {main.body.pk} if main and main.body else set()
    for body in bodies_named(copies, letter.submission.province):
        if body.pk not in taken:
            taken.add(body.pk)
            found.append(_to_body(Role.COPY, body))
    return found


def _main_of(letter: Letter, said: dict[str, str]) -> Recipient:
    key = letter.facts.get("body")
    body = Organisation.objects.filter(pk=key).first() if key else _body_of_before(letter, said)
    if body is not None:
        return _to_body(Role.MAIN, body, post=said["post"])
    return Recipient(Role.MAIN, said["organisation"] or said["post"], said["post"], said["address"])


def _body_of_before(letter: Letter, said: dict[str, str]) -> Organisation | None:
    """The body of a letter that keeps its name alone: by that, or where the catalog sends the like.

    So are letters of before, and those for a body that the applicant named.
    """
    bodies = bodies_named([said["organisation"]], letter.submission.province, retired=True)
    kind = letter.submission.facts.recipient
    body = next((b for b in bodies if b.kind == kind), bodies[0] if bodies else None)
    # A name that is unknown may be that of a body which is called otherwise since.
    return body or body_of(LetterMatter.of_filing(letter.submission))


def _to_body(role: Role, body: Organisation, post: str = "") -> Recipient:
    return Recipient(role, body.name, post or body.addressee, body.postal_address, body)


def _make(letter: Letter, to: Recipient, by: User | None) -> Dispatch:
    channel, note = channel_for(to)
    facts: dict[str, Any] = {"state": DispatchState.SENT, "sent_at": now()}
    if channel != Channel.PORTAL:
        facts = _waiting_facts()
    dispatch = Dispatch.objects.create(
        letter=letter,
        submission=letter.submission,
        role=to.role,
        organisation=to.body,
        name=to.name,
        post=to.post,
        address=to.address,
        postal_code=to.body.postal_code if to.body else "",
        channel=channel,
        desk=_desk_of(letter),
        **facts,
    )
    if dispatch.state == DispatchState.QUEUED and channel in BY_MACHINE:
        enqueue(tasks.deliver_dispatch, dispatch.pk)
    return record_act(dispatch, AttemptAct.MADE, by, note)


def _waiting_facts() -> dict[str, Any]:
    holding = DispatchSettings.load().holding
    if not holding:
        return {"state": DispatchState.QUEUED}
    return {"state": DispatchState.HELD, "held_until": now() + holding}


def channel_for(to: Recipient) -> tuple[Channel, str]:
    """The channel of a recipient, and why it is not the one that was chosen for the body."""
    if to.role == Role.APPLICANT:
        return Channel.PORTAL, ""
    usual = Channel.POST if to.address else Channel.HAND
    if to.body is None or not to.body.channel:
        return usual, ""
    chosen = Channel(to.body.channel)
    reason = why_not(chosen, to.body) if chosen in BY_MACHINE else ""
    return (usual, reason) if reason else (chosen, "")


def _desk_of(letter: Letter) -> Desk | None:
    """The desk at which the letter was approved, or which asks by it."""
    if letter.inquiry is not None:
        return letter.inquiry.asking_desk
    steps = letter.submission.history.filter(name=StepName.APPROVE).select_related("desk")
    last = steps.order_by("-seq").first()
    return last.desk if last else None
