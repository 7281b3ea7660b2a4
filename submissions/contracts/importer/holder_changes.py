"""Contracts of which a file names another holder than the party's claim was approved for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery

from submissions.contracts.holders import ask_about_holder, withdraw_question
from submissions.models import Contract, ContractImport, StagedContract
from submissions.models.contract import Holder


@dataclass(frozen=True)
class HolderChange:
    """A contract with its party, and whom the file names."""

    contract: Contract
    new: Holder

    @property
    def is_question(self) -> bool:
        """Whether the office has to look: neither the party nor the former holder is named."""
        party = self.contract.party
        assert party is not None  # only contracts with one are looked at
        return not self.new.is_party(party) and not self.new.is_same(self.contract.holder)

    @property
    def answers_question(self) -> bool:
        """Whether a question that is open is over: the register names them again."""
        party, former = self.contract.party, self.contract.former_holder
        if self.contract.asked_since is None or party is None:
            return False
        before = Holder(**former) if former else self.contract.holder
        return self.new.is_party(party) or self.new.is_same(before)


def find_questions(job: ContractImport) -> list[HolderChange]:
    """What the office would be asked after the merge, in the order of the numbers."""
    return [change for change in _find_changes(job) if _asks(change)]


def ask_about_changes(job: ContractImport) -> int:
    """Ask the office about every contract whose holder the merge will change; how many.

    Before the merge, while the rows are locked (see ``merge.lock_holders``).
    """
    asked = 0
    for change in _find_changes(job):
        if change.answers_question:
            withdraw_question(change.contract)
        elif change.is_question:
            ask_about_holder(change.contract, change.contract.holder)
            asked += 1
    return asked


def _asks(change: HolderChange) -> bool:
    return change.is_question and not change.answers_question


def _find_changes(job: ContractImport) -> Iterator[HolderChange]:
    """Contracts with a party whose row in the file says anything else of the holder."""
    row = StagedContract.objects.filter(job=job, number_key=OuterRef("number_key"))
    held = Contract.objects.filter(party__isnull=False, repeats_key=False).annotate(
        new_kind=Subquery(row.values("holder_kind")[:1]),
        new_name=Subquery(row.values("holder_name")[:1]),
        new_id=Subquery(row.values("holder_id")[:1]),
    )
    changed = held.filter(new_kind__isnull=False).exclude(
        new_kind=F("holder_kind"), new_name=F("holder_name"), new_id=F("holder_id")
    )
    for contract in changed.select_related("party", "park").order_by("number_key").iterator():
        new = Holder(contract.new_kind, contract.new_name, contract.new_id)
        yield HolderChange(contract, new)
