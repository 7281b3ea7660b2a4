"""What the rows of the staff's lists say of themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from services_catalog.models import RunningDay
from submissions.models import Submission, WorkItem
from submissions.reports.progress import mark_late
from submissions.workflow.resting import RestingClock


def submission_of(item: WorkItem) -> Submission:
    """The submission of one row of a list, with this one alone as what lies on desks."""
    submission = item.submission
    submission.open_items = [item]
    return submission


def mark_rows(rows: Sequence[Submission], *, of_items: bool) -> None:
    """Say of each row whether it is late, and who has it.

    Of work items also what is beside them, and for how long nobody has done anything.

    What colleagues ask each other is named only to whom it was asked: in their own list.
    """
    mark_late(rows)
    for submission in rows:
        submission.holding = submission.open_items if of_items else submission.open_decisions
    if not of_items:
        return
    day, resting, decisions = RunningDay(), RestingClock(), _decisions_of(rows)
    for submission in rows:
        (own,) = submission.open_items
        own.late = day.has_outlasted(own.due_at, submission.province_id)
        own.resting_days = resting.days_of(own.touched_at)
        submission.beside = [item for item in decisions[submission.pk] if item.pk != own.pk]


def _decisions_of(rows: Sequence[Submission]) -> dict[int, list[WorkItem]]:
    """The open decisions of the submissions, by their keys, in one query."""
    found: dict[int, list[WorkItem]] = defaultdict(list)
    if rows:
        opened = WorkItem.objects.open().decides().filter(submission__in=rows)
        for item in opened.select_related("desk__unit", "person").order_by("pk"):
            found[item.submission_id].append(item)
    return found
