"""What an open inquiry means for the decision that it was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from submissions.models import Submission, WorkItem
from submissions.refusals import AwaitsInquiry
from submissions.states import StepName

# Agreeing waits for the answer where the stop says so; sending back and refusing never do.
AGREEING = (StepName.PASS_ON, StepName.APPROVE)


def decision_above(submission: Submission, item: WorkItem) -> WorkItem | None:
    """The decision that an inquiry is asked for, as the submission has it at hand; of others None."""
    if not item.is_inquiry:
        return None
    return next((each for each in submission.open_items if each.pk == item.parent_id), None)


def open_inquiries(submission: Submission, item: WorkItem) -> list[WorkItem]:
    """What was asked of bodies outside for the decision ``item`` and is not answered."""
    asked = (each for each in submission.open_items if each.is_inquiry)
    return [each for each in asked if each.parent_id == item.pk]


def awaits_inquiries(submission: Submission, item: WorkItem) -> bool:
    """Whether the stop of this decision agrees to nothing while an inquiry is open."""
    stop = submission.facts.stop(item.stop)
    return stop is not None and stop.awaits_inquiries


def why_it_waits(
    name: StepName, submission: Submission, items: Iterable[WorkItem]
) -> AwaitsInquiry | None:
    """Why nothing is agreed to on any of these decisions; None when something may be."""
    if name not in AGREEING:
        return None
    found = [_unanswered(submission, item) for item in items]
    if not found or not all(found):
        return None
    return AwaitsInquiry(bodies_of(found[0]))


def bodies_of(inquiries: Iterable[WorkItem]) -> str:
    """The bodies that were asked, in one sentence: «…» و «…»."""
    return " و ".join(f"«{inquiry.organisation}»" for inquiry in inquiries)


def _unanswered(submission: Submission, item: WorkItem) -> list[WorkItem]:
    """The inquiries that this decision waits for."""
    found = open_inquiries(submission, item)
    return found if found and awaits_inquiries(submission, item) else []
