"""Asks the registers what was written down to be asked; takes an id and may run twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from accounts import registries
from accounts.registries import Answer, Outcome
from submissions.registry_checks import RegistryCheck
from submissions.states import State
from work.backoff import back_off

if TYPE_CHECKING:
    from submissions.models import Submission

# Longer than a register may take to answer (settings.REGISTRY_TIMEOUT_SECONDS).
LEASE = timedelta(minutes=1)


def ask_registry(check_id: int) -> None:
    """Ask one register about one filing and keep the outcome.

    One that does not answer is asked again, with longer and longer rests, as long as the
    case is being looked at.
    """
    check = RegistryCheck.objects.claim(check_id, LEASE)
    if check is None:
        return
    case = check.submission
    if case.state != State.IN_REVIEW:
        check.settle()
        return
    answer = _asked(check, case)
    check.record(answer.outcome, _shown(answer))
    if answer.outcome == Outcome.UNAVAILABLE:
        check.release(after=back_off(check.tries), reason="unavailable")


def _asked(check: RegistryCheck, case: Submission) -> Answer:
    # What was handed in, never what is being written: an open correction may differ.
    answers = case.filings.get(number=check.filing).answers
    lead = "director_" if answers.get("person") == "legal" else ""
    code = str(answers.get(f"{lead}national_code", ""))
    if check.kind == RegistryCheck.Kind.MOBILE:
        mobile = case.filed_by.mobile
        if not mobile:
            return Answer(Outcome.MISMATCH)
        return registries.mobile_ownership().check(mobile, code)
    born = date.fromisoformat(answers[f"{lead}birth_date"])
    return registries.civil_registry().check(code, born)


def _shown(answer: Answer) -> dict[str, Any]:
    """What the reviewer sees, and nothing more of the answer."""
    person = answer.person
    if person is None:
        return {}
    names = {"first_name": person.first_name, "last_name": person.last_name}
    return names | ({} if person.alive is None else {"alive": person.alive})
