"""What the rows of the staff's lists say of themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from db.questions import written
from services_catalog.models import RunningDay
from submissions.inquiry_policy import bodies_of
from submissions.models import Submission, WorkItem
from submissions.reports.progress import mark_late
from submissions.states import Purpose
from submissions.workflow.resting import RestingClock


def submission_of(item: WorkItem) -> Submission:
    """The submission of one row of a list, with this one alone as what lies on desks."""
    submission = item.submission
    submission.open_items = [item]
    return submission


def mark_rows(rows: Sequence[Submission], *, of_items: bool) -> None:
    """Say of each row whether it is late, and who has it.

    Of work items also what is beside them, which bodies outside have not answered yet, and for how
    long nobody has done anything.

    What colleagues ask each other is named only to whom it was asked: in their own list.
    """
    mark_late(rows)
    for submission in rows:
        submission.holding = submission.open_items if of_items else submission.open_decisions
    if not of_items:
        return
    day, resting, around = RunningDay(), RestingClock(), _around(rows)
    for submission in rows:
        (own,) = submission.open_items
        own.late = day.has_outlasted(own.due_at, submission.province_id)
        own.resting_days = resting.days_of(own.touched_at)
        found = [item for item in around[submission.pk] if item.pk != own.pk]
        submission.beside = [item for item in found if item.is_decision]
        asked = [item for item in found if item.is_inquiry and item.parent_id == own.pk]
        submission.awaited = bodies_of(asked)


def _around(rows: Sequence[Submission]) -> dict[int, list[WorkItem]]:
    """The open decisions and inquiries of the submissions, by their keys, in one query."""
    found: dict[int, list[WorkItem]] = defaultdict(list)
    for item in _decisions_and_inquiries_of(sorted({submission.pk for submission in rows})):
        found[item.submission_id].append(item)
    return found


@written
def _decisions_and_inquiries_of(submissions: Any) -> QuerySet[WorkItem]:
    shown = (Purpose.DECIDE, Purpose.INQUIRY)
    opened = WorkItem.objects.open().filter(submission__pk__in=submissions, purpose__in=shown)
    return opened.select_related("desk__unit", "person", "organisation").order_by("pk")
