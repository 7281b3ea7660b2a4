"""Changes of a party and of who acts for it: verification, agency, succession.

Each is called in the transaction of the decision that causes it, checks, changes and writes
the audit trail. None of them touches the mobile number of a user: that stays as it was first
used, and who acts for a party changes by membership alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils.timezone import localdate, now

from accounts.models import Membership, Party, User
from persian.identifiers import normal_national_id
from work import audit

# The name of a party of which nothing is known yet.
UNNAMED = "متقاضی جدید (تأییدنشده)"


class HeldByAnother(Exception):
    """The id belongs to a verified party whose owner signs in with another number."""


class OwnDecision(Exception):
    """Raised when somebody decides about a party or an agency of their own."""


class OwnerAlready(Exception):
    """Raised when the future agent already owns the party."""


class Unknown(Exception):
    """No verified party has the id."""


@transaction.atomic
def provisional_of(user: User) -> Party:
    """The party of the user's that is not verified yet; a new one where there is none.

    So somebody who acts for one party can ask to be verified, or to succeed, for another.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    owned = Party.objects.acted_for_by(user).filter(memberships__role=Membership.Role.OWNER)
    there = owned.filter(verified_at=None).first()
    if there is not None:
        return there
    party = Party.objects.create(kind=Party.Kind.LEGAL, name=UNNAMED, mobile=user.mobile or "")
    Membership.objects.create(user=user, party=party, role=Membership.Role.OWNER)
    audit.record_entry(user, "register", party, {"kind": party.kind})
    return party


def change_kind(party: Party, kind: str) -> None:
    """A newcomer chose the wrong kind of person at registration.

    Raises ValueError for a verified party: what was verified is not chosen.
    """
    if party.is_verified:
        raise ValueError("The kind of a verified party is not chosen.")
    Party.objects.filter(pk=party.pk, verified_at=None).update(kind=kind)
    party.kind = kind


@transaction.atomic
def verify_party(party: Party, *, national_id: str, name: str, owner: User, by: User) -> Party:
    """Make the provisional ``party`` the verified one, or let ``owner`` join that one.

    Returns the verified party: the same one, or the one that already had the id (imported,
    or verified without a number that anybody signs in with). What belonged to the
    provisional party is the caller's to move. Raises HeldByAnother, OwnDecision, for an id
    with a wrong check digit InvalidIdentifier, and ValueError for a party that has its id.
    """
    party = Party.objects.select_for_update().get(pk=party.pk)
    if party.is_verified:
        raise ValueError("The id of a verified party is never written over.")
    national_id = normal_national_id(national_id, "legal" if party.kind == "legal" else "natural")
    _require_distance(by, party)
    holder = Party.objects.select_for_update().filter(national_id=national_id).first()
    if holder is not None and holder.pk != party.pk:
        return _join_owner(holder, owner, by)
    party.national_id, party.name = national_id, name
    party.verified_at, party.verified_by = now(), by
    try:
        with transaction.atomic():
            party.save()
    except IntegrityError as error:
        # Verified for somebody else in the same moment.
        raise HeldByAnother from error
    audit.record_entry(by, "verify", party, {"kind": party.kind})
    return party


def _join_owner(holder: Party, owner: User, by: User) -> Party:
    _require_distance(by, holder)
    others = owners_of(holder).exclude(user=owner).exclude(user__mobile=None)
    if others.exists():
        raise HeldByAnother
    _make_owner(holder, owner)
    if not holder.mobile:
        Party.objects.filter(pk=holder.pk).update(mobile=owner.mobile or "")
    audit.record_entry(by, "join", holder, {"user": owner.pk})
    return holder


def owners_of(party: Party) -> QuerySet[Membership]:
    """Who owns the party today."""
    return current_memberships(party).filter(role=Membership.Role.OWNER)


def agents_of(party: Party) -> QuerySet[Membership]:
    """Everybody who is or was its agent, those of today first."""
    found = party.memberships.filter(role=Membership.Role.AGENT).select_related("user")
    return found.order_by("-valid_until", "-pk")


def current_memberships(party: Party) -> QuerySet[Membership]:
    """The memberships of the party that hold today."""
    today = localdate()
    lasting = Q(valid_until=None) | Q(valid_until__gte=today)
    return party.memberships.filter(lasting, valid_from__lte=today)


