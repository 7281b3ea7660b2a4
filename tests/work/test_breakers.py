"""A gateway that does not answer is left in peace, and asked again by one at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from work import breakers
from work.models import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]

NAME = "pigeons"


@pytest.fixture
def silent(clock: time_machine.Traveller) -> time_machine.Traveller:
    """Three calls in a row had no answer; the clock of the story."""
    for _ in range(breakers.MOST_FAILURES):
        breakers.record_failure(NAME, "Timeout")
    return clock


def test_who_answers_now_and_then_is_asked(db):
    for _ in range(5):
        breakers.record_failure(NAME, "Timeout")
        breakers.record_failure(NAME, 503)
        breakers.record_answer(NAME, 0.3)

    assert breakers.resting_until(NAME) is None
    assert breakers.room_for(NAME) is None


def test_after_three_failures_in_a_row_nobody_asks_for_a_while(silent):
    assert breakers.resting_until(NAME) == timezone.now() + breakers.REST
    assert breakers.room_for(NAME) == 0
    assert breakers.resting_gateway(NAME).silent_since == timezone.now()


def test_an_answer_that_nobody_can_wait_for_is_a_failure(db):
    for _ in range(3):
        breakers.record_answer(NAME, 19.0)

    assert breakers.resting_until(NAME)


def test_when_the_rest_is_over_one_is_told_to_ask_and_the_others_rest_on(silent):
    with pytest.raises(breakers.Resting):
        breakers.require_turn(NAME)
    silent.shift(breakers.REST)

    # However many look: only who asks has had the turn.
    for _ in range(3):
        assert breakers.room_for(NAME) == 1
        assert breakers.resting_until(NAME) is None
    breakers.require_turn(NAME)
    with pytest.raises(breakers.Resting) as refused:
        breakers.require_turn(NAME)
    assert refused.value.until == timezone.now() + breakers.REST
    assert breakers.resting_until(NAME) == timezone.now() + breakers.REST
    assert breakers.room_for(NAME) == 0


def test_who_is_still_silent_stays_so_since_the_first_time(silent):
    begun = timezone.now()
    silent.shift(timedelta(minutes=5))
    breakers.record_failure(NAME, "Timeout")

    assert breakers.resting_gateway(NAME).silent_since == begun
    assert breakers.resting_until(NAME) == timezone.now() + breakers.REST


def test_the_first_good_answer_ends_the_rest(silent):
    breakers.record_answer(NAME, 0.3)

    assert breakers.resting_until(NAME) is None
    assert Gateway.objects.get().failures == 0


def test_who_asks_nobody_has_no_breaker(silent, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert breakers.resting_until("") is None
        breakers.require_turn("")
        assert breakers.room_for("") is None


def test_a_silent_gateway_has_a_time_at_which_it_is_asked_again(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        Gateway.objects.create(name=NAME, silent_since=timezone.now())
