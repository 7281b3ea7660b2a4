"""What each step needs besides a note: one type for every step that needs anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from services_catalog.models import Desk
from submissions.inquiry_details import AnswerInquiryDetail, InquireDetail
from submissions.signing_details import NumberDetail, SignDetail
from submissions.states import Purpose, Urgency


@dataclass(frozen=True)
class NoDetail:
    """Nothing beside the note."""


@dataclass(frozen=True)
class Mend:
    """One thing to be mended: ``kind`` and ``code`` as in :class:`CorrectionItem`."""

    kind: str
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class ReturnDetail:
    """Why a request goes back (code of a ReturnReason), and what is to be mended in it."""

    reason: str = ""
    mend: tuple[Mend, ...] = ()


@dataclass(frozen=True)
class ReferDetail:
    """Who is asked, what for, and until when; ``due_at`` None: as long as the asker has."""

    people: tuple[User, ...] = ()
    desks: tuple[Desk, ...] = ()
    purpose: Purpose = Purpose.OPINION
    due_at: datetime | None = None


@dataclass(frozen=True)
class ReopenDetail:
    """At which stop (its code) a decided submission goes on; the first one when none is named."""

    stop: str = ""


@dataclass(frozen=True)
class AssignDetail:
    """Who is to have it."""

    person: User | None = None


@dataclass(frozen=True)
class HandOverDetail:
    """Who has it from now on; ``person`` None: everybody at the desk."""

    desk: Desk | None = None
    person: User | None = None


@dataclass(frozen=True)
class UrgencyDetail:
    """How soon it is wanted."""

    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True)
class FollowUpDetail:
    """The day on which it is to be looked at again; the words are the note."""

    day: date | None = None


StepDetail = (
    NoDetail
    | ReturnDetail
    | ReferDetail
    | ReopenDetail
    | AssignDetail
    | HandOverDetail
    | UrgencyDetail
    | FollowUpDetail
    | InquireDetail
    | AnswerInquiryDetail
    | SignDetail
    | NumberDetail
)