def leave_party(party: Party, user: User) -> None:
    """Take the provisional ``party`` out of the user's hands, and away when nothing names it."""
    Membership.objects.filter(party=party, user=user).delete()
    if party.memberships.exists():
        return
    try:
        with transaction.atomic():
            party.delete()
    except ProtectedError:
        # Something of it stays to be read by the staff: so does its name.
        return


@transaction.atomic
def hand_over_party(national_id: str, *, successor: User, by: User) -> tuple[Party, list[User]]:
    """Hand the ownership of the verified party with this id to ``successor``.

    Agents stay, and everything the party has stays with it. Returns the party and who
    owned it before. Raises Unknown and OwnDecision.
    """
    party = Party.objects.select_for_update().filter(national_id=national_id).first()
    if party is None or not party.is_verified:
        raise Unknown
    _require_distance(by, party, successor)
    before = [m.user for m in owners_of(party).exclude(user=successor).select_related("user")]
    owners_of(party).exclude(user=successor).update(valid_until=localdate() - timedelta(days=1))
    _make_owner(party, successor)
    Party.objects.filter(pk=party.pk).update(mobile=successor.mobile or "")
    facts = {"from": [user.pk for user in before], "to": successor.pk}
    audit.record_entry(by, "succeed", party, facts)
    return party, before


@transaction.atomic
def appoint_agent(
    party: Party,
    mobile: str,
    *,
    first_name: str,
    last_name: str,
    until: date,
    letter: str,
    by: User,
) -> Membership:
    """Let who signs in with ``mobile`` act for the party until ``until`` (that day included).

    Somebody the portal does not know yet gets a user, whose first sign-in proves the number.
    Raises OwnerAlready and OwnDecision.
    """
    party = Party.objects.select_for_update().get(pk=party.pk)
    agent = _known_by(mobile, first_name, last_name)
    _require_distance(by, party, agent)
    if owners_of(party).filter(user=agent).exists():
        raise OwnerAlready
    membership, _ = Membership.objects.update_or_create(
        user=agent,
        party=party,
        defaults={
            "role": Membership.Role.AGENT,
            "valid_from": localdate(),
            "valid_until": until,
            "letter_of_attorney": letter,
        },
    )
    audit.record_entry(by, "appoint", party, {"user": agent.pk, "until": until})
    return membership


@transaction.atomic
def dismiss_agent(membership: Membership, *, by: User) -> None:
    """End an agency at once. Raises PermissionDenied for anybody but the party's owner.

    One that has ended already stays as it is.
    """
    held = Membership.objects.select_for_update().select_related("party").get(pk=membership.pk)
    if held.role != Membership.Role.AGENT or not by.acts_as_owner_of(held.party):
        raise PermissionDenied
    yesterday = localdate() - timedelta(days=1)
    if held.valid_until is not None and held.valid_until <= yesterday:
        return
    held.valid_until = yesterday
    held.save(update_fields=["valid_until"])
    audit.record_entry(by, "dismiss", held.party, {"user": held.user_id})


def _known_by(mobile: str, first_name: str, last_name: str) -> User:
    user = User.objects.filter(mobile=mobile).first()
    if user is None:
        user = User(
            username=f"applicant-{mobile}",
            mobile=mobile,
            first_name=first_name,
            last_name=last_name,
        )
        user.set_unusable_password()
        user.save()
    elif not user.get_full_name():
        user.first_name, user.last_name = first_name, last_name
        user.save(update_fields=["first_name", "last_name"])
    return user


def _make_owner(party: Party, user: User) -> None:
    Membership.objects.update_or_create(
        user=user,
        party=party,
        defaults={
            "role": Membership.Role.OWNER,
            "valid_from": localdate(),
            "valid_until": None,
        },
    )


def _require_distance(by: User, party: Party, subject: User | None = None) -> None:
    """Raise OwnDecision for who belongs or belonged to the party, and about themselves."""
    if by == subject or party.memberships.filter(user=by).exists():
        raise OwnDecision


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
def make_own_party(user: User, newcomer: Newcomer) -> Party:
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
    audit.record_entry(user, "register", party, {"kind": newcomer.kind, "terms_accepted": True})
    return party
