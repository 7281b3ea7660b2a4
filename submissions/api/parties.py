"""Who the party is and who acts for it: verification, succession, agency; as the desk's pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from ninja import Schema, Status

from accounts import parties
from accounts.models import Membership, Party, Scope
from signin.callers import NotAMember
from signin.tokens.scopes import asks_for
from submissions.api.one_request import find_readable
from submissions.api.shapes import SubmissionDetail, detail_of
from submissions.api.shared import router
from submissions.api.step_bodies import StrictSchema
from submissions.applicant.identity_views import find_succession
from submissions.identity import agency
from submissions.identity import verification as identity
from submissions.identity.succession import KIND as SUCCESSION
from submissions.models import Submission
from web.requests import UserRequest


class NothingSaid(StrictSchema):
    """Nothing: what is to be begun stands in the address."""


class IdentityOut(Schema):
    """``state``: verified, none, draft, returned, in_review or rejected; the codes go to ``submissions/``."""

    party: int
    name: str
    kind: str
    state: str
    label: str
    tracking_code: str
    succession: str


class PartyBegun(Schema):
    """``id``: for ``X-Acting-Party``."""

    id: int
    name: str


class AgentOut(Schema):
    """``holds``: whether the agency is in force today."""

    id: int
    name: str
    mobile: str
    valid_from: date
    valid_until: date | None
    letter_of_attorney: str
    holds: bool


@router.get("identity/", response=IdentityOut, summary="وضعیت تأیید هویت")
@asks_for(Scope.ACCOUNT_READ)
def show_identity(request: UserRequest) -> IdentityOut:
    """Where the verification of the acting party stands, and a succession that is under way."""
    party = _acting(request)
    state, succession = identity.identity_state(party), find_succession(request.user)
    return IdentityOut(
        party=party.pk,
        name=party.name,
        kind=party.kind,
        state=state.state,
        label=state.label,
        tracking_code=state.submission.tracking_code if state.submission else "",
        succession=succession.tracking_code if succession else "",
    )


@router.post("identity/", response={201: SubmissionDetail}, summary="شروع تأیید هویت")
@asks_for(Scope.SUBMISSIONS_ACT)
def begin_identity(request: UserRequest, said: NothingSaid) -> Status[SubmissionDetail]:
    """The request for verification that is under way, or a new draft. 409 for a verified party."""
    party = _acting(request)
    if party.is_verified:
        raise identity.VerifiedAlready
    return _begin(request, identity.KIND, party)


@router.post("succession/", response={201: SubmissionDetail}, summary="شروع جانشینی")
@asks_for(Scope.SUBMISSIONS_ACT)
def begin_succession(request: UserRequest, said: NothingSaid) -> Status[SubmissionDetail]:
    """Asked from a party that is not verified yet; the answer tells for which."""
    _acting(request)
    under_way = find_succession(request.user)
    party = under_way.party if under_way else parties.provisional_of(request.user)
    request.user.forget_parties()
    return _begin(request, SUCCESSION, party)


@router.post("parties/", response={201: PartyBegun}, summary="متقاضی جدید")
@asks_for(Scope.SUBMISSIONS_ACT)
def begin_party(request: UserRequest, said: NothingSaid) -> Status[PartyBegun]:
    """One more party that is still to be verified; the same again while it is not."""
    if request.user.acting_for is None and request.user.is_staff_member:
        raise PermissionDenied
    party = parties.provisional_of(request.user)
    return Status(201, PartyBegun(id=party.pk, name=party.name))


@router.delete("parties/{int:party_id}/", response={204: None}, summary="حذف متقاضی جدید")
@asks_for(Scope.SUBMISSIONS_ACT)
def give_up_party(request: UserRequest, party_id: int) -> HttpResponse:
    """Take back one that was begun by mistake, before anything was asked for it."""
    party = next((own for own in request.user.parties if own.pk == party_id), None)
    identity.give_up(get_object_or_404(Party, pk=party.pk if party else None), by=request.user)
    return HttpResponse(status=204)


@router.get("agents/", response=list[AgentOut], summary="نمایندگان")
@asks_for(Scope.ACCOUNT_READ)
def list_agents(request: UserRequest) -> list[AgentOut]:
    """Who is or was an agent of the acting party. For its owner."""
    return [_tell_agent(membership) for membership in parties.agents_of(_owned(request))]


@router.post("agents/", response={201: SubmissionDetail}, summary="درخواست نمایندگی")
@asks_for(Scope.SUBMISSIONS_ACT)
def begin_agency(request: UserRequest, said: NothingSaid) -> Status[SubmissionDetail]:
    """The request for an agent that is under way, or a new draft; approved, the agent may act."""
    return _begin(request, agency.KIND, _owned(request))


@router.delete("agents/{int:agent_id}/", response={204: None}, summary="پایان نمایندگی")
@asks_for(Scope.SUBMISSIONS_ACT)
def end_agency(request: UserRequest, agent_id: int) -> HttpResponse:
    """End an agency at once."""
    held = _owned(request).memberships.select_related("user", "party")
    agents = held.filter(role=Membership.Role.AGENT)
    agency.end_agency(get_object_or_404(agents, pk=agent_id), by=request.user)
    return HttpResponse(status=204)


def _acting(request: UserRequest) -> Party:
    if request.user.acting_for is None:
        raise NotAMember
    return request.user.acting_for


def _owned(request: UserRequest) -> Party:
    """The verified acting party, when the caller owns it; agents read and act, and no more."""
    party = identity.require_verified(request.user.acting_for)
    if not request.user.acts_as_owner_of(party):
        raise PermissionDenied
    return party


def _begin(request: UserRequest, kind: str, party: Party) -> Status[SubmissionDetail]:
    begun: Submission = identity.begin_verification(kind, by=request.user, party=party)
    return Status(201, detail_of(find_readable(request, begun.tracking_code), request.user))


def _tell_agent(membership: Membership) -> AgentOut:
    until, user = membership.valid_until, membership.user
    told: dict[str, Any] = {"id": membership.pk, "name": str(user), "mobile": user.mobile or ""}
    return AgentOut(
        **told,
        valid_from=membership.valid_from,
        valid_until=until,
        letter_of_attorney=membership.letter_of_attorney,
        holds=until is None or until >= localdate(),
    )
