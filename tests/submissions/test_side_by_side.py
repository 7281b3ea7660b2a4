"""Stops that look at a request side by side: opened together, joined by all or by any."""

from __future__ import annotations

import pytest

from accounts.models import User
from services_catalog.models import Service
from submissions.models import Submission, WorkItem
from submissions.refusals import MovedMeanwhile, WhichItem
from submissions.reports.progress import stages_of, where_now
from submissions.states import Outcome, Purpose, State
from submissions.workflow.steps import take_step
from tests.cast import again, begin, item_of, open_to, seat, step

pytestmark = pytest.mark.django_db
Staff = dict[str, User]


def at(case: Submission, stop: str) -> WorkItem:
    """The open decision of one stop."""
    return WorkItem.objects.open().decides().get(submission=case, stop=stop)


def waiting(case: Submission) -> list[str]:
    """The stops whose decision it waits for, in the order of the route."""
    return [item.stop for item in again(case).open_decisions]


@pytest.fixture
def beside(side_by_side: Service, maryam: User, staff: Staff) -> Submission:
    """With three desks at once."""
    case = begin(maryam, side_by_side, answers={"polluting": True})
    return step(step(case, "submit", maryam), "pass_on", staff["desk"])


def test_all_open_at_once_and_the_last_agreement_goes_on(beside: Submission, staff: Staff) -> None:
    assert waiting(beside) == ["env", "technical", "subs"]
    for at_, name in enumerate(("subs", "env", "technical")):
        assert beside.stop == "env"
        beside = step(beside, "pass_on", staff[name])
        assert len(waiting(beside)) == 2 - at_ or waiting(beside) == ["finance", "legal"]
    outcomes = beside.items.decides().filter(stop__in=("env", "technical", "subs"))
    assert set(outcomes.values_list("outcome", flat=True)) == {Outcome.PASSED}
    assert beside.stop == "finance"


def test_one_agreement_is_enough_where_any_may_speak(beside: Submission, staff: Staff) -> None:
    for name in ("subs", "env", "technical"):
        beside = step(beside, "pass_on", staff[name])
    beside = step(beside, "pass_on", staff["legal"])
    assert waiting(beside) == ["deputy"]
    assert beside.items.get(stop="finance").outcome == Outcome.OVERTAKEN
    assert open_to(staff["finance"], beside) == set()
    assert beside in Submission.objects.visible_to(staff["finance"])


def test_a_condition_leaves_a_stop_of_a_group_out(
    side_by_side: Service, maryam: User, staff: Staff
) -> None:
    case = step(begin(maryam, side_by_side, answers={"polluting": False}), "submit", maryam)
    case = step(case, "pass_on", staff["desk"])
    assert waiting(case) == ["env", "technical"]


def test_two_desks_do_not_refuse_each_other(beside: Submission, staff: Staff) -> None:
    seen = beside.last_seq
    for name in ("env", "technical"):
        take_step(beside, "pass_on", by=staff[name], expecting=seen, item=at(beside, name))
    assert waiting(beside) == ["subs"]


def test_a_second_press_passes_one_desk(beside: Submission, staff: Staff) -> None:
    seen, item = beside.last_seq, at(beside, "env")
    take_step(beside, "pass_on", by=staff["env"], expecting=seen, item=item)
    with pytest.raises(MovedMeanwhile):
        take_step(beside, "pass_on", by=staff["env"], expecting=seen, item=item)
    with pytest.raises(MovedMeanwhile):
        take_step(beside, "pass_on", by=staff["env"], expecting=seen)


def test_what_ends_all_is_refused_after_any_other_step(beside: Submission, staff: Staff) -> None:
    seen = beside.last_seq
    step(beside, "pass_on", staff["technical"])
    for name in ("return_for_correction", "reject"):
        with pytest.raises(MovedMeanwhile):
            take_step(
                beside,
                name,
                by=staff["env"],
                expecting=seen,
                note="کامل نیست",
                item=at(beside, "env"),
            )
    assert again(beside).state == State.IN_REVIEW


def test_whoever_has_two_of_them_says_which(beside: Submission, staff: Staff) -> None:
    seat(staff["env"], "subs")
    both = User.objects.get(pk=staff["env"].pk)
    with pytest.raises(WhichItem):
        take_step(beside, "pass_on", by=both, expecting=beside.last_seq)
    take_step(beside, "pass_on", by=both, expecting=beside.last_seq, item=at(beside, "subs"))
    assert waiting(beside) == ["env", "technical"]


def test_different_persons_holds_both_ways_side_by_side(beside: Submission, staff: Staff) -> None:
    """``technical`` says that it is not to be decided by whoever decides at ``env``."""
    seat(staff["technical"], "env")
    both = User.objects.get(pk=staff["technical"].pk)
    take_step(beside, "pass_on", by=both, expecting=beside.last_seq, item=at(beside, "technical"))
    assert open_to(both, again(beside)) == set()


