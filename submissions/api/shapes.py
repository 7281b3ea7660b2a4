"""What the API says of a request, in lists and by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from ninja import Schema

from accounts.models import User
from submissions.models import Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.reports.progress import Stage, stages_of, where_now
from submissions.reports.report import Entry, Report
from submissions.states import Box, State, StepName
from submissions.step_table import STEP_TABLE, Actor


class ItemOut(Schema):
    """Something that lies on a desk; ``due_at`` is that of the desk. For the staff alone."""

    id: int
    purpose: str
    stop: str
    desk: str
    person: str
    due_at: datetime
    seen_at: datetime | None


class SubmissionBrief(Schema):
    """A request in a list. ``where``: who has it now, in words; ``due_at``: the promised day."""

    tracking_code: str
    service: str
    title: str
    kind: str
    state: State
    box: Box
    where: str
    due_at: datetime | None
    late: bool
    updated_at: datetime
    last_seq: int


class StageStopOut(Schema):
    label: str
    state: str


class StageOut(Schema):
    """Desks that look at it side by side, mostly one; ``join``: whether all must agree, or any."""

    label: str
    state: str
    join: str
    stops: list[StageStopOut]


class EntryOut(Schema):
    """One line of the report, in the applicant's words."""

    title: str
    who: str
    desk: str
    at: datetime
    note: str
    reason: str
    advice: str
    mend: list[str]


class OfferOut(Schema):
    """A step that exists here; when it is shut, the code of the refusal and its sentence."""

    name: StepName
    open: bool
    code: str = ""
    detail: str = ""


class AnswerOut(Schema):
    label: str
    value: str


class PaperOut(Schema):
    title: str
    name: str
    size: int
    sha256: str


class SubmissionDetail(SubmissionBrief):
    """One request with its report; ``items`` is told to the staff alone."""

    party: str
    contract: str
    submitted_at: datetime | None
    description: str
    stages: list[StageOut]
    report: list[EntryOut]
    answers: list[AnswerOut]
    documents: list[PaperOut]
    steps_open: list[OfferOut]
    items: list[ItemOut]


def join_shown(submissions: Iterable[Submission], items: Iterable[WorkItem] = ()) -> None:
    """Fetch what rows of a list tell of themselves and of ``items``, however many there are."""
    prefetch_related_objects(list(submissions), "version")
    prefetch_related_objects(list(items), "desk__park", "desk__province")


def brief_of(submission: Submission) -> dict[str, Any]:
    """``late`` is to be marked on the row before."""
    return {
        "tracking_code": submission.tracking_code,
        "service": submission.facts.code,
        "title": submission.title,
        "kind": submission.kind,
        "state": submission.state,
        "box": submission.cartable_box,
        "where": where_now(submission),
        "due_at": submission.due_at,
        "late": submission.late,
        "updated_at": submission.updated_at,
        "last_seq": submission.last_seq,
    }


def detail_of(submission: Submission, user: User) -> SubmissionDetail:
    """All that ``user`` may read of it here; both sides read the report in the applicant's words."""
    report = Report(submission)
    submission.late = report.is_late
    of_staff = not any(party.pk == submission.party_id for party in user.parties)
    # What is being mended is the applicant's alone until it is handed in again.
    said = report.standing_filing or submission
    return SubmissionDetail(
        **brief_of(submission),
        party=submission.party.name,
        contract=said.contract.number if said.contract else "",
        submitted_at=submission.submitted_at,
        description=report.description,
        stages=[_stage(stage) for stage in stages_of(submission)],
        report=[_entry(entry) for entry in report.entries],
        answers=[AnswerOut(label=row.label, value=row.value) for row in report.answers],
        documents=[
            PaperOut(
                title=paper.title,
                name=paper.document.original_name,
                size=paper.document.size,
                sha256=paper.document.sha256,
            )
            for paper in report.papers
            if paper.document is not None
        ],
        steps_open=list(_offers(submission, user, of_staff)),
        items=[item_of(item) for item in submission.open_items] if of_staff else [],
    )


def item_of(item: WorkItem) -> ItemOut:
    return ItemOut(
        id=item.pk,
        purpose=item.purpose,
        stop=item.stop,
        desk=str(item.desk or ""),
        person=str(item.person or ""),
        due_at=item.due_at,
        seen_at=item.seen_at,
    )


def _offers(submission: Submission, user: User, of_staff: bool) -> Iterable[OfferOut]:
    """The steps of one's own side: the applicant's, or those of the company."""
    names = [
        name
        for name, spec in STEP_TABLE.items()
        if spec.actor is not Actor.SYSTEM and (spec.actor is Actor.APPLICANT) is not of_staff
    ]
    for offer in SubmissionPolicy().steps_open(user, submission, names):
        refusal = offer.refusal
        yield OfferOut(
            name=offer.name,
            open=offer.is_open,
            code=refusal.code if refusal else "",
            detail=str(refusal) if refusal else "",
        )


def _stage(stage: Stage) -> StageOut:
    stops = [StageStopOut(label=stop.label, state=stop.state) for stop in stage.stops]
    return StageOut(label=stage.label, state=stage.state, join=stage.join, stops=stops)


def _entry(entry: Entry) -> EntryOut:
    return EntryOut(
        title=entry.title,
        who=entry.who,
        desk=entry.desk,
        at=entry.when,
        note=entry.note,
        reason=entry.reason.title if entry.reason else "",
        advice=entry.reason.advice if entry.reason else "",
        mend=[point.title for point in entry.points],
    )
