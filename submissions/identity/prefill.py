"""Known facts of a person, filled into new forms of identity.

Names were typed at «ثبت‌نام کاربر جدید», a number of the person may have been verified, an
earlier form was filled in: all of it stands in the new one and can be changed there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from accounts.models import Membership, Party, User
from accounts.parties import UNNAMED
from services_catalog.facts import ServiceFacts
from submissions.drafts.forms import reread_texts, typed_form
from submissions.identity.registry_checks import ABOUT_A_PERSON, PERSON, Typed
from submissions.models import Contract, Submission

PROVINCE = "province"
# What a browser may fill in of its owner; a date of birth would come in another calendar.
OF_ONESELF: Mapping[str, str] = MappingProxyType(
    {
        "first_name": "given-name",
        "last_name": "family-name",
        "director_first_name": "given-name",
        "director_last_name": "family-name",
        "company_name": "organization",
        "address": "street-address",
        "postal_code": "postal-code",
    }
)


def known_of(party: Party, by: User) -> dict[str, Any]:
    """Answers that ``by`` has given before, by the codes of the questions about this party."""
    told = Typed(_last_told(by))
    person = {
        "first_name": by.first_name or told.first_name,
        "last_name": by.last_name or told.last_name,
        "national_code": _verified_code(by) or told.national_code,
        "birth_date": told.birth_date.isoformat() if told.birth_date else "",
    }
    known = {PERSON: party.kind, PROVINCE: _last_place(party) or told.answers.get(PROVINCE)}
    if party.kind == Party.Kind.LEGAL:
        known |= {f"director_{code}": value for code, value in person.items()}
        known["company_name"] = "" if party.name == UNNAMED else party.name
    else:
        known |= person
    return {code: value for code, value in known.items() if value}


def readable_answers(facts: ServiceFacts, known: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``known`` the service asks and would take, had it been typed there.

    A name that came from elsewhere may be in letters that no register knows.
    """
    asked = [question for question in facts.questions if question.code in known]
    texts = {question.code: typed_form(question, known[question.code]) for question in asked}
    answers = reread_texts(facts, texts).answers
    return {code: value for code, value in answers.items() if value is not None}


def _last_told(by: User) -> dict[str, Any]:
    """The answers of the newest form about themselves that somebody wrote."""
    told = Submission.objects.filter(filed_by=by, kind__in=ABOUT_A_PERSON).order_by("-pk")
    return told.values_list("answers", flat=True).first() or {}


def _verified_code(by: User) -> str:
    """The national code of the natural person that ``by`` was verified as."""
    own = (
        party.national_id
        for party in by.parties
        if party.kind == Party.Kind.NATURAL and party.role == Membership.Role.OWNER
    )
    return next((code for code in own if code), "")


def _last_place(party: Party) -> str:
    """The province of the party's newest request, or of its newest contract."""
    asked = Submission.objects.of(party).exclude(province=None).order_by("-pk")
    held = Contract.objects.filter(party=party).order_by("-pk")
    return (
        asked.values_list("province__slug", flat=True).first()
        or held.values_list("park__province__slug", flat=True).first()
        or ""
    )
