"""Zibal, an aggregator that asks Shahkar and the civil registry for us."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from persian.digits import to_ascii
from persian.jalali import jdate_numeric
from registries.answers import Answer, Outcome, Person
from work import breakers
from work.outside_services import NoAnswer, OutsideService, Patience

logger = logging.getLogger(__name__)
# Its name for the breaker.
GATEWAY = "zibal"


class _Silence(Exception):
    """The register gave no usable answer; ``str()`` says why, without what was asked."""


class _Zibal:
    """Zibal's inquiries: POST of JSON with a bearer token, ``result`` 1 for an answer."""

    def ask(self, inquiry: str, facts: Mapping[str, str]) -> Answer:
        """The answer; whatever goes wrong on the way is «unavailable». Raises breakers.Resting."""
        breakers.require_turn(GATEWAY)
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
            with OutsideService(patience, gateway=GATEWAY) as zibal:
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
