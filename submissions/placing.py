"""Where a case goes with a step: to which stop and desk, and by when it should leave them."""

from __future__ import annotations

from datetime import datetime

from doors.refusals import NotNow
from services_catalog.models import Desk
from submissions.clock import PromiseClock
from submissions.models import Filing, Submission
from submissions.states import StepName


def hand_in(case: Submission, moment: datetime) -> None:
    """Start the promise, or let it go on by the working time that the applicant took."""
    clock = PromiseClock(case)
    case.due_at = clock.resumed(moment) if case.returned_at else clock.promise(moment)
    case.returned_at = None
    _arrive(case, _stop_to_go_on_at(case), moment, clock)


def pass_on(case: Submission, stop: str, moment: datetime) -> None:
    """Put the case on the desk of the next stop (its code)."""
    _arrive(case, stop, moment, PromiseClock(case))


def reopen(case: Submission, stop: str, moment: datetime) -> None:
    """Begin anew at a stop of the route (its code; the first one when none is named)."""
    clock = PromiseClock(case)
    case.due_at = clock.promise(moment)
    _arrive(case, stop or case.route[0].code, moment, clock)


def _arrive(case: Submission, stop: str, moment: datetime, clock: PromiseClock) -> None:
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
