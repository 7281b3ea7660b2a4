"""At which desks work rests, for the managers' list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from services_catalog.models import Desk
from submissions.models import WorkItem
from submissions.workflow.resting import RestingClock

# As many as are read at a glance; the list below has all that rests.
SHOWN = 12
# Where a whole house rests, those that rest longest tell where to begin.
COUNTED = 1000


@dataclass(frozen=True)
class RestingDesk:
    """How much rests at a desk; None: where there is no desk."""

    desk: Desk | None
    count: int


@dataclass(frozen=True)
class RestingDesks:
    """The desks with the most of it; ``of_longest``: counted among so many, since more rests."""

    rows: list[RestingDesk]
    of_longest: int | None


def count_by_desk(clock: RestingClock) -> RestingDesks:
    """The desks with the most work that rests, the most first, in a time that has a bound."""
    longest = WorkItem.objects.resting(clock.since).order_by("touched_at", "pk")
    keys = list(longest.values_list("desk", flat=True)[: COUNTED + 1])
    counts = Counter(keys[:COUNTED])
    first = sorted(counts, key=lambda key: (-counts[key], key or 0))[:SHOWN]
    desks = Desk.objects.select_related("unit", "park", "province").in_bulk(
        [key for key in first if key]
    )
    rows = [RestingDesk(desks.get(key), counts[key]) for key in first]
    return RestingDesks(rows, COUNTED if len(keys) > COUNTED else None)
