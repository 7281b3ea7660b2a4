"""What waits for a person of the staff and what is late: a few rows of each, and how many there are."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import cached_property

from accounts.models import User
from db.lanes import count_some
from services_catalog.models import RunningDay
from submissions.models import Submission, WorkItem
from submissions.models.work_item import WorkItemQuerySet
from submissions.staff.queue_lists import sees_everything
from submissions.staff.queue_rows import submission_of

FIRST = 10


class FirstRows:
    """The most urgent of some rows, and how many there are: few are counted as they are read."""

    def __init__(self, read: Callable[[int], list[Submission]], count: Callable[[], int]) -> None:
        self._read, self._count = read, count

    @cached_property
    def rows(self) -> list[Submission]:
        return self._read(FIRST)

    @cached_property
    def count(self) -> int:
        return len(self.rows) if len(self.rows) < FIRST else self._count()


def _items_of(user: User, items: WorkItemQuerySet) -> FirstRows:
    """Those of ``items`` that wait for somebody, as their submissions."""
    shown = items.with_submission()
    return FirstRows(
        lambda size: [submission_of(item) for item in shown.most_urgent_for(user, size)],
        lambda: items.count_for(user),
    )


class Work:
    """What waits for a person, and what is late; the numbers and the panel of a page share it."""

    def __init__(self, user: User) -> None:
        day = RunningDay()
        self.mine = _items_of(user, WorkItem.objects.all())
        self.late = _items_of(user, WorkItem.objects.overdue(day))
        self.follow_ups = WorkItem.objects.to_follow_up(day.ends).count_for(user)
        if sees_everything(user):
            late = Submission.objects.all().overdue(day)
            shown = late.select_related("party", "park", "province").with_open_items()
            ordered = shown.order_by("due_at", "pk")
            self.late = FirstRows(lambda size: list(ordered[:size]), lambda: count_some(late))
