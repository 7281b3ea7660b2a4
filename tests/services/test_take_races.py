"""Everybody of a desk takes at once: one has it, the others are told or get the next.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import pytest

from accounts.models import User
from services_catalog.models import Service
from submissions.models import Submission, WorkItem
from submissions.workflow.taking import take_next
from tests.cast import begin, hire, item_of, seat, step
from tests.services.test_item_races import taking
from tests.services.test_races import CROWD, all_at_once
from tests.submissions.invariants import assert_all_holds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
Staff = dict[str, User]


@pytest.fixture
def crew(staff: Staff) -> list[User]:
    """Four who sit at the first desk."""
    for number in range(3):
        staff[f"crew-{number}"] = hire(f"crew-{number}", "reviewer", first=f"همکار {number}")
        seat(staff[f"crew-{number}"], "desk")
    return [staff["desk"], *(staff[f"crew-{number}"] for number in range(3))]


def hand_in(maryam: User, service: Service) -> Submission:
    return step(begin(maryam, service, answers={"polluting": True}), "submit", maryam)


def test_of_twenty_who_take_one_item_one_has_it(two_ways, maryam, staff, crew):
    case = hand_in(maryam, two_ways)
    clicks = [taking(case, "take", colleague, item_of(case)) for colleague in crew]

    endings = all_at_once(clicks * (CROWD // len(crew)))

    assert endings == {"done": 1, "MovedMeanwhile": CROWD - 1}
    taken = case.history.get(name="take")
    assert item_of(case).person == taken.by
    assert_all_holds(case, staff.values())


def test_whoever_takes_the_next_gets_what_nobody_else_has(two_ways, maryam, staff, crew):
    cases = [hand_in(maryam, two_ways) for _ in range(6)]

    def press(user: User) -> object:
        return take_next(User.objects.get(pk=user.pk))

    endings = all_at_once([lambda user=user: press(user) for user in crew] * 5)

    assert endings == {"done": len(cases), "NotNow": CROWD - len(cases)}
    held = WorkItem.objects.open().filter(submission__in=cases).exclude(person=None)
    assert held.count() == len(cases)
    for case in cases:
        assert case.history.filter(name="take").count() == 1
        assert_all_holds(case, staff.values())
