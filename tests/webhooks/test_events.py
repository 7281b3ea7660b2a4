"""The history read on from the last event seen: nothing is skipped, nobody is told too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from submissions.api import events as feed
from submissions.models import Step, Submission
from submissions.states import StepName, Urgency
from submissions.workflow import numbering
from submissions.workflow.events import EVENT_TYPES, events_for
from submissions.workflow.numbering import latest_number, number_steps
from tests import cast
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def types(answer: Any) -> list[str]:
    return [event["type"] for event in answer.json()["items"]]


def test_each_step_has_a_type() -> None:
    assert set(EVENT_TYPES.values()) == set(StepName.values)


def test_an_applicant_reads_on_from_the_last_event(
    submitted: Submission, staff: dict[str, User], maryam: User, run_tasks: Callable[[], int]
) -> None:
    maryams = Caller(maryam)
    first = maryams.get("events/").json()
    assert [event["type"] for event in first["items"]] == ["submission.submit"]
    assert first["items"][0]["data"]["tracking_code"] == submitted.tracking_code
    assert not first["more"]

    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    run_tasks()
    rest = maryams.get(f"events/?after={first['after']}")
    assert types(rest) == [*["submission.pass_on"] * 5, "submission.approve", "letter.issued"]
    assert [event["data"]["seq"] for event in rest.json()["items"]] == [2, 3, 4, 5, 6, 7, 8]
    assert maryams.get(f"events/?after={rest.json()['after']}").json()["items"] == []


def test_nobody_is_told_of_what_they_may_not_read(
    submitted: Submission, staff: dict[str, User], maryam: User, stranger: User, yazd_desk: User
) -> None:
    words = "این متقاضی را می‌شناسیم"
    cast.step(submitted, "take", staff["desk"])
    cast.step(submitted, "set_urgency", staff["desk"], words, urgency=Urgency.URGENT)
    told = Caller(staff["desk"]).get("events/")
    assert types(told) == ["submission.submit", "submission.take", "submission.set_urgency"]
    assert words not in told.content.decode()
    assert types(Caller(maryam).get("events/")) == ["submission.submit"]
    assert types(Caller(stranger).get("events/")) == []
    assert types(Caller(yazd_desk).get("events/")) == []
    assert Caller().get("events/").status_code == 401


def test_how_colleagues_arrange_their_work_is_not_told_to_one_of_the_party(
    submitted: Submission, staff: dict[str, User], maryam: User, manager: User
) -> None:
    cast.step(submitted, "take", staff["desk"])
    number_steps()
    assert events_for(manager).count() == 2
    submitted.party.memberships.create(user=manager, role="agent")
    again = User.objects.get(pk=manager.pk)
    assert [step.name for step in events_for(again)] == ["submit"]
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert not events_for(User.objects.get(pk=manager.pk)).exists()


def test_a_step_that_was_committed_late_comes_after_those_that_were_seen(
    submitted: Submission, staff: dict[str, User], maryam: User
) -> None:
    """Its key is lower than that of what was told before; its number is not."""
    case = cast.step(submitted, "pass_on", staff["desk"])
    late = Step.objects.get(seq=1)
    with pytest.MonkeyPatch.context() as patch:
        # Not committed yet: nobody else sees it.
        hidden = Step.objects.exclude(pk=late.pk)
        patch.setattr(numbering, "Step", type("Steps", (), {"objects": hidden}))
        assert number_steps() == 1
    seen = Caller(maryam)
    number_steps()
    numbers = dict(Step.objects.filter(submission=case).values_list("seq", "number"))
    assert numbers == {2: 1, 1: 2}
    answer = seen.get("events/?after=1").json()
    assert [event["data"]["seq"] for event in answer["items"]] == [1]


def test_numbers_have_no_gaps(submitted: Submission, staff: dict[str, User]) -> None:
    cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:3])
    number_steps()
    numbers = list(Step.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == list(range(1, latest_number() + 1))
    assert number_steps() == 0


def test_a_reader_of_little_comes_forward_all_the_same(
    submitted: Submission, staff: dict[str, User], stranger: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:4])
    monkeypatch.setattr(feed, "WINDOW", 2)
    strangers, after, rounds = Caller(stranger), 0, 0
    while True:
        answer = strangers.get(f"events/?after={after}").json()
        assert answer["items"] == []
        after, rounds = answer["after"], rounds + 1
        if not answer["more"]:
            break
    assert (after, rounds) == (5, 3)


@pytest.mark.parametrize("after", ["x", "-1", "99999999999999999999"])
def test_a_mark_that_is_none_is_refused(maryam: User, after: str) -> None:
    assert Caller(maryam).get(f"events/?after={after}").status_code == 422


def test_a_page_costs_few_questions(
    submitted: Submission, staff: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:4])
    for person in (staff["desk"], submitted.filed_by):
        caller = Caller(person)
        caller.get("events/")
        with django_assert_max_num_queries(15):
            assert caller.get("events/?after=1").status_code == 200
