"""Where a case goes with a step, by when it should leave there, and who takes up what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction

from services_catalog.models import Desk, ServiceVersion
from submissions.models import Filing, Submission
from submissions.models.submission import SubmissionQuerySet
from submissions.states import State, StepName
from submissions.workflow.deadlines import PromiseClock
from web.refusals import NotNow
from work import audit


def hand_in(case: Submission, moment: datetime) -> None:
    """Start the promise, or let it go on by the working time that the applicant took."""
    clock = PromiseClock(case)
    case.due_at = clock.resumed(moment) if case.returned_at else clock.promise(moment)
    case.returned_at = None
    _arrive_at(case, _stop_to_go_on_at(case), moment, clock)


def pass_on(case: Submission, stop: str, moment: datetime) -> None:
    """Put the case on the desk of the next stop (its code)."""
    _arrive_at(case, stop, moment, PromiseClock(case))


def reopen_at(case: Submission, stop: str, moment: datetime) -> None:
    """Begin anew at a stop of the route (its code; the first one when none is named)."""
    clock = PromiseClock(case)
    case.due_at = clock.promise(moment)
    _arrive_at(case, stop or case.route[0].code, moment, clock)


def _arrive_at(case: Submission, stop: str, moment: datetime, clock: PromiseClock) -> None:
    facts = next((there for there in case.route if there.code == stop), None)
    if facts is None:
        raise NotNow("این ایستگاه در مسیر بررسی این درخواست نیست.")
    case.stop = stop
    case.desk = Desk.objects.serving(facts.unit, case.place)
    # No desk is given longer than the whole was promised for.
    own, whole = clock.stop_due(moment, stop), case.due_at
    case.stop_due_at = min(own, whole) if whole else own


def _stop_to_go_on_at(case: Submission) -> str:
    """Where a case that is handed in goes: to the first stop, or back where it was returned.

    A mended answer may have opened a stop before that one, which then comes first, or
    have closed that one itself: then the next one follows. What is now about another
    contract or place begins anew: nobody has looked at that one.
    """
    filed = case.filings.order_by("-number").first()
    if filed and (filed.contract_id, filed.park_id) != (case.contract_id, case.park_id):
        return case.route[0].code
    order = [stop.code for stop in case.facts.route]
    here = order.index(case.stop) if case.stop in order else 0
    passed = set(case.history.filter(name=StepName.PASS_ON).values_list("stop", flat=True))
    unsigned = _to_be_signed_again(case, filed)
    for stop in case.route:
        if stop.code not in passed - unsigned or order.index(stop.code) >= here:
            return stop.code
    return case.route[-1].code


def _to_be_signed_again(case: Submission, filed: Filing | None) -> set[str]:
    """The signing stops, when what they would sign has changed since it was handed in last.

    Nobody's name stands under words that were mended after they had signed.
    """
    if filed is None or _says_the_same(case, filed):
        return set()
    return {stop.code for stop in case.route if stop.signs}


def _says_the_same(case: Submission, filed: Filing) -> bool:
    """Whether the case says, and shows, what was handed in with ``filed``."""
    columns = ("answers", "declined", "description", "file_number")
    if any(getattr(case, name) != getattr(filed, name) for name in columns):
        return False
    now_there = set(case.documents.current().values_list("pk", flat=True))
    return now_there == set(filed.documents.values_list("pk", flat=True))


# Cases that are given to a new desk in one sweep; the next one comes a minute later.
SEATED_AT_ONCE = 200


def seat_waiting() -> int:
    """Give cases that wait without a desk to the desk that has opened since; how many.

    Their due times stay: the applicant was promised them. Done at every sweep.
    """
    deskless = Submission.objects.waiting().filter(desk=None)
    return sum(_seat_case(pk) for pk in list(islice(_find_servable(deskless), SEATED_AT_ONCE)))


def _find_servable(deskless: SubmissionQuerySet) -> Iterator[int]:
    """Keys of the cases for which there is a desk by now, the most urgent first.

    Judged from the rows alone: what nobody can take yet may be many, and comes first.
    """
    desks = {
        (unit, park, None if park else province)
        for unit, park, province in Desk.objects.filter(open=True).values_list(
            "unit__code", "park", "province"
        )
    }
    units = _units_of(deskless)
    rows = deskless.order_by("due_at", "pk").values_list(
        "pk", "version", "stop", "park", "province"
    )
    for pk, version, stop, park, province in rows:
        unit = units.get((version, stop))
        if desks & {(unit, park, None), (unit, None, province), (unit, None, None)}:
            yield pk


def _units_of(cases: SubmissionQuerySet) -> dict[tuple[int, str], str]:
    """The unit of every stop of the services of ``cases``, by key of the version and code."""
    versions = ServiceVersion.objects.in_bulk(
        list(cases.values_list("version", flat=True).distinct())
    )
    return {
        (pk, stop.code): stop.unit for pk, each in versions.items() for stop in each.facts.route
    }


@transaction.atomic
def _seat_case(pk: int) -> bool:
    case = Submission.objects.locked(pk)
    stop = case.current_stop
    if case.state != State.IN_REVIEW or case.desk is not None or stop is None:
        return False
    case.desk = Desk.objects.serving(stop.unit, case.place)
    if case.desk is None:
        return False
    case.save()
    audit.record_entry(None, "seat", case, {"desk": case.desk.pk})
    return True
