"""Whatever people do to a request, in whatever order: what must hold of it holds after each step."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from services_catalog.models import Seat, Service
from submissions.states import StepName
from tests.submissions.walks import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]

# Ten thousand in all.
BLOCKS, IN_A_BLOCK = 100, 100
SERVICES = ("two-ways", "side-by-side", "side-by-side", "elec-intro")


@pytest.fixture
def everybody(service, two_ways, side_by_side, maryam, stranger, staff, manager):
    """All who may come, and what can be asked for; every other desk has a head."""
    for seat in Seat.objects.order_by("pk")[::2]:
        Seat.objects.filter(pk=seat.pk).update(head=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Blocks at full size: a run that is cut has told how far it came."""
    if "block" in metafunc.fixturenames:
        metafunc.parametrize("block", range(BLOCKS if metafunc.config.getoption("--prove") else 1))


@pytest.fixture(scope="module")
def all_taken() -> Counter[str]:
    """The steps that all blocks took."""
    return Counter()


def test_walks_break_nothing(everybody, block, size, all_taken, capsys):
    taken: Counter[str] = Counter()

    @seed(block)
    @settings(
        max_examples=size(10, IN_A_BLOCK),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        # Another number is another walk: none is a shorter form of one that failed.
        phases=[Phase.generate],
    )
    @given(st.integers(0, 2**48))
    def walk(number: int) -> None:
        chance = Random(number)
        with transaction.atomic():
            there = Walk(Service.objects.get(code=chance.choice(SERVICES)), chance)
            there.go(chance.randrange(8, 28))
            taken.update(there.taken)
            taken["walks"] += 1
            transaction.set_rollback(True)

    walk()
    walks = taken.pop("walks")
    all_taken.update(taken)
    with capsys.disabled():
        print(size("", f"\nblock {block}: {walks} walks, {taken.total()} steps"), end="")
    # Walks that never come anywhere prove nothing.
    assert len(taken) > 4, taken
    assert walks >= size(10, IN_A_BLOCK)


def test_walks_took_every_step(all_taken, size):
    """Runs after the blocks, at full size: none of the steps is one that no walk takes."""
    assert size(0, len(StepName)) <= len(all_taken), all_taken
