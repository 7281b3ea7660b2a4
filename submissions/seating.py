"""Cases that wait without a desk, and the desk that opens for them later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from services_catalog.models import Desk, ServiceVersion
from submissions.finding import SubmissionQuerySet
from submissions.models import State, Submission
from submissions.steps import locked
from work import audit

# Cases that are given to a new desk in one sweep; the next one comes a minute later.
SEATED_AT_ONCE = 200


def seat_waiting() -> int:
    """Give cases that wait without a desk to the desk that has opened since; how many.

    Their due times stay: the applicant was promised them. Done at every sweep.
    """
    deskless = Submission.objects.waiting().filter(desk=None)
    return sum(_seat(pk) for pk in list(islice(_servable(deskless), SEATED_AT_ONCE)))


def _servable(deskless: SubmissionQuerySet) -> Iterator[int]:
    """Keys of the cases for which there is a desk by now, the most urgent first.

    Judged from the rows alone: what nobody can take yet may be many, and comes first.
    """
    desks = {
        (unit, park, None if park else province)
        for unit, park, province in Desk.objects.filter(open=True).values_list(
            "unit__code", "park", "province"
        )
    }
    units = _units(deskless)
    rows = deskless.order_by("due_at", "pk").values_list(
        "pk", "version", "stop", "park", "province"
    )
    for pk, version, stop, park, province in rows:
        unit = units.get((version, stop))
        if desks & {(unit, park, None), (unit, None, province), (unit, None, None)}:
            yield pk


def _units(cases: SubmissionQuerySet) -> dict[tuple[int, str], str]:
    """The unit of every stop of the services of ``cases``, by key of the version and code."""
    versions = ServiceVersion.objects.in_bulk(
        list(cases.values_list("version", flat=True).distinct())
    )
    return {
        (pk, stop.code): stop.unit for pk, each in versions.items() for stop in each.facts.route
    }


@transaction.atomic
def _seat(pk: int) -> bool:
    case = locked(Submission(pk=pk))
    stop = case.current_stop
    if case.state != State.IN_REVIEW or case.desk is not None or stop is None:
        return False
    case.desk = Desk.objects.serving(stop.unit, case.place)
    if case.desk is None:
        return False
    case.save()
    audit.record(None, "seat", case, {"desk": case.desk.pk})
    return True
