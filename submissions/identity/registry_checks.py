"""Checks of typed identity against the state's registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from accounts.models import Party
from persian.identifiers import is_usual_postal_code
from persian.text import fold_key
from registries import registers
from registries.answers import Answer, Outcome
from submissions.models import RegistryCheck, Submission
from submissions.models.registry_check import RegistryCheckQuerySet
from submissions.states import State
from work import breakers, declare_task, enqueue
from work.queue import back_off

if TYPE_CHECKING:
    from submissions.models import Submission


# The question that every form about a person begins with; the others follow from its answer.
PERSON = "person"
ABOUT_A_PERSON = ("identity", "succession")


class Typed:
    """Typed facts of a person or a company, by the kind of person."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.is_legal = answers.get(PERSON) == Party.Kind.LEGAL
        self._lead = "director_" if self.is_legal else ""

    def _of_person(self, code: str) -> str:
        return str(self.answers.get(self._lead + code, ""))

    @property
    def first_name(self) -> str:
        return self._of_person("first_name")

    @property
    def last_name(self) -> str:
        return self._of_person("last_name")

    @property
    def person_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def national_code(self) -> str:
        """Of the person who answers for it: oneself, or the company's managing director."""
        return self._of_person("national_code")

    @property
    def birth_date(self) -> date | None:
        text = self._of_person("birth_date")
        return date.fromisoformat(text) if text else None

    @property
    def national_id(self) -> str:
        """Of the party itself."""
        return str(self.answers.get("legal_id", "")) if self.is_legal else self.national_code

    @property
    def party_name(self) -> str:
        return str(self.answers.get("company_name", "")) if self.is_legal else self.person_name


def ask_registries(submission: Submission) -> None:
    """Write down what is to be asked about this filing; a task asks it later."""
    filing = submission.filings.count()
    RegistryCheck.objects.filter(submission=submission, settled_at=None).update(
        settled_at=submission.updated_at
    )
    for kind in RegistryCheck.Kind.values:
        check, is_new = RegistryCheck.objects.get_or_create(
            submission=submission, filing=filing, kind=kind
        )
        if is_new:
            enqueue(ask_registry, check.pk)


def latest_checks(submission: Submission) -> RegistryCheckQuerySet:
    """The questions about what was handed in last."""
    checks = RegistryCheck.objects.filter(submission=submission)
    newest = checks.order_by("-filing").values("filing")[:1]
    return checks.filter(filing=newest)


@dataclass(frozen=True)
class CheckRow:
    """One question as the reviewer reads it: ``tone`` is green, amber or red."""

    title: str
    outcome: str
    tone: str
    at: datetime | None
    typed: str
    found: str
    remark: str


TONES = {
    "matched": "green",
    "mismatch": "red",
    "unavailable": "amber",
    "not_asked": "amber",
    "": "amber",
}
REMARKS = {
    "unavailable": "سامانهٔ استعلام پاسخ نداده است و استعلام تکرار می‌شود. نبود پاسخ دلیل رد درخواست نیست.",
    "not_asked": "این سامانه به مرجع استعلام متصل نیست. لطفاً مشخصات را با مدارک مقایسه کنید.",
    "": "استعلام در صف است.",
    "mismatch": "لطفاً مدارک را با دقت بررسی کنید؛ تصمیم‌گیری بر عهدهٔ شماست.",
}


def checks_of(submission: Submission, filed: Mapping[str, Any] | None = None) -> list[CheckRow]:
    """What the registers said about the last filing, beside what was typed; empty: not asked.

    ``filed``: the answers of the last filing, for a page that has them at hand. One query
    then, two without, none for kinds that are not about a person. Names are compared folded: the registry writes Arabic letters.
    """
    rows = (
        list(latest_checks(submission).order_by("pk")) if submission.kind in ABOUT_A_PERSON else []
    )
    if not rows:
        return []
    # What was handed in, not what is being mended meanwhile.
    answers = filed or submission.filings.order_by("-number").values_list("answers", flat=True)[0]
    typed = Typed(answers)
    found = [_make_row(check, typed, submission) for check in rows]
    code = str(answers.get("postal_code", ""))
    if code and not is_usual_postal_code(code):
        words = "با الگوی کدهای پستی مطابقت ندارد؛ ممکن است رقمی جابه‌جا شده باشد."
        found.append(CheckRow("کد پستی", "نیازمند بررسی", "amber", None, code, "", words))
    return found


