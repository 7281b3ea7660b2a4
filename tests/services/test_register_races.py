"""Everybody at once at the incoming register: a letter is entered once, and its numbers have no gap.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from letters.incoming import network
from letters.incoming.correcting import correct_letter
from letters.incoming.models import IncomingLetter
from letters.incoming.registering import IncomingFacts
from letters.models import Letter, LetterBook
from services_catalog.models import Organisation
from submissions.models import Submission
from submissions.states import StepName
from submissions.step_table import STEP_TABLE
from submissions.workflow.steps import take_step
from tests import cast
from tests.services.test_races import CROWD, all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def registering(by: User, **facts: object) -> Callable[[], object]:
    def click() -> object:
        return cast.register_incoming(User.objects.get(pk=by.pk), **facts)

    return click


def taking(case: Submission, name: str, by: User, **said: object) -> Callable[[], object]:
    detail = STEP_TABLE[StepName(name)].detail(**said)  # type: ignore[arg-type]

    def click() -> object:
        user = User.objects.get(pk=by.pk)
        return take_step(case, name, by=user, expecting=case.last_seq, detail=detail)

    return click


def numbers() -> list[int]:
    return sorted(IncomingLetter.objects.values_list("number", flat=True))


def test_of_many_who_register_the_same_letter_one_does(house, staff):
    click = registering(staff["secretariat"])

    told = all_at_once([click] * CROWD)

    assert told == {"done": 1, "AlreadyRegistered": CROWD - 1}
    assert numbers() == [1]
    assert LetterBook.objects.get(direction="incoming").last_number == 1


def test_many_letters_at_once_get_numbers_without_a_gap(house, staff):
    clicks = [
        registering(staff["secretariat"], sender_number=str(number)) for number in range(CROWD)
    ]

    assert all_at_once(clicks) == {"done": CROWD}
    assert numbers() == list(range(1, CROWD + 1))


def test_of_many_who_correct_what_they_saw_one_does(house, staff):
    keeper = staff["secretariat"]
    letter = cast.register_incoming(keeper)

    def correcting(subject: str) -> Callable[[], object]:
        facts = IncomingFacts(
            sender=letter.sender,
            subject=subject,
            received_on=letter.received_on,
            way=letter.way,  # type: ignore[arg-type]
            sender_number=letter.sender_number,
            sender_date=letter.sender_date,
        )

        def click() -> object:
            by = User.objects.get(pk=keeper.pk)
            return correct_letter(letter, facts, by=by, reason="اشتباه", expecting=0)

        return click

    told = all_at_once([correcting(f"موضوع {number}") for number in range(CROWD)])

    assert told == {"done": 1, "IncomingMoved": CROWD - 1}
    assert IncomingLetter.objects.get().events.count() == 2


def test_a_mail_that_many_workers_enter_stands_in_the_register_once(house):
    Organisation.objects.filter(pk=cast.a_body().pk).update(ece_address="ece@power.example")
    mail = cast.receive_mail()

    told = all_at_once([lambda: network.register_by_itself(mail.pk)] * CROWD)

    assert told == {"done": CROWD}
    assert numbers() == [1]


def test_of_many_who_type_the_same_number_of_a_system_outside_one_has_it(
    house, two_ways, maryam, staff
):
    cast.number_outside()
    cases = []
    for _ in range(5):
        case = cast.begin(maryam, two_ways, answers={"polluting": False})
        cases.append(cast.pass_desks(cast.step(case, "submit", maryam), staff, "desk"))
    calls = [taking(case, "approve", staff["deputy"], letter_number="1405/7") for case in cases]

    assert all_at_once(calls) == {"done": 1, "NumberTaken": 4}
    assert list(Letter.objects.values_list("number", "number_text")) == [(1, "1405/7")]
