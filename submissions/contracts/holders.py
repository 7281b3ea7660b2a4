"""Whose a contract is when the register names another holder: the question, and the office's answer.

The question stands on the contract (``asked_since``); what was decided is kept beside it. Who
decides claims of the place decides this too, and managers with the right to change contracts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from operator import or_

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, Party, User
from messaging.outbox import tell_users
from services_catalog.models import Desk, ServiceVersion
from services_catalog.models.places import desk_ids, open_desks_of_units
from submissions.models import Contract, HolderDecision
from submissions.models.contract import Holder
from submissions.workflow.notifications import people_of_party
from web.public_pages.kept_values import kept_values
from web.refusals import NotNow, Refusal
from work import audit

KIND = "contract"
#: The right to decide on contracts of all places.
EVERYWHERE = "submissions.change_contract"
Outcome = HolderDecision.Outcome


class ContractMoved(NotNow):
    code = "contract_moved"
    title = "وضعیت این قرارداد در همین فاصله تغییر کرده است"
    message = "تصمیم شما ثبت نشد. لطفاً وضعیت فعلی قرارداد را ببینید و اگر هنوز لازم است، دوباره اقدام کنید."


class NotToThisParty(Refusal):
    status = 422
    code = "not_to_this_party"
    title = "قرارداد به این متقاضی منتقل نمی‌شود"
    message = "قرارداد در حال حاضر به نام همین متقاضی است."


class OwnContract(Refusal):
    status = 403
    code = "own_contract"
    title = "این تصمیم با شما نیست"
    message = "این قرارداد به شما مربوط است و تصمیم‌گیری دربارهٔ آن بر عهدهٔ همکار دیگری است."


@dataclass(frozen=True)
class Settlement:
    """What is decided of a contract, and why. ``to``: whom it goes to, when it is moved."""

    outcome: str
    note: str
    to: Party | None = None


def settled_by(user: User) -> QuerySet[Contract]:
    """The contracts whose party this person may decide on: their places', managers all."""
    return reached_by(user).filter(party__isnull=False)


def reached_by(user: User) -> QuerySet[Contract]:
    """The same with those that nobody holds, or holds any more."""
    if user.has_perm(EVERYWHERE):
        return Contract.objects.all()
    places = [
        Q(park=desk.park_id) if desk.park_id
        else Q(park__province=desk.province_id) if desk.province_id
        else Q()
        for desk in Desk.objects.filter(pk__in=_claim_desk_ids(user))
    ]  # fmt: skip
    return Contract.objects.filter(reduce(or_, places)) if places else Contract.objects.none()


def decides_on_holders(user: User) -> bool:
    """Whether there are contracts that this person may decide on."""
    return user.has_perm(EVERYWHERE) or bool(_claim_desk_ids(user))


def _claim_desk_ids(user: User) -> list[int]:
    """The person's desks at which claims are decided; the menu of every page asks for them."""
    if not user.has_perm("submissions.change_submission") or not desk_ids(user):
        return []
    units = kept_values.find("units of claims", _read_units_of_claims)
    return open_desks_of_units(user, units)


def _read_units_of_claims() -> list[str]:
    version = ServiceVersion.objects.filter(service__kind=KIND, current=True).first()
    return [stop.unit for stop in version.facts.route] if version else []


def standing_of(contract: Contract) -> str:
    """Mark of how a contract stands now: a decision is about what was seen."""
    seen = (contract.party_id, contract.holder, contract.asked_since)
    return sha256(repr(seen).encode()).hexdigest()[:16]


def ask_about_holder(contract: Contract, former: Holder) -> None:
    """Have the office look whose the contract is; a question that is open stays as it was asked.

    Call it while the contract is locked.
    """
    facts = {"kind": former.kind, "name": former.name, "id": former.id}
    asked = Contract.objects.filter(pk=contract.pk, party__isnull=False, asked_since=None)
    if asked.update(asked_since=now(), former_holder=facts):
        audit.record_entry(None, "ask_holder", contract, {"former": facts})


def withdraw_question(contract: Contract) -> None:
    """The register names the party, or the holder of before, again: there is nothing to ask."""
    open_one = Contract.objects.filter(pk=contract.pk, asked_since__isnull=False)
    if open_one.update(asked_since=None, former_holder=None):
        audit.record_entry(None, "unask_holder", contract)


@transaction.atomic
def settle_holder(
    contract: Contract, settlement: Settlement, *, by: User, seen: str
) -> HolderDecision:
    """Keep a contract with its party, release it, or move it to another; on the record.

    Raises PermissionDenied, OwnContract, ContractMoved when it stands otherwise than ``seen``
    (see :func:`standing_of`), and NotToThisParty.
    """
    if not reached_by(by).filter(pk=contract.pk).exists():
        raise PermissionDenied
    Contract.objects.select_for_update().values_list("pk").get(pk=contract.pk)
    contract = Contract.objects.select_related("party").get(pk=contract.pk)
    if standing_of(contract) != seen or contract.party is None:
        raise ContractMoved
    after = _party_after(contract.party, settlement)
    _require_stranger(by, contract.party, after)
    decision = HolderDecision.objects.create(
        contract=contract,
        outcome=settlement.outcome,
        party_before=contract.party,
        party_after=after,
        holder_name=contract.holder_name,
        by=by,
        note=settlement.note,
    )
    Contract.objects.filter(pk=contract.pk).update(
        party=after, asked_since=None, former_holder=None
    )
    _record_decision(decision)
    _tell_parties(decision)
    return decision


def _party_after(before: Party, settlement: Settlement) -> Party | None:
    if settlement.outcome == Outcome.KEPT:
        return before
    if settlement.outcome == Outcome.RELEASED:
        return None
    if settlement.to is None or settlement.to == before or not settlement.to.is_verified:
        raise NotToThisParty
    return settlement.to


def _require_stranger(by: User, *parties: Party | None) -> None:
    """Nobody decides about what is, or becomes, their own."""
    concerned = [party.pk for party in parties if party]
    if Membership.objects.filter(user=by, party__in=concerned).exists():
        raise OwnContract


def _record_decision(decision: HolderDecision) -> None:
    facts = {
        "outcome": decision.outcome,
        "from": decision.party_before_id,
        "to": decision.party_after_id,
        "holder": decision.holder_name,
        "note": decision.note,
    }
    audit.record_entry(decision.by, "settle_holder", decision.contract, facts)


def _tell_parties(decision: HolderDecision) -> None:
    """Those who had it, and those who have it now; nobody when it stays."""
    before, after = decision.party_before, decision.party_after
    if before == after:
        return
    contract, desk = decision.contract, reverse("home:desk")
    messages = {"submissions/contract_released": before, "submissions/contract_registered": after}
    for template, party in messages.items():
        if party is not None:
            words = {"contract": contract, "party": party}
            event = f"holder:{decision.pk}:{party.pk}"
            tell_users(event, people_of_party(party), template, words, desk)
