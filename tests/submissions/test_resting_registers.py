"""Registers that rest are left in peace, and a question that needs none of them is no try."""

from __future__ import annotations

from functools import partial

import pytest
from django.db.models import QuerySet
from django.utils.timezone import now

from registries import registers
from registries.zibal import GATEWAY
from submissions.identity.registry_checks import ask_registry
from submissions.models import Filing, RegistryCheck
from tests import cast
from work import breakers

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]


@pytest.fixture
def asked(submitted, settings):
    """A question to a register that has not answered three times."""
    settings.CIVIL_REGISTRY, settings.ZIBAL_TOKEN = "zibal", "token"
    settings.MOBILE_OWNERSHIP = "none"
    for _ in range(breakers.MOST_FAILURES):
        breakers.record_failure(GATEWAY, "Timeout")
    answers = {"national_code": "9990000018", "birth_date": "1990-01-01"}
    QuerySet(Filing).update(answers=answers)
    return partial(RegistryCheck.objects.create, submission=submitted, filing=1)


def test_a_register_that_rests_is_not_asked(asked):
    ask_registry(asked(kind=RegistryCheck.Kind.CIVIL).pk)

    row = RegistryCheck.objects.get()
    assert (row.tries, row.outcome, row.not_before) == (0, "", now() + breakers.REST)
    assert registers.room_for_questions() == 0


def test_a_question_that_needs_no_register_takes_no_turn(asked, maryam, clock):
    ask_registry(asked(kind=RegistryCheck.Kind.MOBILE).pk)  # nobody is asked about numbers here
    assert RegistryCheck.objects.get().outcome == "not_asked"
    clock.shift(breakers.REST)
    moved_on = asked(kind=RegistryCheck.Kind.CIVIL)
    cast.step(moved_on.submission, "withdraw", maryam)

    ask_registry(moved_on.pk)
    assert registers.room_for_questions() == 1
