"""Contracts that stand twice in the register, under two spellings of one number.

They are from before keys were unique. One of each goes on, the other is marked; the office
looks at both and says which one it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from db.naming import is_in_use
from submissions.models import Contract, Submission
from web.refusals import NotNow
from work import audit

SHOWN = 100


@dataclass(frozen=True)
class Repeat:
    """A marked contract beside the one that goes on; ``requests`` are counted on each."""

    marked: Contract
    other: Contract | None

    @property
    def rows(self) -> list[Contract]:
        """The two, the one that goes on first."""
        return [row for row in (self.other, self.marked) if row is not None]


def count_repeats() -> int:
    """How many contracts are marked."""
    return Contract.objects.filter(repeats_key=True).count()


def find_repeats() -> list[Repeat]:
    """The marked contracts, ``SHOWN`` at most, each beside the one that has its key."""
    asked = Submission.objects.filter(contract=OuterRef("pk")).order_by().values("contract")
    counted = Coalesce(Subquery(asked.annotate(many=Count("pk")).values("many")), 0)
    rows = Contract.objects.select_related("park__province", "party").annotate(requests=counted)
    marked = list(rows.filter(repeats_key=True).order_by("number_key", "pk")[:SHOWN])
    keys = [contract.number_key for contract in marked]
    others = {row.number_key: row for row in rows.filter(number_key__in=keys, repeats_key=False)}
    return [Repeat(contract, others.get(contract.number_key)) for contract in marked]


@transaction.atomic
def prefer_contract(contract: Contract, *, by: User) -> None:
    """Let the marked contract go on in place of the one with its key: imports renew it from now."""
    contract = _lock_marked(contract)
    others = Contract.objects.filter(number_key=contract.number_key, repeats_key=False)
    others.update(repeats_key=True)
    Contract.objects.filter(pk=contract.pk).update(repeats_key=False)
    audit.record_entry(by, "prefer_contract", contract, {"number": contract.number})


@transaction.atomic
def drop_contract(contract: Contract, *, by: User) -> None:
    """Take the marked contract out of the register. Raises NotNow while anything hangs on it."""
    contract = _lock_marked(contract)
    if contract.party_id is not None or is_in_use(contract):
        raise NotNow(
            "این ردیف به نام متقاضی ثبت شده است یا درخواستی دارد و حذف نمی‌شود. اگر همین ردیف "
            "درست است، «ردیف تکراری اصلی شود» را انتخاب کنید."
        )
    facts = {"number": contract.number, "holder": contract.holder_name, "plot": contract.plot}
    audit.record_entry(by, "drop_contract", contract, facts)
    contract.delete()


def _lock_marked(contract: Contract) -> Contract:
    """The contract as it is now. Raises NotNow when somebody has seen to it meanwhile."""
    found = Contract.objects.select_for_update().filter(pk=contract.pk, repeats_key=True).first()
    if found is None:
        raise NotNow("این ردیف قبلاً بررسی شده است.")
    return found
