"""Queries to the state's registers about a person.

Two questions: does the number belong to the person (Shahkar), and what is the person's name
(the civil registry)? *Matched*, *mismatch* and *unavailable* are three things: a register that
does not answer says nothing about a person, so everything that is not a clear yes or no is
«unavailable» and is asked again. Which register is asked stands in the settings; an office that
has no access to one says ``none``, and its reviewers read that nobody was asked.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from persian.digits import to_ascii
from persian.jalali import jdate_numeric
from work.outside_services import NoAnswer, OutsideService, Patience

logger = logging.getLogger(__name__)
Register = TypeVar("Register")


class Outcome(models.TextChoices):
    MATCHED = "matched", "مطابق است"
    MISMATCH = "mismatch", "مطابق نیست"
    UNAVAILABLE = "unavailable", "پاسخ نرسید"
    NOT_ASKED = "not_asked", "استعلام نشد"


@dataclass(frozen=True)
class Person:
    """A person in the civil registry; empty or None: the registry did not say."""

    first_name: str = ""
    last_name: str = ""
    alive: bool | None = None


@dataclass(frozen=True)
class Answer:
    """Answer of a register; ``person`` only with a match of the civil registry."""

    outcome: Outcome
    person: Person | None = None


class MobileOwnership(Protocol):
    def check(self, mobile: str, national_code: str) -> Answer:
        """Whether the number (``09xxxxxxxxx``) is registered to the person. Never raises
        for what the register does: silence is an answer of its own."""
        ...


class CivilRegistry(Protocol):
    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        """Who was born on that day with that code; a mismatch when nobody was."""
        ...


# --- Stand-ins ----------------------------------------------------------------

# Made-up codes for trying what real registers do only now and then.
SOMEBODY_ELSES = "9991234561"
NO_ANSWER_FOR = "9995557770"
# With the Arabic letters that the real register uses.
KNOWN_HERE = {
    "9990000018": Person("مريم", "رضايي", alive=True),
    "9990000026": Person("نادر", "بهرامي", alive=True),
}


def _local_outcome(national_code: str) -> Outcome:
    if national_code == NO_ANSWER_FOR:
        return Outcome.UNAVAILABLE
    return Outcome.MISMATCH if national_code == SOMEBODY_ELSES else Outcome.MATCHED


class LocalMobileOwnership:
    """Says yes, except for the two made-up codes above."""

    def check(self, mobile: str, national_code: str) -> Answer:
        return Answer(_local_outcome(national_code))


class LocalCivilRegistry:
    """Knows the names of the demo's people; of others it confirms the code without a name."""

    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        outcome = _local_outcome(national_code)
        if outcome != Outcome.MATCHED:
            return Answer(outcome)
        return Answer(outcome, KNOWN_HERE.get(national_code, Person()))


class NoMobileOwnership:
    """An office without access to the register; its reviewers look at the documents."""

    def check(self, mobile: str, national_code: str) -> Answer:
        return Answer(Outcome.NOT_ASKED)


class NoCivilRegistry:
    """The same for the civil registry."""

    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        return Answer(Outcome.NOT_ASKED)


# --- Zibal ----------------------------------------------------------------------


class _Silence(Exception):
    """The register gave no usable answer; ``str()`` says why, without what was asked."""


