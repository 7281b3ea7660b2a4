"""The office finds contracts that stand twice in the register, and says which one it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from submissions.models import Contract
from work.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def managing(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


@pytest.fixture
def twin(maryam: User) -> Contract:
    """The contract of Maryam once more, as an import under another spelling had left it."""
    first = Contract.objects.get(number="1402/1001")
    return Contract.objects.create(
        number="1402-1001",
        repeats_key=True,
        park=first.park,
        holder_kind=first.holder_kind,
        holder_name=first.holder_name,
    )


def say(client: Client, contract: Contract, word: str) -> str:
    said = {"contract": contract.pk, word: "1"}
    return client.post(reverse("contract_repeats"), said, follow=True).content.decode()


def test_both_are_shown_and_the_page_of_the_import_leads_there(
    managing: Client, twin: Contract
) -> None:
    page = managing.get(reverse("contract_imports")).content.decode()
    assert "۱ قرارداد با دو نگارش" in page
    assert reverse("contract_repeats") in page

    (repeat,) = managing.get(reverse("contract_repeats")).context["repeats"]
    assert [row.number for row in repeat.rows] == ["1402/1001", "1402-1001"]


def test_what_nothing_hangs_on_is_dropped_on_the_record(
    managing: Client, twin: Contract, manager: User
) -> None:
    assert "حذف شد" in say(managing, twin, "drop")

    assert list(Contract.objects.values_list("number", flat=True)) == ["1402/1001"]
    entry = AuditEntry.objects.get(action="drop_contract")
    assert (entry.actor_id, entry.facts["number"]) == (manager.pk, "1402-1001")
    assert "۱ قرارداد با دو نگارش" not in managing.get(reverse("contract_imports")).content.decode()


def test_the_other_one_may_be_the_right_one(managing: Client, twin: Contract) -> None:
    say(managing, twin, "prefer")

    rows = dict(Contract.objects.values_list("number", "repeats_key"))
    assert rows == {"1402-1001": False, "1402/1001": True}
    # Somebody holds that one: it is not dropped, and says why.
    other = Contract.objects.get(number="1402/1001")
    assert "به نام متقاضی ثبت شده است" in say(managing, other, "drop")
    assert Contract.objects.filter(pk=other.pk).exists()


def test_what_is_no_repeat_is_not_dropped(managing: Client, maryam: User) -> None:
    contract = Contract.objects.get()
    said: dict[str, Any] = {"contract": contract.pk, "drop": "1"}

    assert managing.post(reverse("contract_repeats"), said).status_code == 404
    assert Contract.objects.filter(pk=contract.pk).exists()
