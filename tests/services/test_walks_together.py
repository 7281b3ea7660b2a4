"""Eight processes walk at once, each on its own request and on those of the others.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from random import Random

import pytest
from django.db import connection, connections, transaction

from accounts.models import User
from services_catalog.models import Service
from submissions.models import Submission
from submissions.workflow.consistency import find_contradictions
from tests.submissions.invariants import assert_all_holds
from tests.submissions.walks import PEOPLE, Walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

PROCESSES = 8
SERVICES = ("two-ways", "side-by-side", "side-by-side")


def walk_among_others(order: tuple[int, int]) -> Counter[str]:
    """One process: so many walks, every third act at what somebody else has begun."""
    seed, walks = order
    connections.close_all()
    chance, taken = Random(seed), Counter[str]()
    for _ in range(walks):
        walk = Walk(Service.objects.get(code=chance.choice(SERVICES)), chance, alone=False)
        own = walk.case
        for _act in range(chance.randrange(8, 20)):
            others = list(Submission.objects.order_by("-pk")[:PROCESSES])
            walk.case = chance.choice(others) if chance.random() < 0.35 else own
            walk.act()
            look_at(walk.case, chance)
        taken.update(walk.taken)
    connections.close_all()
    return taken


def look_at(case: Submission, chance: Random) -> None:
    """All that must hold, as it is at one moment."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        people = User.objects.filter(username__in=chance.sample(PEOPLE[2:], 2))
        assert_all_holds(case, list(people))


def test_eight_processes_break_nothing(
    two_ways, side_by_side, maryam, stranger, staff, manager, size
):
    walks = size(2 * PROCESSES, 1_000) // PROCESSES
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        told = pool.map(walk_among_others, [(seed, walks) for seed in range(PROCESSES)])

    taken = sum(told, Counter[str]())
    assert {"submit", "pass_on", "refer", "return_for_correction"} <= set(taken)
    assert Submission.objects.count() == walks * PROCESSES
    assert list(find_contradictions(Submission.objects.all())) == []
