"""Stage one: the search in the register of contracts, the choice, and the claim."""

from __future__ import annotations

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Query, Schema, Status
from pydantic import Field

from accounts.models import Scope
from services_catalog.models import Park
from signin.callers import NotAMember
from signin.tokens.scopes import asks_for
from submissions.api.one_request import find_readable
from submissions.api.shapes import SubmissionBrief, SubmissionDetail, brief_of, detail_of
from submissions.api.shared import router
from submissions.api.step_bodies import Key, StrictSchema
from submissions.applicant.contract_views import list_claims
from submissions.contracts import claims, lookup
from submissions.models import Contract
from submissions.reports.progress import mark_late
from web.requests import UserRequest


class RegisterQuery(Schema):
    """``park``: its key (``catalog/places/``); ``q``: a number, or three letters of the holder's name."""

    park: Key
    q: Annotated[str, Field(min_length=1, max_length=lookup.LONGEST)]


class FoundContract(Schema):
    """``standing``: mine, taken, transferred, claimed, or empty: then ``choice`` is sent to claim it."""

    number: str
    plot: str
    holder: str
    standing: str
    choice: str


class ChoiceBody(StrictSchema):
    """``choice``: as the search gave it, good for half an hour."""

    choice: Annotated[str, Field(max_length=500)]


class ChosenContract(Schema):
    """``holder``: masked for who is not it; ``is_holder``: whether that is the acting party."""

    number: str
    park: str
    plot: str
    holder: str
    is_holder: bool


@router.get("register/", response=list[FoundContract], summary="جستجو در دفتر قراردادها")
@asks_for(Scope.SUBMISSIONS_READ)
def search_register(request: UserRequest, asked: Query[RegisterQuery]) -> list[FoundContract]:
    """Contracts of one park, 20 at most, their holders masked. For verified parties; tries are counted."""
    park = get_object_or_404(Park, pk=asked.park)
    return [
        FoundContract(
            number=found.contract.number,
            plot=found.contract.plot,
            holder=found.masked_name,
            standing=found.standing,
            choice=found.token,
        )
        for found in lookup.find_contracts(park, asked.q, by=request.user)
    ]


@router.post("register/choice/", response=ChosenContract, summary="مشاهدهٔ قرارداد انتخاب‌شده")
@asks_for(Scope.SUBMISSIONS_ACT)
def reveal_choice(request: UserRequest, said: ChoiceBody) -> ChosenContract:
    """The contract that the caller has found and means to claim. Counted."""
    chosen: Contract = lookup.reveal_contract(said.choice, by=request.user)
    party = request.user.acting_for
    if party is None:
        raise NotAMember
    is_holder = chosen.holder.is_party(party)
    return ChosenContract(
        number=chosen.number,
        park=chosen.park.name,
        plot=chosen.plot,
        holder=chosen.holder_name if is_holder else lookup.mask_name(chosen.holder_name),
        is_holder=is_holder,
    )


@router.get("claims/", response=list[SubmissionBrief], summary="درخواست‌های ثبت قرارداد")
@asks_for(Scope.SUBMISSIONS_READ)
def list_open_claims(request: UserRequest) -> list[SubmissionBrief]:
    """The claims of the acting party that are under way."""
    rows = list_claims(request.user.acting_for)
    mark_late(rows)
    return [SubmissionBrief(**brief_of(row)) for row in rows]


@router.post("claims/", response={201: SubmissionDetail}, summary="ثبت اطلاعات قرارداد")
@asks_for(Scope.SUBMISSIONS_ACT)
def claim_contract(request: UserRequest, said: ChoiceBody) -> Status[SubmissionDetail]:
    """Hand in that the contract is the acting party's; approved at once where the rule says so."""
    chosen = lookup.take_contract(said.choice, by=request.user)
    party = request.user.acting_for
    if party is None:
        raise NotAMember
    claim = claims.claim_contract(chosen, by=request.user, party=party)
    return Status(201, detail_of(find_readable(request, claim.tracking_code), request.user))
