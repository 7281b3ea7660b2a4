"""At which desks work rests, for the managers' list."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from services_catalog.models import Desk
from submissions.models import WorkItem
from submissions.workflow.resting import RestingClock

# As many as are read at a glance; the list below has all that rests.
SHOWN = 12


@dataclass(frozen=True)
class RestingDesk:
    """How much rests at a desk; None: where there is no desk."""

    desk: Desk | None
    count: int


def count_by_desk(clock: RestingClock) -> list[RestingDesk]:
    """The desks with the most work that rests, the most first."""
    resting = WorkItem.objects.resting(clock.since).order_by()
    counts = dict(resting.values_list("desk").annotate(count=Count("pk")))
    first = sorted(counts, key=lambda key: (-counts[key], key or 0))[:SHOWN]
    desks = Desk.objects.select_related("unit", "park", "province").in_bulk(
        [key for key in first if key]
    )
    return [RestingDesk(desks.get(key), counts[key]) for key in first]
