"""A page asks what it always asks in words that were written once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet, Value
from django.utils.timezone import now

from accounts.models import User
from db.questions import written
from submissions.models import Step, Submission
from tests import cast


@written
def steps_of(submission: Any) -> QuerySet[Step]:
    return Step.objects.filter(submission=submission).select_related("by", "desk__unit")


@written
def steps_before(submission: Any, moment: Any) -> QuerySet[Step, tuple[str]]:
    found = Step.objects.filter(submission=submission, at__lt=moment)
    return found.order_by("seq").values_list("name")


@written
def names_of(user: Any, text: Any) -> QuerySet[Any, tuple[str, str]]:
    people = User.objects.filter(pk=user).order_by()
    shown = people.values_list(Value("name"), "last_name")
    alike = User.objects.filter(username__in=["nobody", text]).order_by()
    return shown.union(alike.values_list(Value("mobile"), "mobile"), all=True)


@pytest.fixture
def taken_back(submitted: Submission, maryam: User) -> Submission:
    return cast.step(submitted, "take_back", maryam)


def test_it_gives_what_the_queryset_gives_with_all_that_is_joined(
    taken_back: Submission, django_assert_num_queries: Any
) -> None:
    plain = list(taken_back.history.select_related("by", "desk__unit"))

    with django_assert_num_queries(1):
        found = steps_of(taken_back)
        told = [(step.by.username, step.desk and step.desk.unit.name) for step in found]
        assert all(step.submission is taken_back for step in found)

    assert found == plain
    assert [vars(step).keys() for step in found] == [vars(step).keys() for step in plain]
    assert told == [(step.by.username, step.desk and step.desk.unit.name) for step in plain]


def test_each_time_the_database_is_asked_about_others(
    submitted: Submission, maryam: User, django_assert_num_queries: Any
) -> None:
    other = Submission.objects.create(
        version=submitted.version, party=submitted.party, filed_by=maryam
    )

    with django_assert_num_queries(2):
        assert [step.name for step in steps_of(submitted)] == ["submit"]
        assert steps_of.first(other) is None

    cast.step(submitted, "take_back", maryam)
    assert [step.name for step in steps_of(submitted.pk)] == ["submit", "take_back"]


def test_a_moment_stands_in_it_as_the_database_keeps_it(submitted: Submission) -> None:
    (step,) = steps_of(submitted)

    assert steps_before(submitted, step.at) == []
    assert steps_before(submitted, step.at + timedelta(microseconds=1)) == [("submit",)]
    assert steps_before(submitted, now() + timedelta(days=1)) == [("submit",)]


def test_what_is_joined_row_by_row_stays_a_row_of_values(maryam: User) -> None:
    rows = names_of(maryam, maryam.username)

    assert rows == [("name", maryam.last_name), ("mobile", maryam.mobile)]
    assert names_of(None, "") == []


def test_what_it_is_asked_about_is_never_left_out(maryam: User) -> None:
    with pytest.raises(ValueError, match="zip"):
        names_of(maryam)


@written
def steps_among(submissions: Any, names: Any) -> QuerySet[Step, tuple[int, str]]:
    found = Step.objects.filter(submission__pk__in=submissions, name__in=names)
    return found.order_by("pk").values_list("submission", "name")


def test_of_several_it_asks_once_and_of_none_never(
    submitted: Submission, maryam: User, django_assert_num_queries: Any
) -> None:
    cast.step(submitted, "take_back", maryam)
    here, names = submitted.pk, ["submit", "take_back", "approve"]

    with django_assert_num_queries(3):
        assert steps_among([here], names) == [(here, "submit"), (here, "take_back")]
        assert steps_among([here, 0], names[:1]) == [(here, "submit")]
        assert steps_among([0, here], names[1:]) == [(here, "take_back")]
    with django_assert_num_queries(0):
        assert steps_among([], names) == []


@written
def steps_seen(submission: Any, names: Any) -> QuerySet[Step, tuple[str]]:
    found = Step.objects.filter(submission=submission).order_by("seq").values_list("name")
    if names is None:
        return found
    return found.filter(name__in=names if isinstance(names, list) else [names])


def test_what_limits_it_is_never_mistaken_for_no_limit(submitted: Submission, maryam: User) -> None:
    cast.step(submitted, "take_back", maryam)
    all_of_them = [("submit",), ("take_back",)]

    for _ in range(2):
        assert steps_seen(submitted, None) == all_of_them
        assert steps_seen(submitted, ["submit"]) == all_of_them[:1]
        assert steps_seen(submitted, "take_back") == all_of_them[1:]
        assert steps_seen(submitted, []) == []