def test_a_return_closes_all_and_those_that_had_agreed_need_not_look_again(
    beside: Submission, maryam: User, staff: Staff
) -> None:
    case = step(beside, "pass_on", staff["technical"])
    case = step(case, "refer", staff["subs"], "نظر شما؟", people=(staff["legal"],))
    case = step(case, "return_for_correction", staff["env"], "کامل نیست")
    assert not case.items.open().exists()
    ended = dict(case.items.values_list("stop", "outcome").filter(purpose=Purpose.DECIDE))
    assert ended == {
        "desk": Outcome.PASSED,
        "env": Outcome.RETURNED,
        "technical": Outcome.PASSED,
        "subs": Outcome.SUSPENDED,
    }
    assert case.items.get(purpose=Purpose.OPINION).outcome == Outcome.SUSPENDED

    case = step(case, "submit", maryam)
    assert waiting(case) == ["env", "subs"]
    case = step(step(case, "pass_on", staff["subs"]), "return_for_correction", staff["env"], "باز")
    assert waiting(step(case, "submit", maryam)) == ["env"]


def test_a_mended_answer_that_leaves_only_those_who_agreed_goes_on(
    beside: Submission, maryam: User, staff: Staff
) -> None:
    for name in ("env", "technical"):
        beside = step(beside, "pass_on", staff[name])
    case = step(beside, "return_for_correction", staff["subs"], "پاسخ درست نیست")
    Submission.objects.filter(pk=case.pk).update(answers={"polluting": False})
    case = step(case, "submit", maryam)
    assert (waiting(case), case.stop) == (["finance", "legal"], "finance")


def test_a_group_at_the_end_is_approved_by_its_last_agreement(
    side_by_side: Service, maryam: User, staff: Staff
) -> None:
    side_by_side.stops.filter(code="deputy").delete()
    side_by_side.save_revision().publish()
    service = Service.objects.get(pk=side_by_side.pk)
    case = step(begin(maryam, service, answers={"polluting": False}), "submit", maryam)
    for name in ("desk", "env", "technical"):
        case = step(case, "pass_on", staff[name])
    assert {"approve", "pass_on"} & open_to(staff["finance"], case) == {"approve"}
    case = step(case, "approve", staff["finance"])
    assert (case.state, case.items.open().count()) == (State.APPROVED, 0)
    assert case.items.get(stop="legal").outcome == Outcome.OVERTAKEN


def test_reopening_opens_the_named_stop_alone(
    beside: Submission, manager: User, staff: Staff
) -> None:
    case = step(beside, "reject", staff["env"], "ممکن نیست")
    assert not case.items.open().exists()
    case = step(case, "reopen", manager, "اشتباه شد", stop="technical")
    assert waiting(case) == ["technical"]
    case = step(case, "pass_on", staff["technical"])
    assert waiting(case) == ["finance", "legal"]


def test_each_desk_of_a_group_has_the_same_part_of_the_promise(
    beside: Submission, staff: Staff
) -> None:
    dues = set(beside.items.open().values_list("due_at", flat=True))
    assert len(dues) == 1
    assert dues.pop() <= beside.due_at


def test_applicant_and_staff_read_who_looks_at_it(beside: Submission, staff: Staff) -> None:
    current = [stage for stage in stages_of(beside) if stage.state == "current"]
    titles = [stop.unit_title for stop in beside.current_group]
    assert [stage.label for stage in current] == [" و ".join(titles)]
    assert where_now(beside) == f"نزد {' و '.join(titles)}"
    case = step(beside, "pass_on", staff["technical"])
    assert where_now(case) == f"نزد {titles[0]} و {titles[2]}"


def test_a_withdrawal_closes_all(beside: Submission, maryam: User, staff: Staff) -> None:
    case = step(beside, "refer", staff["env"], "نظر شما؟", people=(staff["legal"],))
    case = step(case, "withdraw", maryam)
    outcomes = case.items.exclude(stop="desk").values_list("outcome", flat=True)
    assert set(outcomes) == {Outcome.WITHDRAWN}


def test_a_question_asked_onward_ends_with_the_one_above(beside: Submission, staff: Staff) -> None:
    case = step(beside, "refer", staff["env"], "نظر شما؟", people=(staff["legal"],))
    case = step(case, "refer", staff["legal"], "و شما؟", people=(staff["planning"],))
    onward = WorkItem.objects.get(person=staff["planning"])
    assert onward.parent == WorkItem.objects.get(person=staff["legal"])
    case = step(case, "answer", staff["legal"], "مانعی نیست.")
    onward = WorkItem.objects.get(pk=onward.pk)
    assert (onward.outcome, onward.closed_by.by) == (Outcome.OVERTAKEN, staff["legal"])
    assert waiting(case) == ["env", "technical", "subs"]


def test_the_one_item_of_a_case_is_found_without_being_named(
    side_by_side: Service, maryam: User, staff: Staff
) -> None:
    case = step(begin(maryam, side_by_side, answers={"polluting": False}), "submit", maryam)
    assert item_of(case).desk.unit.code == "desk"
    assert open_to(staff["desk"], case) >= {"pass_on", "return_for_correction", "refer"}
