"""«گزارش درخواست»: the history of a submission in its applicant's words.

Everything shown is loaded once, whatever the length of the history. Internal notes and
what colleagues ask each other are no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.models import Party, User
from db.questions import written
from services_catalog.facts import ServiceFacts
from services_catalog.models import RunningDay
from submissions.drafts.answers import AnswerRow, rows_of
from submissions.models import (
    Correction,
    CorrectionItem,
    Document,
    Filing,
    Step,
    Submission,
    WorkItem,
)
from submissions.reports.differences import DESCRIPTION, Change, compare_filings
from submissions.reports.inquiry_lines import inquiries_of, titles_of
from submissions.reports.progress import (
    Stage,
    action_href,
    is_late,
    mending_href,
    stages_of,
    where_now,
)
from submissions.reports.side_by_side import Decided, decisions_of, last_words, stopped_by
from submissions.states import State, StepName
from submissions.step_table import STEP_TABLE, Actor, StepSpec

# An agreement after which other desks still look at it.
AGREED_BESIDE = "تأیید شد؛ بررسی در میزهای دیگر ادامه دارد"


@dataclass(frozen=True)
class Point:
    """One thing to be mended; ``href`` leads to its field while it can be."""

    title: str
    note: str
    href: str = ""


class Reason(NamedTuple):
    """Why something was sent back, in the words that its applicant was told."""

    title: str
    advice: str


@dataclass(frozen=True)
class Entry:
    """One step of the history as the page shows it (see components/report_entry.html)."""

    title: str
    who: str
    desk: str
    when: datetime
    note: str
    tone: str
    icon: str
    reason: Reason | None = None
    points: tuple[Point, ...] = ()
    changes: tuple[Change, ...] = ()
    #: The units that look at it again after a return, when they are several.
    again: tuple[str, ...] = ()
    #: For whom a colleague stood in; told to the staff alone.
    on_behalf_of: str = ""


@dataclass(frozen=True)
class ReportDocument:
    """One requirement of the service as it was met: by a file, or declared not to concern."""

    title: str
    document: Document | None


class Report:
    """All that the page tells of one submission. Nothing is asked before it is shown."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.facts: ServiceFacts = submission.facts

    @cached_property
    def steps(self) -> list[Step]:
        return _steps_of(self.submission)

    @cached_property
    def filings(self) -> list[Filing]:
        found, papers = _filings_of(self.submission), _papers_of(self.submission)
        for filing in found:
            brought = [paper.document for paper in papers if paper.filing_id == filing.pk]
            filing.__dict__["_prefetched_objects_cache"] = {"documents": brought}
        return found

    @cached_property
    def corrections(self) -> dict[int, Correction]:
        """Corrections by the key of the step that opened them."""
        found = _corrections_of(self.submission)
        return {correction.opened_by_id: correction for correction in found}

    @cached_property
    def entries(self) -> list[Entry]:
        """The history, newest first."""
        changes = dict(self._changes_by_step())
        shown = (step for step in reversed(self.steps) if _spec_of(step).shown)
        return [self._entry(step, changes.get(step.pk, ())) for step in shown]

    @cached_property
    def open_correction(self) -> Correction | None:
        waiting = (c for c in self.corrections.values() if c.closed_by_id is None)
        return next(waiting, None)

    @cached_property
    def to_mend(self) -> list[Point]:
        """What the applicant is asked to mend now, each with the way there."""
        if self.submission.state != State.RETURNED or self.open_correction is None:
            return []
        return [self._point(item, linked=True) for item in self.open_correction.items.all()]

    @property
    def reason_now(self) -> Reason | None:
        return _reason_of(self.open_correction)

    @property
    def asked_words(self) -> str:
        """What the expert wrote with the return that is still open."""
        opened = self.open_correction.opened_by_id if self.open_correction else None
        return next((step.note for step in self.steps if step.pk == opened), "")

    @property
    def last_words(self) -> str:
        """The note of the last step that had one for the applicant."""
        words = (step.note for step in reversed(self.steps) if _spec_of(step).line.shows_note)
        return next((note for note in words if note), "")

    @cached_property
    def action_href(self) -> str:
        """Where the applicant goes on: the first page of the form with something to do."""
        items = list(self.open_correction.items.all()) if self.open_correction else []
        return action_href(self.submission, items)

    @cached_property
    def decisions(self) -> Sequence[Decided]:
        """What the stops decided, oldest first; empty where none look at it side by side."""
        return decisions_of(self.submission)

    @cached_property
    def inquiries(self) -> list[WorkItem]:
        """What was asked of bodies outside."""
        return inquiries_of(self.submission, self.steps)

    @cached_property
    def _titles(self) -> Mapping[int, str]:
        return titles_of(self.inquiries)

    @cached_property
    def stages(self) -> list[Stage]:
        return stages_of(self.submission, last_words(self.decisions))

    @property
    def again(self) -> tuple[str, ...]:
        """The units that look at it again once it is mended, when they are several."""
        opened = self.open_correction.opened_by_id if self.open_correction else None
        return stopped_by(opened, self.facts.route, self.decisions)

    @property
    def last_filing(self) -> Filing | None:
        return self.filings[-1] if self.filings else None

    @property
    def standing_filing(self) -> Filing | None:
        """The last one, unless it was taken back: of a draft nothing is handed in."""
        return None if self.submission.state == State.DRAFT else self.last_filing

    @property
    def answers(self) -> list[AnswerRow]:
        """As handed in last; of a draft, as written so far."""
        return rows_of(self.facts, (self.standing_filing or self.submission).answers)

    @property
    def description(self) -> str:
        return (self.standing_filing or self.submission).description

    @property
    def file_number(self) -> str:
        return (self.standing_filing or self.submission).file_number

    @cached_property
    def papers(self) -> list[ReportDocument]:
        """What was brought for each requirement, in the order of the service."""
        filing = self.standing_filing
        files = filing.documents.all() if filing else self.submission.documents.current()
        brought = {document.requirement: document for document in files}
        declined = (filing or self.submission).declined
        return [
            ReportDocument(needed.title, brought.get(needed.code))
            for needed in self.facts.documents
            if needed.code in brought or needed.code in declined
        ]

    @property
    def filed_by(self) -> str:
        """Who handed it in last, as the history names them; of a draft, who began it."""
        submits = [step for step in self.steps if step.name == StepName.SUBMIT]
        return self._who(submits[-1]) if submits else self._name_of(self.submission.filed_by)

    @cached_property
    def today(self) -> RunningDay:
        return RunningDay()

    @property
    def is_late(self) -> bool:
        return is_late(self.submission, self.today)

    @property
    def desk_promise(self) -> datetime | None:
        """Time by which the present desks should be done, while that is still to come."""
        dues = [item.due_at for item in self.submission.open_decisions]
        due, province = max(dues, default=None), self.submission.province_id
        return due if due and not self.today.has_outlasted(due, province) else None

    @property
    def where(self) -> str:
        return where_now(self.submission)

    def _entry(self, step: Step, changes: tuple[Change, ...]) -> Entry:
        line = _spec_of(step).line_from(step.from_state)
        correction = self.corrections.get(step.pk)
        items = correction.items.all() if correction else ()
        return Entry(
            title=AGREED_BESIDE if step.is_beside_others else self._titles.get(step.pk, line.title),
            who=self._who(step),
            desk=self._desk(step),
            when=step.at,
            note=step.note if line.shows_note else "",
            tone=line.tone,
            icon=line.icon,
            reason=_reason_of(correction),
            points=tuple(self._point(item) for item in items),
            changes=changes,
            again=stopped_by(step.pk if correction else None, self.facts.route, self.decisions),
            on_behalf_of=self._stood_in_for(step),
        )

    def _stood_in_for(self, step: Step) -> str:
        """The absent colleague as this report names them: to an applicant not at all."""
        return ""

    def _who(self, step: Step) -> str:
        if step.by is None:
            return "سامانه"
        if _is_the_applicants(step):
            if step.on_behalf_of is None:
                return self._name_of(step.by)
            name = step.by.get_full_name() or "نماینده"
            return f"{name} (به نمایندگی از {step.on_behalf_of.name})"
        return step.by.get_full_name() or "کارشناس"

    def _desk(self, step: Step) -> str:
        if step.by is None or _is_the_applicants(step):
            return ""
        # A colleague who is asked sits elsewhere: old steps have the desk that asked.
        if step.unit or _spec_of(step).actor is Actor.COLLEAGUE:
            return step.unit
        if step.desk is not None:
            return step.desk.unit.title
        stop = self.facts.stop(step.stop)
        return stop.unit_title if stop else ""

    def _name_of(self, user: User) -> str:
        """A natural person is known here by the verified name, whatever the account says."""
        party = self.submission.party
        if party.kind == Party.Kind.NATURAL:
            return party.name
        return user.get_full_name() or party.name

    def _point(self, item: CorrectionItem, linked: bool = False) -> Point:
        href = mending_href(self.submission, item) if linked else ""
        return Point(self._title_of(item), item.note, href)

    def _title_of(self, item: CorrectionItem) -> str:
        if item.kind == CorrectionItem.Kind.DESCRIPTION:
            return DESCRIPTION
        if item.kind == CorrectionItem.Kind.DOCUMENT:
            needed = self.facts.document(item.code)
            return needed.title if needed else item.code
        asked = (question.label for question in self.facts.questions if question.code == item.code)
        return next(asked, item.code)

    def _changes_by_step(self) -> Iterator[tuple[int, tuple[Change, ...]]]:
        """For each resubmission: what it says differently from the filing before it."""
        submits = [step for step in self.steps if step.name == StepName.SUBMIT]
        for step, old, new in zip(submits[1:], self.filings, self.filings[1:], strict=False):
            yield step.pk, tuple(compare_filings(self.facts, old, new))


def _spec_of(step: Step) -> StepSpec:
    return STEP_TABLE[StepName(step.name)]


def _reason_of(correction: Correction | None) -> Reason | None:
    if correction is None or not correction.reason_title:
        return None
    return Reason(correction.reason_title, correction.reason_advice)


def _is_the_applicants(step: Step) -> bool:
    return _spec_of(step).actor is Actor.APPLICANT


@written
def _steps_of(submission: Any) -> QuerySet[Step]:
    steps = Step.objects.filter(submission=submission)
    return steps.select_related("by", "desk__unit", "on_behalf_of")


@written
def _filings_of(submission: Any) -> QuerySet[Filing]:
    joined = ("contract__park__province", "contract__party", "park", "province")
    return Filing.objects.filter(submission=submission).select_related(*joined)


@written
def _papers_of(submission: Any) -> QuerySet[Any]:
    papers = Filing.documents.through.objects.filter(filing__submission=submission)
    return papers.select_related("document").order_by("document")


@written
def _corrections_of(submission: Any) -> QuerySet[Correction]:
    return Correction.objects.filter(submission=submission).prefetch_related("items")
