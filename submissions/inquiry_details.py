"""What the steps of an inquiry need beside their words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services_catalog.models import Organisation
from submissions.states import Verdict


@dataclass(frozen=True)
class Paper:
    """A file that has been looked into and stored; ``file``: its name in the storage."""

    file: str
    original_name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class InquireDetail:
    """Who is asked, and until when; ``letter_number``: of the question, where a system outside numbers."""

    organisation: Organisation | None = None
    due_at: datetime | None = None
    letter_number: str = ""


@dataclass(frozen=True)
class AnswerInquiryDetail:
    """What they have answered, and their letter; without an answer there is none."""

    verdict: Verdict = Verdict.NO_ANSWER
    letter_number: str = ""
    letter_date: date | None = None
    paper: Paper | None = None
