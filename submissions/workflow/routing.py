"""The stops that a submission goes on at, and its promise."""

from __future__ import annotations

from datetime import datetime

from services_catalog.facts import StopFacts, StopGroup
from submissions.models import Filing, Submission
from submissions.models.filed_facts import facts_of
from submissions.states import Outcome, StepName
from submissions.workflow.deadlines import PromiseClock
from web.refusals import NotNow


def hand_in(submission: Submission, moment: datetime) -> StopGroup:
    """Start the promise, or let it go on by the working time that the applicant took.

    Returns the stops that have to look at it now; ``stop`` names the first of their group.
    """
    clock = PromiseClock(submission)
    submission.due_at = clock.resumed(moment) if submission.returned_at else clock.promise(moment)
    submission.returned_at = None
    group, due = _group_to_go_on_at(submission)
    submission.stop = group[0].code
    return due


def pass_on(submission: Submission, group: StopGroup) -> None:
    """Go on at the next stops."""
    submission.stop = group[0].code


def resume(submission: Submission, moment: datetime) -> datetime:
    """Let the promise go on where it stood still; since when it did."""
    away_since = submission.returned_at or moment
    submission.due_at = PromiseClock(submission).resumed(moment)
    submission.returned_at = None
    return away_since


def reopen_at(submission: Submission, stop: str, moment: datetime) -> StopGroup:
    """Begin anew at a stop of the route (its code; the first stops when none is named)."""
    submission.due_at = PromiseClock(submission).promise(moment)
    groups = submission.facts.groups_for(submission.answers)
    group = next((g for g in groups if stop in [there.code for there in g]), ())
    if stop and not group:
        raise NotNow("این مرحله در مسیر بررسی این درخواست نیست.")
    group = group or groups[0]
    submission.stop = group[0].code
    return tuple(there for there in group if stop in ("", there.code))


def _group_to_go_on_at(submission: Submission) -> tuple[StopGroup, StopGroup]:
    """Where a submission that is handed in goes: the group of stops, and those of it that look.

    To the first one, or back where it was returned; of stops that looked at it side by side, those
    go on that had not agreed yet. A mended answer may have opened a stop before that one, which
    then comes first, or have closed that one itself: then the next one follows. What is now about
    another contract or place begins anew: nobody has looked at that one.
    """
    groups = submission.facts.groups_for(submission.answers)
    filed = submission.filings.order_by("-number").first()
    if filed and (filed.contract_id, filed.park_id) != (submission.contract_id, submission.park_id):
        return groups[0], groups[0]
    order = [stop.code for stop in submission.facts.route]
    here = order.index(submission.stop) if submission.stop in order else 0
    unsigned = _to_be_signed_again(submission, filed)
    passed = set(submission.history.filter(name=StepName.PASS_ON).values_list("stop", flat=True))
    for at, group in enumerate(groups):
        if any(order.index(stop.code) >= here for stop in group):
            if left := _without(group, _agreed_now(submission) - unsigned):
                return group, left
            # Those that are left of it have all agreed.
            following = groups[min(at + 1, len(groups) - 1)]
            return following, following
        if left := _without(group, passed - unsigned):
            return group, left
    return groups[-1], groups[-1]


def _without(group: StopGroup, codes: set[str]) -> tuple[StopFacts, ...]:
    return tuple(stop for stop in group if stop.code not in codes)


def _agreed_now(submission: Submission) -> set[str]:
    """Codes of the stops whose last word was that they agree."""
    said = submission.items.decides().order_by("pk").values_list("stop", "outcome")
    return {stop for stop, outcome in dict(said).items() if outcome == Outcome.PASSED}


def _to_be_signed_again(submission: Submission, filed: Filing | None) -> set[str]:
    """The signing stops, when what they would sign has changed since it was handed in last.

    Nobody's name stands under words that were mended after they had signed.
    """
    if filed is None or _says_the_same(submission, filed):
        return set()
    return {stop.code for stop in submission.route if stop.signs}


def _says_the_same(submission: Submission, filed: Filing) -> bool:
    """Whether the submission says, and shows, what was handed in with ``filed``."""
    columns = ("answers", "declined", "description", "file_number")
    if any(getattr(submission, name) != getattr(filed, name) for name in columns):
        return False
    if facts_of(submission) != filed.said:
        return False
    now_there = set(submission.documents.current().values_list("pk", flat=True))
    return now_there == set(filed.documents.values_list("pk", flat=True))
