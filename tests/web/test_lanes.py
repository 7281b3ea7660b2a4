"""Several parts of a table, put into words as seldom as may be and read as one list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from django.db.models.sql.compiler import SQLCompiler

from accounts.models import User
from db import lanes
from db.lanes import count_in, first_keys

BEGAN = datetime(2026, 3, 21, tzinfo=UTC)


@pytest.fixture
def people(db: None) -> list[int]:
    """The keys of seven who came one day after the other, every third one inactive."""
    made = [
        User(username=f"u{number}", date_joined=BEGAN + timedelta(number), is_active=number % 3 > 0)
        for number in range(7)
    ]
    return [user.pk for user in User.objects.bulk_create(made)]


def parts(people: list[int]) -> list[Sequence[Q]]:
    first, second, third, fourth, *_ = people
    return [
        [Q(pk=first), Q(pk=third), Q(pk=second)],
        [Q(pk=first, is_active=False), Q(pk=second, is_active=False)],
        [Q(pk=first, is_active=False), Q(pk=second, is_active=True)],
        [Q(username="u5"), Q(username="u6"), Q(pk=third)],
        [Q(pk=first) | Q(pk=second), ~Q(pk__gt=third) & Q(pk__gt=second), Q(pk=fourth)],
        [Q(pk=first, last_login=None), Q(pk=second, last_login=BEGAN)],
    ]


@pytest.mark.parametrize("which", range(6))
@pytest.mark.parametrize("sign", ["", "-"])
def test_parts_are_read_as_one_list(people: list[int], which: int, sign: str) -> None:
    asked = parts(people)[which]
    either = Q(pk=None)
    for lane in asked:
        either |= lane
    order = (f"{sign}date_joined", f"{sign}pk")
    expected = list(User.objects.filter(either).order_by(*order).values_list("pk", flat=True))

    assert first_keys(User.objects.all(), asked, order, 2) == expected[:2]
    assert first_keys(User.objects.all(), asked, order, 9) == expected
    assert count_in(User.objects.all(), asked) == len(expected)


def test_parts_that_differ_in_their_keys_are_put_into_words_once(
    people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = []
    as_sql = SQLCompiler.as_sql

    def note(self: SQLCompiler, *args: object, **kwargs: object) -> object:
        put.append(self)
        return as_sql(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", note)
    monkeypatch.setattr(lanes, "PARTS_AT_ONCE", 2)

    assert count_in(User.objects.all(), [Q(pk=key) for key in people]) == len(people)
    assert len(put) == 1
