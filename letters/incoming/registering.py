"""Enters a letter into the incoming register, once; its number is taken last, from the locked book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from letters.drafts.marks import Classification
from letters.ece.models import ReceivedMail
from letters.incoming.models import (
    ArrivalWay,
    IncomingAct,
    IncomingEvent,
    IncomingLetter,
    IncomingRelation,
    IncomingScan,
    IncomingState,
    sender_key,
)
from letters.incoming.refusals import AlreadyRegistered
from letters.models import Letter, LetterBook
from letters.registers.rows import Secretariat
from services_catalog.models import Organisation
from submissions.inquiry_details import Paper
from submissions.models import Submission, WorkItem
from submissions.states import Urgency
from work import audit

REGISTERING = "letters.add_incomingletter"
CORRECTING = "letters.change_incomingletter"
Related = tuple[str, Letter | IncomingLetter]


@dataclass(frozen=True)
class IncomingFacts:
    """What is known of a letter that came in; ``related``: kind of relation and letter."""

    sender: str
    subject: str
    received_on: date
    way: ArrivalWay
    organisation: Organisation | None = None
    sender_number: str = ""
    sender_date: date | None = None
    urgency: Urgency = Urgency.NORMAL
    classification: Classification = Classification.NORMAL
    enclosures: str = ""
    note: str = ""
    submission: Submission | None = None
    inquiry: WorkItem | None = None
    related: tuple[Related, ...] = ()

    def columns(self) -> dict[str, Any]:
        """As the table keeps them; relations are rows of their own."""
        named = {name: value for name, value in vars(self).items() if name != "related"}
        return {**named, "sender_key": sender_key(self.sender, self.organisation)}


def register_letter(
    facts: IncomingFacts,
    papers: Sequence[Paper] = (),
    *,
    by: User | None,
    secretariat: str = "",
    mail: ReceivedMail | None = None,
) -> IncomingLetter:
    """Give the letter the next number of the secretariat's book, and keep its scans.

    ``by`` None: the system, for what came by the network. ``secretariat``: the slug of whose book;
    that of the request's province by default. Raises PermissionDenied and AlreadyRegistered.
    """
    if by is not None and not by.has_perm(REGISTERING):
        raise PermissionDenied
    try:
        with transaction.atomic():
            return _enter(facts, papers, by, secretariat, mail)
    except IntegrityError as error:
        raise AlreadyRegistered(find_same(facts)) from error


def find_same(facts: IncomingFacts, but: IncomingLetter | None = None) -> IncomingLetter | None:
    """The letter of the same sender, number and date that the register has; None where there is none."""
    if not facts.sender_number:
        return None
    rows = IncomingLetter.objects.filter(
        state=IncomingState.REGISTERED,
        sender_key=sender_key(facts.sender, facts.organisation),
        sender_number=facts.sender_number,
        sender_date=facts.sender_date,
    )
    return (rows.exclude(pk=but.pk) if but and but.pk else rows).first()


def _enter(
    facts: IncomingFacts,
    papers: Sequence[Paper],
    by: User | None,
    secretariat: str,
    mail: ReceivedMail | None,
) -> IncomingLetter:
    province = None
    key = facts.submission.pk if facts.submission else None
    if key is not None:
        # Lock order: submission, then book.
        province = Submission.objects.locked(key).province_id
    keeper = secretariat or Secretariat.objects.numbering(province).slug
    taken = LetterBook.objects.next_number(keeper, LetterBook.Direction.INCOMING)
    if found := find_same(facts):
        raise AlreadyRegistered(found)
    letter: IncomingLetter = IncomingLetter.objects.create(
        **facts.columns(),
        book=taken.book,
        number=taken.number,
        number_text=taken.book.written(taken.number),
        registered_at=taken.at,
        registered_by=by,
        mail=mail,
    )
    keep_scans(letter, papers)
    keep_relations(letter, facts.related)
    write_event(letter, IncomingAct.REGISTERED, by)
    audit.record_entry(by, "register_incoming_letter", letter, {"number": letter.number_text})
    return letter


def keep_scans(letter: IncomingLetter, papers: Sequence[Paper]) -> None:
    """Record files that lie in the private storage already."""
    for paper in papers:
        IncomingScan.objects.create(letter=letter, **vars(paper))


def keep_relations(letter: IncomingLetter, related: Sequence[Related]) -> None:
    """Say what the letter refers to."""
    for kind, target in dict.fromkeys(related):
        place = "outgoing" if isinstance(target, Letter) else "incoming"
        IncomingRelation.objects.create(letter=letter, kind=kind, **{place: target})


def write_event(
    letter: IncomingLetter,
    act: IncomingAct,
    by: User | None,
    reason: str = "",
    changes: Sequence[Sequence[str]] = (),
) -> IncomingEvent:
    """Write down what was done about the letter, in the transaction of the change."""
    said = [list(change) for change in changes]
    event: IncomingEvent = IncomingEvent.objects.create(
        letter=letter, act=act, by=by, reason=reason, changes=said
    )
    return event