def _make_row(check: RegistryCheck, typed: Typed, submission: Submission) -> CheckRow:
    kind = RegistryCheck.Kind
    outcome, tone = check.outcome, TONES[check.outcome]
    words = check.get_outcome_display() if outcome else "در حال استعلام"
    remark = REMARKS.get(outcome, "")
    found = ""
    if check.kind == kind.CIVIL and outcome == "matched":
        found = f"{check.facts.get('first_name', '')} {check.facts.get('last_name', '')}".strip()
        tone, words, remark = _on_names(check, typed, found)
    about = typed.person_name if check.kind == kind.CIVIL else submission.filed_by.mobile or ""
    typed_words = f"{about}، {typed.national_code}" if about else typed.national_code
    return CheckRow(
        str(check.get_kind_display()), words, tone, check.at, typed_words, found, remark
    )


def _on_names(check: RegistryCheck, typed: Typed, found: str) -> tuple[str, str, str]:
    """Tone, outcome and remark of a match: whose name it is, and whether the person lives."""
    if check.facts.get("alive") is False:
        return "red", "متوفی", "ثبت احوال صاحب این کد ملی را متوفی اعلام کرده است."
    if not found:
        return "green", "مطابق است", "ثبت احوال نامی اعلام نکرد."
    if fold_key(found) != fold_key(typed.person_name):
        return "red", "نام یکسان نیست", "نام اعلام‌شدهٔ ثبت احوال با نام واردشده یکسان نیست."
    return "green", "مطابق است", ""


# Longer than a register may take to answer (settings.REGISTRY_TIMEOUT_SECONDS).
LEASE = timedelta(minutes=1)


@declare_task("chores")
def ask_registry(check_id: int) -> None:
    """Ask one register about one filing and keep the outcome.

    One that does not answer is asked again, with longer and longer rests, as long as the
    submission is being looked at.
    """
    check = RegistryCheck.objects.claim(check_id, LEASE)
    if check is None:
        return
    submission = check.submission
    if submission.state != State.IN_REVIEW:
        check.settle()
        return
    try:
        answer = _ask_register(check, submission)
    except breakers.Resting as rest:
        check.hand_back(rest.until, "unavailable")
        return
    check.record(answer.outcome, _show_answer(answer))
    if answer.outcome == Outcome.UNAVAILABLE:
        check.release(after=back_off(check.tries), reason="unavailable")


def _ask_register(check: RegistryCheck, submission: Submission) -> Answer:
    # What was handed in, never what is being written: an open correction may differ.
    answers = submission.filings.get(number=check.filing).answers
    lead = "director_" if answers.get("person") == "legal" else ""
    code = str(answers.get(f"{lead}national_code", ""))
    if check.kind == RegistryCheck.Kind.MOBILE:
        mobile = submission.filed_by.mobile
        if not mobile:
            return Answer(Outcome.MISMATCH)
        return registers.mobile_ownership().check(mobile, code)
    born = date.fromisoformat(answers[f"{lead}birth_date"])
    return registers.civil_registry().check(code, born)


def _show_answer(answer: Answer) -> dict[str, Any]:
    """What the reviewer sees, and nothing more of the answer."""
    person = answer.person
    if person is None:
        return {}
    names = {"first_name": person.first_name, "last_name": person.last_name}
    return names | ({} if person.alive is None else {"alive": person.alive})
