"""First arrival: a newcomer gets a party to act for."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import Membership, Party, User
from work import audit


@dataclass(frozen=True)
class Newcomer:
    """What a newcomer says about the party of the contract and about themselves."""

    kind: Party.Kind
    first_name: str
    last_name: str
    company: str = ""

    @property
    def party_name(self) -> str:
        own = f"{self.first_name} {self.last_name}".strip()
        return self.company if self.kind == Party.Kind.LEGAL else own


@transaction.atomic
def welcome(user: User, newcomer: Newcomer) -> Party:
    """Make the party that ``user`` owns from now on; it has no national id until verified.

    Called twice, it returns the party that is already there. The terms have been
    accepted by then; the audit trail keeps that and the time.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.parties:
        return user.parties[0]
    user.first_name, user.last_name = newcomer.first_name, newcomer.last_name
    user.save(update_fields=["first_name", "last_name"])
    party = Party.objects.create(
        kind=newcomer.kind, name=newcomer.party_name, mobile=user.mobile or ""
    )
    Membership.objects.create(user=user, party=party, role=Membership.Role.OWNER)
    audit.record(user, "register", party, {"kind": newcomer.kind, "terms_accepted": True})
    return party
