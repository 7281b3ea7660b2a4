"""What endpoints of the incoming register take and tell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from letters.drafts.marks import Classification
from letters.incoming.answer_views import may_answer
from letters.incoming.models import (
    ArrivalWay,
    IncomingAct,
    IncomingLetter,
    IncomingScan,
    IncomingState,
    RelationKind,
)
from persian.jalali import jdate_numeric
from submissions.api.step_bodies import StrictSchema, Words
from submissions.states import Urgency, Verdict
from web.requests import UserRequest


class IncomingQuery(Schema):
    """``q``: our number or theirs, subject, sender or tracking code; marks of an earlier page."""

    q: str = ""
    after: str = ""
    before: str = ""


class IncomingBrief(Schema):
    """A letter of the register; ``number`` is ours, ``sender_number`` theirs."""

    id: int
    number: str
    registered_at: datetime
    received_on: date
    subject: str
    sender: str
    sender_number: str
    sender_date: date | None
    way: ArrivalWay
    urgency: Urgency
    classification: Classification
    tracking_code: str
    state: IncomingState


class IncomingScanOut(Schema):
    id: int
    name: str
    size: int
    sha256: str
    set_aside: bool


class IncomingRelationOut(Schema):
    """``number`` of a letter of ours: an outgoing one, or an earlier incoming one."""

    kind: RelationKind
    number: str
    is_outgoing: bool


class IncomingEventOut(Schema):
    """``changes``: label, before and after, in words; ``by`` is empty for the system."""

    act: IncomingAct
    at: datetime
    by: str
    reason: str
    changes: list[list[str]]


class IncomingDetail(IncomingBrief):
    """One letter; ``revision`` goes with a correction; ``inquiry``: the body whose answer it brings."""

    revision: int
    enclosures: str
    note: str
    inquiry: str
    verdict: Verdict | None
    may_answer: bool
    expecting: int
    void_reason: str
    receipt: str
    scans: list[IncomingScanOut]
    relations: list[IncomingRelationOut]
    history: list[IncomingEventOut]


class IncomingPageOut(Schema):
    items: list[IncomingBrief]
    after: str
    before: str


class IncomingFields(Schema):
    """What is typed of a letter. ``reply``, ``follow``, ``back``: numbers of ours, with «،» between.

    ``is_answer``: it answers the open inquiry of its request.
    """

    model_config = ConfigDict(extra="forbid")
    subject: str | None = None
    sender: str | None = None
    organisation: int | None = None
    sender_number: str | None = None
    sender_date: date | None = None
    received_on: date | None = None
    way: str | None = None
    urgency: str | None = None
    classification: str | None = None
    enclosures: str | None = None
    note: str | None = None
    reply: str | None = None
    follow: str | None = None
    back: str | None = None
    tracking_code: str | None = None
    is_answer: bool | None = None

    def typed(self, usual: dict[str, Any]) -> dict[str, Any]:
        """As the form of the page has it; what is not said is as usual."""
        said = {name: value for name, value in usual.items() if value is not None}
        said |= self.dict(exclude_none=True)
        return {
            name: jdate_numeric(value) if isinstance(value, date) else value
            for name, value in said.items()
        }


class NewIncoming(IncomingFields):
    """``secretariat``: whose book, where there are several. ``mail``: a received mail that is entered."""

    secretariat: str | None = None
    mail: Annotated[int | None, Field(ge=1, lt=2**63)] = None


class CorrectedIncoming(IncomingFields):
    """What is not said stays. ``set_aside``: keys of scans, with «،» between."""

    reason: str = ""
    expecting: Annotated[int, Field(ge=0, lt=2**31)]
    set_aside: str = ""


class VoidIncoming(StrictSchema):
    reason: str = ""
    expecting: Annotated[int, Field(ge=0, lt=2**31)]


class IncomingAnswer(StrictSchema):
    """``expecting``: the last step of the request that was shown."""

    verdict: Verdict
    note: Words
    expecting: Annotated[int, Field(ge=0, lt=2**31)]


def brief_of(letter: IncomingLetter) -> dict[str, Any]:
    names: tuple[str, ...] = (
        "registered_at",
        "received_on",
        "subject",
        "sender",
        "sender_number",
        "sender_date",
    )
    names += ("way", "urgency", "classification", "state")
    return {
        **{name: getattr(letter, name) for name in names},
        "id": letter.pk,
        "number": letter.number_text,
        "tracking_code": letter.submission.tracking_code if letter.submission else "",
    }


def detail_of(request: UserRequest, letter: IncomingLetter) -> IncomingDetail:
    receipt = getattr(letter, "receipt", None)
    return IncomingDetail(
        **brief_of(letter),
        revision=letter.revision,
        enclosures=letter.enclosures,
        note=letter.note,
        inquiry=str(letter.inquiry.organisation) if letter.inquiry else "",
        verdict=Verdict(letter.reply.verdict) if letter.reply else None,
        may_answer=may_answer(request.user, letter),
        expecting=letter.submission.last_seq if letter.submission else 0,
        void_reason=letter.void_reason,
        receipt=receipt.state if receipt else "",
        scans=[_scan(scan) for scan in letter.scans.all()],
        relations=[
            IncomingRelationOut(
                kind=RelationKind(row.kind),
                number=row.target.number_text,
                is_outgoing=row.outgoing_id is not None,
            )
            for row in letter.relations.select_related("outgoing", "incoming")
        ],
        history=[
            IncomingEventOut(
                act=IncomingAct(event.act),
                at=event.at,
                by=str(event.by or ""),
                reason=event.reason,
                changes=event.changes,
            )
            for event in letter.events.select_related("by")
        ],
    )


def _scan(scan: IncomingScan) -> IncomingScanOut:
    return IncomingScanOut(
        id=scan.pk,
        name=scan.original_name,
        size=scan.size,
        sha256=scan.sha256,
        set_aside=scan.set_aside_at is not None,
    )
