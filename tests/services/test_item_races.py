"""Everybody at once at the work that lies on desks: one has it, the others are told in words.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.models import User
from services_catalog.models import Desk
from submissions.models import Submission, WorkItem
from submissions.refusals import MovedMeanwhile
from submissions.states import Outcome, State, StepName
from submissions.step_table import STEP_TABLE
from submissions.workflow import seating
from submissions.workflow.steps import take_step
from submissions.workflow.work_items import mark_seen
from tests.cast import again, begin, item_of, step
from tests.services.test_races import CROWD, all_at_once
from tests.submissions.invariants import assert_all_holds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
Call = Callable[[], object]


def taking(case: Submission, name: str, by: User, item: WorkItem, **said: Any) -> Call:
    """A click on the page that shows the work as it is now; the person is read anew."""
    detail = STEP_TABLE[StepName(name)].detail(**said)

    def click() -> object:
        user = User.objects.get(pk=by.pk)
        words = "لطفاً ملاحظه فرمایید."
        return take_step(
            case, name, by=user, expecting=case.last_seq, note=words, detail=detail, item=item
        )

    return click


def at(case: Submission, stop: str) -> WorkItem:
    return WorkItem.objects.open().decides().get(submission=case, stop=stop)


@pytest.fixture
def beside(side_by_side, maryam, staff) -> Submission:
    """With three desks at once; all of them must agree."""
    case = begin(maryam, side_by_side, answers={"polluting": True})
    return step(step(case, "submit", maryam), "pass_on", staff["desk"])


def test_twenty_clicks_on_one_item_pass_it_once(beside, staff):
    click = taking(beside, "pass_on", staff["env"], at(beside, "env"))

    assert all_at_once([click] * CROWD) == {"done": 1, "MovedMeanwhile": CROWD - 1}
    assert beside.items.get(stop="env").outcome == Outcome.PASSED
    assert {item.stop for item in again(beside).open_decisions} == {"technical", "subs"}
    assert_all_holds(beside, staff.values())


def test_the_last_agreements_of_a_join_close_it_once(beside, staff):
    """Different desks do not refuse each other; whichever is the last opens what follows."""
    desks = ("env", "technical", "subs")
    clicks = [taking(beside, "pass_on", staff[name], at(beside, name)) for name in desks]

    assert all_at_once((clicks * 7)[:CROWD]) == {"done": 3, "MovedMeanwhile": CROWD - 3}
    case = again(beside)
    assert sorted(item.stop for item in case.open_decisions) == ["finance", "legal"]
    assert case.items.filter(stop__in=("finance", "legal")).count() == 2
    assert case.history.filter(name="pass_on").count() == 4
    assert_all_holds(case, staff.values())


def test_of_those_who_may_speak_for_all_one_does(beside, staff):
    for name in ("env", "technical", "subs"):
        beside = step(beside, "pass_on", staff[name])
    desks = ("finance", "legal")
    clicks = [taking(beside, "pass_on", staff[name], at(beside, name)) for name in desks]

    assert all_at_once(clicks * 10) == {"done": 1, "MovedMeanwhile": CROWD - 1}
    assert [item.stop for item in again(beside).open_decisions] == ["deputy"]
    ended = beside.items.filter(stop__in=desks).values_list("outcome", flat=True)
    assert sorted(ended) == [Outcome.OVERTAKEN, Outcome.PASSED]
    assert_all_holds(beside, staff.values())


def test_a_return_and_an_agreement_at_one_desk_are_one_of_them(beside, staff):
    item = at(beside, "env")
    back = taking(beside, "return_for_correction", staff["env"], item)
    on = taking(beside, "pass_on", staff["env"], item)

    assert all_at_once([back, on] * 10) == {"done": 1, "MovedMeanwhile": CROWD - 1}
    case = again(beside)
    assert (case.state == State.RETURNED) == (case.items.get(pk=item.pk).outcome == "returned")
    assert_all_holds(case, staff.values())


def test_a_return_is_refused_when_another_desk_has_agreed_meanwhile(beside, staff):
    """Nobody sends back what they have not seen; and after the return nobody agrees."""
    back = taking(beside, "return_for_correction", staff["env"], at(beside, "env"))
    on = taking(beside, "pass_on", staff["technical"], at(beside, "technical"))

    assert all_at_once([back, on] * 10) == {"done": 1, "MovedMeanwhile": CROWD - 1}
    assert_all_holds(beside, staff.values())


def test_an_answer_meets_the_agreement_of_who_asked(beside, staff):
    """An answer that comes first goes with the agreement; one that comes later is refused."""
    case = step(beside, "refer", staff["env"], "نظر شما؟", people=(staff["planning"],))
    asked = WorkItem.objects.open().get(parent=at(case, "env"))
    answer = taking(case, "answer", staff["planning"], asked)
    on = taking(case, "pass_on", staff["env"], at(case, "env"))

    endings = all_at_once([answer, on] * 10)

    outcome = WorkItem.objects.get(pk=asked.pk).outcome
    done = {Outcome.ANSWERED: 2, Outcome.OVERTAKEN: 1}[Outcome(outcome)]
    assert endings == {"done": done, "MovedMeanwhile": CROWD - done}
    assert_all_holds(case, staff.values())


@pytest.fixture
def asked(beside, staff) -> WorkItem:
    """What the desk for the environment asks of the planners; nobody has seen it."""
    case = step(beside, "refer", staff["env"], "نظر شما؟", people=(staff["planning"],))
    return WorkItem.objects.open().get(parent=at(case, "env"))


def test_a_question_is_answered_or_taken_back(asked, staff):
    case = again(asked.submission)
    back = taking(case, "recall", staff["env"], asked)
    answer = taking(case, "answer", staff["planning"], asked)

    assert all_at_once([back, answer] * 10) == {"done": 1, "MovedMeanwhile": CROWD - 1}
    ended = WorkItem.objects.select_related("closed_by").get(pk=asked.pk)
    name = {Outcome.ANSWERED: "answer", Outcome.RECALLED: "recall"}[Outcome(ended.outcome)]
    assert ended.closed_by.name == name
    assert (ended.seen_at is None) == (name == "recall")
    assert case.history.filter(name__in=("answer", "recall")).count() == 1
    assert_all_holds(case, staff.values())


def test_what_is_being_looked_at_is_not_taken_back(asked, staff):
    """The look asks for no lock: the database decides between the two."""
    case = again(asked.submission)
    back = taking(case, "recall", staff["env"], asked)

    def look() -> None:
        mark_seen([WorkItem.objects.get(pk=asked.pk)], now())

    endings = all_at_once([back, look] * 10)

    ended = WorkItem.objects.get(pk=asked.pk)
    is_back = ended.outcome == Outcome.RECALLED
    assert is_back == (ended.seen_at is None)
    refused = {"MovedMeanwhile": 9} if is_back else {"SeenMeanwhile": 10}
    assert endings == {"done": 11 if is_back else 10, **refused}
    assert_all_holds(case, staff.values())


@pytest.mark.parametrize(
    ("first", "later", "said"),
    [
        ("answer", "recall", "پاسخ به ارجاع"),
        ("recall", "answer", "بازپس‌گیری ارجاع"),
    ],
)
def test_whoever_comes_second_is_told_what_the_first_has_done(asked, staff, first, later, said):
    case, by = again(asked.submission), {"recall": staff["env"], "answer": staff["planning"]}
    taking(case, first, by[first], asked)()
    with pytest.raises(MovedMeanwhile, match=said) as refused:
        taking(case, later, by[later], asked)()
    assert refused.value.status == 409


def test_the_refusal_says_in_words_what_was_done(beside, staff):
    item = at(beside, "env")
    taking(beside, "pass_on", staff["env"], item)()
    with pytest.raises(MovedMeanwhile, match="تأیید و ارسال به میز بعدی") as refused:
        taking(beside, "pass_on", staff["env"], item)()
    assert refused.value.status == 409


def test_twenty_who_seat_one_item_seat_it_once(two_ways, maryam, staff):
    """Sweeps of several hosts, while the desk passes it on."""
    case = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
    item = item_of(case)
    before = item.desk
    Desk.objects.filter(pk=before.pk).update(open=False)
    park = Desk.objects.create(unit=before.unit, park=case.park)

    all_at_once([seating.seat_waiting] * 6)

    assert item_of(case).desk == park
    assert len(seating.moves_of(case)) == 1
