"""Whatever people do to a request, in whatever order: what must hold of it holds after each step."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services_catalog.models import Service
from submissions.states import StepName
from tests.submissions.walks import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]

SERVICES = ("two-ways", "side-by-side", "side-by-side", "elec-intro")


@pytest.fixture
def everybody(service, two_ways, side_by_side, maryam, stranger, staff, manager):
    """All who may come, and what can be asked for."""


def test_walks_break_nothing(everybody, size):
    taken: Counter[str] = Counter()

    @settings(
        max_examples=size(10, 10_000),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        # Another number is another walk: none is a shorter form of one that failed.
        phases=[Phase.generate],
    )
    @given(st.integers(0, 2**48))
    def walk(seed: int) -> None:
        chance = Random(seed)
        with transaction.atomic():
            there = Walk(Service.objects.get(code=chance.choice(SERVICES)), chance)
            there.go(chance.randrange(8, 28))
            taken.update(there.taken)
            transaction.set_rollback(True)

    walk()
    # Walks that never come anywhere prove nothing.
    assert len(taken) > 4, taken
    assert size(0, len(StepName)) <= len(taken), taken
