"""Reseating of decisions that nobody can take up where they are."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from services_catalog.models import Desk, ServiceVersion
from submissions.models import Submission, WorkItem
from submissions.models.work_item import WorkItemQuerySet
from work import audit
from work.models import AuditEntry

logger = logging.getLogger(__name__)

# Decisions that are given to a new desk in one sweep; the next one comes a minute later.
SEATED_AT_ONCE = 200


def seat_waiting() -> int:
    """Give decisions that nobody can take up to the desk that can by now; how many.

    They wait without a desk, or at one that was closed or has been left by its last person, while
    another desk serves their place. Their due times stay: the applicant was promised them.
    Done at every sweep.
    """
    found = islice(_find_servable(_stuck_items()), SEATED_AT_ONCE)
    return sum(_seat_alone(pk) for pk in list(found))


def count_movable(stuck: WorkItemQuerySet) -> int:
    """How many of these the next sweeps will give to another desk."""
    return sum(1 for _pk in _find_servable(stuck))


def _stuck_items() -> WorkItemQuerySet:
    """Decisions without a desk, and those whose desk was left while its unit sits elsewhere."""
    is_open, staffed = Q(open=True), Q(pk__in=Desk.objects.staffed().values("pk"))
    closed = Desk.objects.filter(~is_open, unit__in=Desk.objects.filter(is_open).values("unit"))
    empty = Desk.objects.filter(is_open & ~staffed, unit__in=Desk.objects.staffed().values("unit"))
    left = [*closed.values_list("pk", flat=True), *empty.values_list("pk", flat=True)]
    waiting = WorkItem.objects.open().decides().filter(person=None)
    return waiting.filter(Q(desk=None) | Q(desk__in=left))


def _find_servable(stuck: WorkItemQuerySet) -> Iterator[int]:
    """Keys of the decisions for which there is a better desk by now, the most urgent first.

    Judged from the rows alone: what nobody can take yet may be many, and comes first.
    """
    serving, units = _ServingDesks(), _units_of(stuck)
    urgent = stuck.order_by("due_at", "pk")
    for pk, version, stop, park, province, desk in urgent.values_list(
        "pk",
        "submission__version",
        "stop",
        "submission__park",
        "submission__province",
        "desk",
    ):
        if serving.have_better(desk, units.get((version, stop)), park, province):
            yield pk


class _Served(NamedTuple):
    """What one desk serves, by keys; the place is a park, a province, or the country."""

    unit: str | None
    park: int | None
    province: int | None


class _ServingDesks:
    """The open desks by what they serve, read once."""

    def __init__(self) -> None:
        places = Desk.objects.values_list("pk", "unit__code", "park", "province", "open")
        staffed = Desk.objects.staffed().values_list("pk", flat=True)
        self._open: dict[int, _Served] = {
            pk: _Served(unit, park, None if park else province)
            for pk, unit, park, province, is_open in places
            if is_open
        }
        self._served = set(self._open.values())
        self._staffed = {self._open[pk] for pk in staffed if pk in self._open}

    def have_better(
        self, desk: int | None, unit: str | None, park: int | None, province: int | None
    ) -> bool:
        """Whether what lies at ``desk`` (None: at none) is better off at another one."""
        places = {
            _Served(unit, park, None),
            _Served(unit, None, province),
            _Served(unit, None, None),
        }
        return bool(places & (self._staffed if desk in self._open else self._served))


def _units_of(items: WorkItemQuerySet) -> dict[tuple[int, str], str]:
    """The unit of every stop of the services of ``items``, by key of the version and code."""
    versions = ServiceVersion.objects.in_bulk(
        list(items.values_list("submission__version", flat=True).distinct())
    )
    return {
        (pk, stop.code): stop.unit for pk, each in versions.items() for stop in each.facts.route
    }


def _seat_alone(pk: int) -> bool:
    """Whether it was seated. An error is logged and holds no other one up."""
    try:
        return _seat_item(pk)
    except Exception:
        logger.exception("Work item %s could not be given to a desk", pk)
        return False


@transaction.atomic
def _seat_item(pk: int) -> bool:
    submission = Submission.objects.locked(WorkItem.objects.values_list("submission").get(pk=pk)[0])
    item = next((item for item in submission.open_decisions if item.pk == pk), None)
    stop = submission.facts.stop(item.stop) if item else None
    if item is None or item.person_id is not None or stop is None:
        return False
    before, better = item.desk, Desk.objects.serving(stop.unit, submission.place)
    if better is None or better == before or not _is_worth_moving(before, better):
        return False
    WorkItem.objects.filter(pk=pk).update(desk=better)
    # Whoever decides watches what was asked for the decision.
    WorkItem.objects.open().inquiries().filter(parent=pk).update(asking_desk=better)
    facts = {"desk": better.pk} | ({"from": before.pk} if before else {})
    audit.record_entry(None, "seat", submission, facts)
    return True


def _is_worth_moving(before: Desk | None, better: Desk) -> bool:
    """From no desk or a closed one to any; from an empty one to one with people."""
    if before is None or not before.open:
        return True
    staffed = set(Desk.objects.staffed().filter(pk__in=[before.pk, better.pk]))
    return staffed == {better}


@dataclass(frozen=True)
class Move:
    """A submission was given to another desk by the system; ``before`` is None for no desk."""

    at: datetime
    before: Desk | None
    desk: Desk | None


def moves_of(submission: Submission) -> list[Move]:
    """What the sweeps have done with a submission, first to last."""
    subject = f"{submission._meta.label_lower}:{submission.pk}"
    entries = list(AuditEntry.objects.filter(subject=subject, action="seat").order_by("pk"))
    keys = {entry.facts.get(name) for entry in entries for name in ("from", "desk")} - {None}
    desks = Desk.objects.select_related("unit", "park", "province").in_bulk(keys) if keys else {}
    return [
        Move(entry.at, desks.get(entry.facts.get("from")), desks.get(entry.facts["desk"]))
        for entry in entries
    ]
