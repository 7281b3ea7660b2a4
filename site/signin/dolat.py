"""The account of a person whom «دولت من» identified, found by national id first.

A national id that was verified here outweighs everything. A mobile number finds an
account only when no other verified id holds it, since numbers are given out anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Membership, Party, User
from accounts.parties import owners_of
from persian.identifiers import (
    InvalidIdentifier,
    normal_legal_id,
    normal_mobile,
    normal_national_code,
)
from persian.text import clean_text

PROVIDER = "dolat"
# The session's entry: حقیقی or حقوقی, as it was chosen on our own steps.
CHOSEN_KIND = "dolat_kind"


def get_client() -> dict[str, Any]:
    """What the settings say of the provider; empty where our own steps stand in."""
    named: dict[str, Any] = settings.DOLAT
    return named


@dataclass(frozen=True)
class Identity:
    """Claims of the provider about a person; a missing or malformed one is empty."""

    subject: str
    national_id: str = ""
    legal_id: str = ""
    mobile: str = ""
    first_name: str = ""
    last_name: str = ""

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> Identity:
        """Read by the names that the settings give to the claims."""
        names = get_client()["claims"]

        def said(what: str) -> str:
            return str(claims.get(names[what]) or "")

        return cls(
            str(claims["sub"]),
            _normalise(normal_national_code, said("national_id")),
            _normalise(normal_legal_id, said("legal_id")),
            _normalise(normal_mobile, said("mobile")),
            clean_text(said("first_name"))[:150],
            clean_text(said("last_name"))[:150],
        )

    @property
    def ids(self) -> list[str]:
        """The ids this person proved, the company's before their own."""
        return [number for number in (self.legal_id, self.national_id) if number]


@transaction.atomic
def account_of(identity: Identity) -> User:
    """The account that this person comes into; a new one when there is none."""
    for number in identity.ids:
        owner = _owner_of(number)
        if owner is not None:
            return owner
    holder = User.objects.filter(mobile=identity.mobile).first() if identity.mobile else None
    if holder is not None and not _is_held_by_another(holder, identity):
        return _adopt_user(holder, identity)
    return _make_user(identity, identity.mobile if holder is None else "")


def lost_their_number(user: User, identity: Identity) -> bool:
    """Whether the person's number belongs to an account here that is not this one."""
    return bool(identity.mobile) and user.mobile != identity.mobile


def _owner_of(number: str) -> User | None:
    """Who owns the verified party of this id today; whoever was succeeded does not."""
    party = Party.objects.verified().filter(national_id=number).first()
    if party is None:
        return None
    owned = owners_of(party).select_related("user").order_by("pk").first()
    return owned.user if owned is not None else None


def _is_held_by_another(holder: User, identity: Identity) -> bool:
    held = Party.objects.verified().filter(
        memberships__user=holder, memberships__role=Membership.Role.OWNER
    )
    return held.exclude(national_id__in=identity.ids).exists()


def _adopt_user(user: User, identity: Identity) -> User:
    user.mobile_verified = True
    user.first_name = user.first_name or identity.first_name
    user.last_name = user.last_name or identity.last_name
    user.save(update_fields=["mobile_verified", "first_name", "last_name"])
    return user


def _make_user(identity: Identity, mobile: str) -> User:
    user, is_new = User.objects.get_or_create(
        username=_name_for(identity.subject),
        defaults={
            "mobile": mobile or None,
            "mobile_verified": bool(mobile),
            "first_name": identity.first_name,
            "last_name": identity.last_name,
        },
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        _join_party(user, identity)
    return user


def _name_for(subject: str) -> str:
    """A name of one length: a subject may be longer than names are, and differ by case alone."""
    return f"{PROVIDER}-{hashlib.sha256(subject.encode()).hexdigest()[:32]}"


def _join_party(user: User, identity: Identity) -> None:
    """The verified party of one's own id that nobody owns yet becomes one's own."""
    party = Party.objects.verified().filter(national_id=identity.national_id or None).first()
    if party is not None:
        Membership.objects.create(user=user, party=party, role=Membership.Role.OWNER)


def _normalise(reader: Callable[[str], str], text: str) -> str:
    try:
        return reader(text)
    except InvalidIdentifier:
        return ""
