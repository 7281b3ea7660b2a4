"""How often one may call, and how one is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from db.cache import CacheAway
from tests.api.caller import ROOT, Caller, Program
from tests.api.test_problems import problem
from web.rate_limits import Limit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    settings.API_CALLS_A_MINUTE, settings.API_CALLS_OF_STRANGERS = 5, 3


def test_a_person_is_told_what_is_left_and_then_to_wait(maryam: User, stranger: User) -> None:
    caller = Caller(maryam)
    answers = [caller.get("me/") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0]["RateLimit-Policy"] == '"caller";q=5;w=60'
    rests = [answer["RateLimit"].split(";")[1] for answer in answers]
    assert rests == ["r=4", "r=3", "r=2", "r=1", "r=0", "r=0"]
    problem(answers[5], 429, "too_many")
    assert 0 < int(answers[5]["Retry-After"]) <= 60
    # Another process counts the same turns, another person has their own.
    assert Caller(maryam).get("me/").status_code == 429
    assert Caller(stranger).get("me/").status_code == 200


def test_a_token_that_has_spent_its_turns_silences_nobody_else(maryam: User) -> None:
    spent, other = (Program(maryam, "account:read") for _ in range(2))
    assert [spent.get("me/").status_code for _ in range(6)] == [200] * 5 + [429]
    assert other.get("me/").status_code == 200
    assert Caller(maryam).get("me/").status_code == 200


def test_many_tokens_are_not_many_turns(maryam: User, stranger: User, settings: Any) -> None:
    """What has been taken for one owner is at most what four tokens have, and a first call of each."""
    settings.API_CALLS_OF_STRANGERS = 0
    programs = [Program(maryam, "account:read") for _ in range(10)]
    answers = [program.get("me/") for _ in range(5) for program in programs]
    taken = sum(answer.status_code == 200 for answer in answers)
    assert 20 <= taken <= 30
    assert {answer.status_code for answer in answers} == {200, 429}
    last = answers[-1]
    problem(last, 429, "too_many")
    assert last["RateLimit-Policy"] == '"owner";q=20;w=60'
    assert 0 < int(last["Retry-After"]) <= 60
    # Nor are they fewer: the owner's browser and other people's programs know nothing of it.
    assert Caller(maryam).get("me/").status_code == 200
    assert Program(stranger, "account:read").get("me/").status_code == 200


def test_calls_that_are_refused_are_the_owners_too(maryam: User, settings: Any) -> None:
    settings.API_CALLS_OF_STRANGERS = 0
    programs = [Program(maryam, "account:read") for _ in range(8)]
    answers = [program.get("contracts/") for _ in range(4) for program in programs]
    assert {answer.status_code for answer in answers} == {403, 429}


def test_an_address_without_a_sign_in(maryam: User) -> None:
    answers = [Caller().get("catalog/services/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(f"{ROOT}catalog/services/")
    assert elsewhere.status_code == 200
    assert Caller(maryam).get("me/").status_code == 200


def test_invented_tokens_buy_nothing() -> None:
    caller = Caller()
    tried = [caller.get("site/", Authorization=f"Bearer {n}").status_code for n in range(3)]
    assert tried == [200] * 3  # it opens nothing that is not open anyway
    tried = [caller.get("me/", Authorization=f"Bearer x{n}").status_code for n in range(5)]
    assert tried == [401, 401, 401, 401, 429]


def test_pages_are_not_counted(maryam: User) -> None:
    client = Caller(maryam).client
    assert {client.get("/desk/").status_code for _ in range(8)} == {200}


def test_without_a_limit_nothing_is_told(maryam: User, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE = 0
    assert "RateLimit" not in Caller(maryam).get("me/")


def test_who_cannot_be_counted_is_let_in(maryam: User, monkeypatch: Any) -> None:
    def fall(*args: Any) -> int:
        raise CacheAway

    monkeypatch.setattr(Limit, "take_some", fall)
    assert {Caller(maryam).get("me/").status_code for _ in range(8)} == {200}


def test_reading_does_not_write_each_time(
    maryam: User, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.API_CALLS_A_MINUTE = 200
    caller = Caller(maryam)
    caller.get("me/")
    with django_assert_max_num_queries(15) as asked:
        assert caller.get("me/")["RateLimit"] == '"caller";r=198;t=60'
    assert not [row for row in asked.captured_queries if "cache_key" in row["sql"]]


def test_some_turns_at_once() -> None:
    limit = Limit("some", 10, 60)
    assert [limit.take_some("a", 4) for _ in range(4)] == [4, 4, 2, 0]
    assert (limit.left("a"), limit.left("b")) == (0, 10)
