"""Progress of a submission as its applicant sees it: stages, desk, lateness, whose turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from services_catalog.models import RunningDay
from submissions.drafts.completeness import unfinished_groups
from submissions.models import CorrectionItem, Submission
from submissions.policies import SubmissionPolicy
from submissions.reports.side_by_side import StageStop, decisions_of, last_words, stops_of
from submissions.states import EDITABLE, State, StepName

# The page of the form on which each kind of thing is mended, in the form's order.
GROUP_OF = {"answer": "questions", "description": "description", "document": "documents"}


@dataclass(frozen=True)
class Stage:
    """What looks at it side by side, mostly one stop: ``state`` is done, current or todo.

    ``stops``: each of several with a state of its own; ``join``: whether all of them must agree.
    """

    label: str
    state: str
    stops: tuple[StageStop, ...] = ()
    join: str = "all"


def stages_of(submission: Submission, said: Mapping[str, str] | None = None) -> list[Stage]:
    """The route with how far the submission has come; empty before it is handed in.

    ``said``: the last words of its stops, where they are known already.
    """
    if submission.submitted_at is None:
        return []
    said = last_words(decisions_of(submission)) if said is None else said
    groups = submission.facts.groups_for(submission.answers)
    here = groups.index(submission.current_group) if submission.current_group else 0
    if submission.state in (State.APPROVED, State.COMPLETED):
        here = len(groups)
    going_on = submission.state in (State.IN_REVIEW, State.RETURNED)
    states = [
        "done" if at < here else "current" if at == here and going_on else "todo"
        for at in range(len(groups))
    ]
    return [
        Stage(
            " و ".join(stop.unit_title for stop in group),
            state,
            stops_of(group, state, said),
            group[0].join,
        )
        for group, state in zip(groups, states, strict=True)
    ]


def where_now(submission: Submission) -> str:
    """Who has the submission now, in the applicant's words; empty when it is over.

    Of a list, its rows are to be fetched ``with_open_items``.
    """
    if submission.state in EDITABLE:
        return "نزد شما"
    if submission.state == State.APPROVED:
        return "در دست صدور نامه"
    if submission.state != State.IN_REVIEW:
        return ""
    return f"نزد {' و '.join(units_now(submission))}"


def units_now(submission: Submission) -> list[str]:
    """Titles of the units whose decision it waits for, as its service named them."""
    waiting = {item.stop for item in submission.open_decisions}
    return [stop.unit_title for stop in submission.route if stop.code in waiting]


def is_late(submission: Submission, day: RunningDay | None = None) -> bool:
    """Whether the promised day is over while the submission is with the company.

    ``day``: today, which the rows of one page share.
    """
    if submission.state not in (State.IN_REVIEW, State.APPROVED) or submission.due_at is None:
        return False
    return (day or RunningDay()).has_outlasted(submission.due_at, submission.province_id)


def mark_late(submissions: Iterable[Submission]) -> None:
    """Set ``late`` on the rows of a list, as its template shows them."""
    day = RunningDay()
    for submission in submissions:
        submission.late = is_late(submission, day)


def may_go_on(user: User, submission: Submission) -> bool:
    """Whether it is this reader's turn: theirs to write or to mend, and to hand in."""
    (handing_in,) = SubmissionPolicy().steps_open(user, submission, [StepName.SUBMIT])
    return handing_in.is_open


def mending_group(items: Sequence[CorrectionItem]) -> str:
    """The first page of the form, in its order, on which something is to be mended."""
    groups = {GROUP_OF[item.kind] for item in items}
    return next(group for group in GROUP_OF.values() if group in groups)


def writing_group(submission: Submission) -> str:
    """The page on which a draft is taken up again. Judged from the row alone, without queries."""
    unfinished = unfinished_groups(submission)
    written = ("contract", "questions", "description")
    if first := next((group for group in written if group in unfinished), None):
        return first
    return "documents" if submission.facts.documents_for(submission.party.kind) else "check"


def action_href(submission: Submission, items: Sequence[CorrectionItem]) -> str:
    """Where «اقدام» leads; ``items``: those of the open correction, if there is one."""
    return _form_url(submission, mending_group(items) if items else writing_group(submission))


def mending_href(submission: Submission, item: CorrectionItem) -> str:
    """The very field that the item asks to mend."""
    anchor = {"document": f"document-{item.code}", "answer": item.code}.get(
        item.kind, "description"
    )
    return f"{_form_url(submission, GROUP_OF[item.kind])}#{anchor}"


def _form_url(submission: Submission, group: str) -> str:
    return reverse("submissions:draft", args=[submission.tracking_code, group])
