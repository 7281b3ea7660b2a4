"""Where a submission stands on its route, and what of it lies on desks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from db.questions import written
from services_catalog.facts import StopFacts, StopGroup
from submissions.models.work_item import WorkItem
from submissions.states import State


class OnItsRoute:
    """What a submission knows of its stops; its columns are in :class:`Submission`."""

    @property
    def route(self: Any) -> list[StopFacts]:
        """The stops this submission passes, given its answers."""
        return self.facts.route_for(self.answers)

    @property
    def current_group(self: Any) -> StopGroup:
        """The stops that look at it side by side now, or did last; empty before it is handed in."""
        groups = self.facts.groups_for(self.answers)
        return next((g for g in groups if self.stop in [stop.code for stop in g]), ())

    @property
    def next_group(self: Any) -> StopGroup:
        """The stops after these; empty at the last. The answers may have changed the route."""
        groups = self.facts.groups_for(self.answers)
        here = self.current_group
        following = groups[groups.index(here) + 1 :] if here else []
        return following[0] if following else ()

    @property
    def completes_group(self: Any) -> bool:
        """Whether one agreement more is all that the open stops wait for."""
        here = self.current_group
        return len(self.open_decisions) < 2 or (bool(here) and here[0].join == "any")

    @property
    def ends_route(self: Any) -> bool:
        """Whether that agreement is the last one of the route."""
        return self.completes_group and not self.next_group

    @cached_property
    def open_items(self: Any) -> list[WorkItem]:
        """What lies on desks now, in the order it came there; asked once of a fetched row."""
        if self.state != State.IN_REVIEW:
            return []
        return _open_items_of([self.pk])

    @property
    def open_decisions(self: Any) -> list[WorkItem]:
        """Those of them that are decisions of stops."""
        return [item for item in self.open_items if item.is_decision]

    def forget_items(self: Any) -> None:
        """Have ``open_items`` asked again; for whoever opens or closes them."""
        self.__dict__.pop("open_items", None)


def read_open_items(submissions: Sequence[Any]) -> None:
    """Give each of a page of submissions its ``open_items``, in one query."""
    by_key = {submission.pk: submission for submission in submissions}
    for submission in submissions:
        submission.open_items = []
    for item in _open_items_of(list(by_key)):
        item.submission = by_key[item.submission_id]
        item.submission.open_items.append(item)


@written
def _open_items_of(submissions: Any) -> QuerySet[WorkItem]:
    opened = WorkItem.objects.open().filter(submission__pk__in=submissions)
    return opened.select_related("desk__unit", "person", "organisation").order_by("pk")
