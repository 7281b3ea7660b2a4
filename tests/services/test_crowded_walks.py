"""Eight processes walk the same requests at the same time: what must hold holds after each round.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from random import Random
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import User
from services_catalog.models import Seat, Service
from submissions.models import Step, Submission
from submissions.states import Purpose, StepName
from submissions.step_table import STEP_TABLE, Actor
from tests.cast import again
from tests.patience import PATIENCE
from tests.submissions.invariants import assert_all_holds
from tests.submissions.walks import PEOPLE, Walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.at("2026-11-22 10:00"),
]

CROWD = 8
# A thousand in all where the portal is at home.
IN_A_BLOCK, BLOCKS = 25, {"postgresql": 40, "sqlite": 2}
SERVICES = ("two-ways", "side-by-side", "side-by-side", "elec-intro")
FORK = multiprocessing.get_context("fork")


def walk_along(orders: Connection) -> None:
    """One process: so many acts on the request that it is told, until it is told no more.

    Nor does it outlive whoever tells it.
    """
    connections.close_all()
    while orders.poll(PATIENCE) and (order := orders.recv()):
        key, seed, acts = order
        case = Submission.objects.select_related("version__service").get(pk=key)
        walk = Walk(case.version.service, Random(seed), case)
        try:
            for _ in range(acts):
                walk.act()
            orders.send((walk.taken, ""))
        except BaseException:
            orders.send((walk.taken, f"{traceback.format_exc()}\n{walk.story}"))
    connections.close_all()


@contextmanager
def crowd() -> Iterator[list[Connection]]:
    """The ends of the lines to processes that wait to be told what to walk."""
    connections.close_all()
    ends, walkers = [], []
    for _ in range(CROWD):
        ours, theirs = FORK.Pipe()
        walkers.append(FORK.Process(target=walk_along, args=[theirs], daemon=True))
        walkers[-1].start()
        ends.append(ours)
    try:
        yield ends
        for end in ends:
            end.send(None)
    finally:
        for walker in walkers:
            walker.join(timeout=5)
            walker.kill()


def take_a_round(ends: list[Connection], case: Submission, chance: Random) -> list[str]:
    """Everybody does three acts at the same time; the names of the steps that were taken."""
    for end in ends:
        end.send((case.pk, chance.randrange(2**48), 3))
    taken: list[str] = []
    for end in ends:
        assert end.poll(PATIENCE), "a process stands still"
        names, fault = end.recv()
        assert not fault, fault
        taken += names
    return taken


def assert_takers_might(case: Submission, since: int) -> None:
    """Every step after ``since`` was for whoever took it; nobody has been moved meanwhile."""
    steps = case.history.filter(seq__gt=since).select_related("by", "item", "desk")
    for step in steps:
        actor = STEP_TABLE[StepName(step.name)].actor
        assert RIGHTS[actor](case, step), (actor, step.name, step.by, case.pk)


def sits_there(case: Submission, step: Step) -> bool:
    """At the desk of the work, and has not decided where whoever decides here must not have."""
    item = step.item or step.closed.filter(purpose=Purpose.DECIDE, stop=step.stop).first()
    stop = case.facts.stop(step.stop)
    assert step.by is not None
    assert item is not None
    assert stop is not None
    before = case.history.filter(name=StepName.PASS_ON, by=step.by, seq__lt=step.seq)
    barred = before.filter(stop__in=stop.not_same_as).exists()
    at_desk = Seat.objects.filter(desk=item.desk_id, user=step.by).exists()
    return (at_desk or item.person_id == step.by_id or step.by.has_role("manager")) and not barred


def was_asked(case: Submission, step: Step) -> bool:
    item = step.item
    assert step.by is not None
    assert item is not None
    if item.desk_id is None:
        return item.person_id == step.by_id and not item.is_decision
    return Seat.objects.filter(desk=item.desk_id, user=step.by).exists() and not item.is_decision


def had_it_in_hand(case: Submission, step: Step) -> bool:
    assert step.item is not None
    return (sits_there if step.item.is_decision else was_asked)(case, step)


def is_of_its_desks(case: Submission, step: Step) -> bool:
    """At the desk of what it was about, or at any where the case has lain; managers everywhere."""
    assert step.by is not None
    items = case.items.filter(pk=step.item_id) if step.item_id else case.items.all()
    desks = [key for pair in items.values_list("desk", "asking_desk") for key in pair if key]
    there = Seat.objects.filter(desk__in=desks, user=step.by).exists()
    return there or step.by.has_role("manager")


RIGHTS: dict[Actor, Callable[[Submission, Any], bool]] = {
    Actor.APPLICANT: lambda case, step: case.party in step.by.parties,
    Actor.DESK: sits_there,
    Actor.COLLEAGUE: was_asked,
    Actor.HOLDER: had_it_in_hand,
    Actor.ASKER: lambda case, step: step.item.opened_by.by_id == step.by_id,
    Actor.MANAGER: lambda case, step: step.by.has_role("manager"),
    Actor.OVERSEER: is_of_its_desks,
    Actor.INQUIRER: is_of_its_desks,
    Actor.RETURNER: is_of_its_desks,
    Actor.DISTRIBUTION: is_of_its_desks,
    Actor.SYSTEM: lambda case, step: step.by is None,
}


@pytest.fixture
def everybody(service, two_ways, side_by_side, maryam, stranger, staff, manager):
    """All who may come, and what can be asked for."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Blocks at full size: a run that is cut has told how far it came."""
    if "block" in metafunc.fixturenames:
        whole = BLOCKS[connection.vendor] if metafunc.config.getoption("--prove") else 1
        metafunc.parametrize("block", range(whole))


def test_a_crowd_breaks_nothing(everybody, block, size, capsys):
    taken: Counter[str] = Counter()
    walks = 0
    with crowd() as ends:
        # Somebody may give the request up at once: then one walk is not yet a crowd's.
        while walks < size(20, IN_A_BLOCK) and size(taken.total() <= 5, True):
            taken.update(walk_together(ends, Random(block * IN_A_BLOCK + walks)))
            walks += 1
    with capsys.disabled():
        print(size("", f"\nblock {block}: {walks} walks, {taken.total()} steps"), end="")
    assert len(taken) > size(1, 8), taken
    assert taken.total() > size(5, 5 * walks)


def walk_together(ends: list[Connection], chance: Random) -> list[str]:
    """One request, some rounds long; between them desks and people move."""
    walk = Walk(Service.objects.get(code=chance.choice(SERVICES)), chance)
    taken: list[str] = []
    for _ in range(5):
        seen = again(walk.case).last_seq
        taken += take_a_round(ends, walk.case, chance)
        case = again(walk.case)
        assert case.last_seq - seen <= len(taken)
        assert_takers_might(case, seen)
        who = User.objects.filter(username__in=chance.sample(PEOPLE, 3))
        assert_all_holds(case, who)
        chance.choice((walk.move_desks, walk.move_people, lambda: None))()
    assert again(walk.case).last_seq == len(taken)
    return taken
