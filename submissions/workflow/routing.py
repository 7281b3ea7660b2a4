"""The next stop and desk of a submission, and its due time there."""

from __future__ import annotations

from datetime import datetime

from services_catalog.models import Desk
from submissions.models import Filing, Submission
from submissions.models.filed_facts import facts_of
from submissions.states import StepName
from submissions.workflow.deadlines import PromiseClock
from web.refusals import NotNow


def hand_in(submission: Submission, moment: datetime) -> None:
    """Start the promise, or let it go on by the working time that the applicant took."""
    clock = PromiseClock(submission)
    submission.due_at = clock.resumed(moment) if submission.returned_at else clock.promise(moment)
    submission.returned_at = None
    _arrive_at(submission, _stop_to_go_on_at(submission), moment, clock)


def pass_on(submission: Submission, stop: str, moment: datetime) -> None:
    """Put the submission on the desk of the next stop (its code)."""
    _arrive_at(submission, stop, moment, PromiseClock(submission))


def reopen_at(submission: Submission, stop: str, moment: datetime) -> None:
    """Begin anew at a stop of the route (its code; the first one when none is named)."""
    clock = PromiseClock(submission)
    submission.due_at = clock.promise(moment)
    _arrive_at(submission, stop or submission.route[0].code, moment, clock)


def _arrive_at(submission: Submission, stop: str, moment: datetime, clock: PromiseClock) -> None:
    facts = next((there for there in submission.route if there.code == stop), None)
    if facts is None:
        raise NotNow("این مرحله در مسیر بررسی این درخواست نیست.")
    submission.stop = stop
    submission.desk = Desk.objects.serving(facts.unit, submission.place)
    # No desk is given longer than the whole was promised for.
    own, whole = clock.stop_due(moment, stop), submission.due_at
    submission.stop_due_at = min(own, whole) if whole else own


def _stop_to_go_on_at(submission: Submission) -> str:
    """Where a submission that is handed in goes: to the first stop, or back where it was returned.

    A mended answer may have opened a stop before that one, which then comes first, or
    have closed that one itself: then the next one follows. What is now about another
    contract or place begins anew: nobody has looked at that one.
    """
    filed = submission.filings.order_by("-number").first()
    if filed and (filed.contract_id, filed.park_id) != (submission.contract_id, submission.park_id):
        return submission.route[0].code
    order = [stop.code for stop in submission.facts.route]
    here = order.index(submission.stop) if submission.stop in order else 0
    passed = set(submission.history.filter(name=StepName.PASS_ON).values_list("stop", flat=True))
    unsigned = _to_be_signed_again(submission, filed)
    for stop in submission.route:
        if stop.code not in passed - unsigned or order.index(stop.code) >= here:
            return stop.code
    return submission.route[-1].code


def _to_be_signed_again(submission: Submission, filed: Filing | None) -> set[str]:
    """The signing stops, when what they would sign has changed since it was handed in last.

    Nobody's name stands under words that were mended after they had signed.
    """
    if filed is None or _says_the_same(submission, filed):
        return set()
    return {stop.code for stop in submission.route if stop.signs}


def _says_the_same(submission: Submission, filed: Filing) -> bool:
    """Whether the submission says, and shows, what was handed in with ``filed``."""
    columns = ("answers", "declined", "description", "file_number")
    if any(getattr(submission, name) != getattr(filed, name) for name in columns):
        return False
    if facts_of(submission) != filed.said:
        return False
    now_there = set(submission.documents.current().values_list("pk", flat=True))
    return now_there == set(filed.documents.values_list("pk", flat=True))
