"""Whose a contract is when the register names another holder: the questions, and the office's answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.shared import office
from submissions.api.staff_lists import SearchQuery
from submissions.api.step_bodies import StrictSchema, Words
from submissions.contracts.holders import (
    ContractMoved,
    Outcome,
    decides_on_holders,
    reached_by,
    settle_holder,
    settled_by,
    standing_of,
)
from submissions.models import Contract, HolderDecision
from submissions.staff.contract_holder_views import (
    SettlementForm,
    describe_standing,
    listed_contracts,
)
from web.requests import UserRequest

ONE = "staff/contracts/holders/{int:contract_id}/"


class HolderContract(Schema):
    """A contract with its party, and whom the register names; ``asked_since``: a question is open."""

    id: int
    number: str
    park: str
    plot: str
    party: str
    holder: str
    holder_id: str
    asked_since: datetime | None


class UnderWay(Schema):
    tracking_code: str
    title: str
    party: str
    state: str


class DecisionOut(Schema):
    outcome: Outcome
    before: str
    after: str
    holder: str
    by: str
    at: datetime
    note: str


class HolderDetail(HolderContract):
    """``seen`` goes into the decision; ``under_way``: requests that it concerns; ``drafts``: how many."""

    seen: str
    former_holder: str
    under_way: list[UnderWay]
    drafts: int
    decisions: list[DecisionOut]


class SettlementBody(StrictSchema):
    """``national_id``: whom it is moved to; ``seen``: as it was told with what is decided on."""

    outcome: Outcome
    note: Words
    seen: Annotated[str, Field(max_length=40)]
    national_id: Annotated[str, Field(max_length=20)] = ""


@office.get("staff/contracts/holders/", response=list[HolderContract], summary="طرف قراردادها")
@asks_for(Scope.STAFF_READ)
def list_holders(request: UserRequest, asked: Query[SearchQuery]) -> list[HolderContract]:
    """What waits for a decision, the oldest first; or the contracts that a number finds."""
    _require_decider(request)
    rows = settled_by(request.user).select_related("park__province", "party")
    found = listed_contracts(rows, asked.q.strip()[:100])
    return [HolderContract(**_facts_of(contract)) for contract in found]


@office.get(ONE, response=HolderDetail, summary="طرف یک قرارداد")
@asks_for(Scope.STAFF_READ)
def show_holder(request: UserRequest, contract_id: int) -> HolderDetail:
    """The register beside the party, what is under way, and what was decided before."""
    _require_decider(request)
    rows = settled_by(request.user).select_related("park__province", "party")
    return _detail_of(
        get_object_or_404(rows if contract_id < 2**63 else rows.none(), pk=contract_id)
    )


@office.post(ONE, response=DecisionOut, summary="تعیین طرف قرارداد")
@asks_for(Scope.STAFF_ACT)
def settle(request: UserRequest, contract_id: int, said: SettlementBody) -> DecisionOut:
    """Keep the contract with its party, release it, or move it to another."""
    _require_decider(request)
    rows = reached_by(request.user).select_related("party")
    contract = get_object_or_404(rows if contract_id < 2**63 else rows.none(), pk=contract_id)
    if contract.party is None:
        raise ContractMoved
    form = SettlementForm(said.dict(exclude={"seen"}), contract=contract)
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    return _tell_decision(settle_holder(contract, form.settlement, by=request.user, seen=said.seen))


def _require_decider(request: UserRequest) -> None:
    if not decides_on_holders(request.user):
        raise PermissionDenied


def _facts_of(contract: Contract) -> dict[str, Any]:
    return {
        "id": contract.pk,
        "number": contract.number,
        "park": contract.park.name if contract.park else "",
        "plot": contract.plot,
        "party": contract.party.name if contract.party else "",
        "holder": contract.holder_name,
        "holder_id": contract.holder_id,
        "asked_since": contract.asked_since,
    }


def _detail_of(contract: Contract) -> HolderDetail:
    told = describe_standing(contract)
    return HolderDetail(
        **_facts_of(contract),
        seen=standing_of(contract),
        former_holder=str((contract.former_holder or {}).get("name", "")),
        under_way=[
            UnderWay(
                tracking_code=row.tracking_code,
                title=row.title,
                party=row.party.name,
                state=row.state,
            )
            for row in told["under_way"]
        ],
        drafts=told["drafts"],
        decisions=[_tell_decision(decision) for decision in told["decisions"]],
    )


def _tell_decision(decision: HolderDecision) -> DecisionOut:
    return DecisionOut(
        outcome=Outcome(decision.outcome),
        before=str(decision.party_before or ""),
        after=str(decision.party_after or ""),
        holder=decision.holder_name,
        by=str(decision.by),
        at=decision.at,
        note=decision.note,
    )