class _Zibal:
    """Zibal's inquiries: POST of JSON with a bearer token, ``result`` 1 for an answer."""

    def ask(self, inquiry: str, facts: Mapping[str, str]) -> Answer:
        """The answer; whatever goes wrong on the way is «unavailable»."""
        try:
            data = self._data(inquiry, facts)
        except _Silence as silence:
            # Never what was asked or answered: both are about a person.
            logger.warning("%s is unavailable: %s", inquiry, silence)
            return Answer(Outcome.UNAVAILABLE)
        matched = data.get("matched")
        logger.info("%s answered: matched=%s", inquiry, matched is True)
        return Answer(Outcome.MATCHED if matched else Outcome.MISMATCH, _parse_person(data))

    def _data(self, inquiry: str, facts: Mapping[str, str]) -> dict[str, Any]:
        answer = self._post(inquiry, facts)
        if not isinstance(answer, dict) or answer.get("result") != 1:
            result = answer.get("result") if isinstance(answer, dict) else None
            raise _Silence(f"result {result!r}"[:40])
        data = answer.get("data")
        if not isinstance(data, dict) or not isinstance(data.get("matched"), bool):
            raise _Silence("neither matched nor mismatch")
        return data

    def _post(self, inquiry: str, facts: Mapping[str, str]) -> Any:
        patience = Patience(settings.REGISTRY_TIMEOUT_SECONDS)
        try:
            with OutsideService(patience) as zibal:
                zibal.headers["Authorization"] = f"Bearer {settings.ZIBAL_TOKEN}"
                answer = zibal.post(f"{settings.ZIBAL_URL}/{inquiry}", json=facts)
        except NoAnswer as silence:
            raise _Silence(str(silence)) from None
        if not 200 <= answer.status_code < 300:
            raise _Silence(f"status {answer.status_code}")
        try:
            return answer.json()
        except ValueError:
            raise _Silence("no JSON") from None


class ZibalMobileOwnership:
    def check(self, mobile: str, national_code: str) -> Answer:
        facts = {"mobile": mobile, "nationalCode": national_code}
        return Answer(_Zibal().ask("shahkarInquiry", facts).outcome)


class ZibalCivilRegistry:
    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        facts = {"nationalCode": national_code, "birthDate": to_ascii(jdate_numeric(birth_date))}
        answer = _Zibal().ask("nationalIdentityInquiry", facts)
        return answer if answer.outcome == Outcome.MATCHED else Answer(answer.outcome)


def _parse_person(data: Mapping[str, Any]) -> Person:
    alive = data.get("alive")
    return Person(
        first_name=_text_of(data.get("firstName")),
        last_name=_text_of(data.get("lastName")),
        alive=alive if isinstance(alive, bool) else None,
    )


def _text_of(value: object) -> str:
    return value.replace("\x00", "").strip()[:100] if isinstance(value, str) else ""


# --- The choice -------------------------------------------------------------------

_MOBILE_OWNERSHIP: dict[str, type[MobileOwnership]] = {
    "none": NoMobileOwnership,
    "local": LocalMobileOwnership,
    "zibal": ZibalMobileOwnership,
}
_CIVIL_REGISTRY: dict[str, type[CivilRegistry]] = {
    "none": NoCivilRegistry,
    "local": LocalCivilRegistry,
    "zibal": ZibalCivilRegistry,
}


def mobile_ownership() -> MobileOwnership:
    """The register that the settings name; ImproperlyConfigured when there is none."""
    return _chosen_register("MOBILE_OWNERSHIP", _MOBILE_OWNERSHIP)()


def civil_registry() -> CivilRegistry:
    """The register that the settings name; ImproperlyConfigured when there is none."""
    return _chosen_register("CIVIL_REGISTRY", _CIVIL_REGISTRY)()


def _chosen_register(setting: str, known: Mapping[str, Register]) -> Register:
    name = getattr(settings, setting)
    if name not in known:
        names = ", ".join(sorted(known))
        raise ImproperlyConfigured(f"{setting} must be one of: {names}; not {name!r}.")
    if name == "zibal" and not settings.ZIBAL_TOKEN:
        raise ImproperlyConfigured(f"{setting} is 'zibal': the environment must give ZIBAL_TOKEN.")
    return known[name]


def stand_ins(**kwargs: Any) -> list[CheckMessage]:
    """Outside development: error accounts.E010 for a register that confirms whatever is typed,
    warning accounts.W010 for one that nobody asks, accounts.W011 for a token sent in the clear."""
    if settings.DEVELOPMENT:
        return []
    named = {name: getattr(settings, name) for name in ("MOBILE_OWNERSHIP", "CIVIL_REGISTRY")}
    found: list[CheckMessage] = []
    for name, register in named.items():
        if register == "local":
            found.append(Error(f"{name} is 'local': it confirms anything.", id="accounts.E010"))
        elif register == "none":
            found.append(Warning(f"{name} is 'none': nobody is asked.", id="accounts.W010"))
    if "zibal" in named.values() and not settings.ZIBAL_URL.startswith("https:"):
        found.append(Warning("ZIBAL_URL is not an https address.", id="accounts.W011"))
    return found
