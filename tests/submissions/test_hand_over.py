"""A post keeps its work: all that somebody has goes to a successor, or back to the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from services_catalog.models import Desk, Seat, Service
from submissions import consequences
from submissions.models import HandOver, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.states import Outcome, Purpose, StepName
from submissions.step_details import HandOverDetail
from submissions.workflow import handing_over
from submissions.workflow.handing_over import begin_hand_over, hand_over_items
from submissions.workflow.steps import take_step
from tests.cast import a_body, begin, hire, item_of, seat, step
from tests.submissions.test_consequences import asked, edit, form_of

pytestmark = pytest.mark.django_db
Staff = dict[str, User]
Size = Callable[[int, int], int]


@pytest.fixture
def sima(staff: Staff) -> User:
    user = hire("sima", "reviewer", first="سیما", last="وحدتی")
    seat(user, "desk")
    return user


@pytest.fixture
def desk(staff: Staff) -> Desk:
    return Seat.objects.get(user=staff["desk"]).desk


@pytest.fixture
def taken(two_ways: Service, maryam: User, staff: Staff) -> list[Submission]:
    """Three requests that Sara has."""
    return [take_one(two_ways, maryam, staff) for _ in range(3)]


def take_one(service: Service, applicant: User, staff: Staff) -> Submission:
    case = step(begin(applicant, service, answers={"polluting": False}), "submit", applicant)
    return step(case, "take", staff["desk"])


def held_by(user: User) -> int:
    return WorkItem.objects.open().filter(person=user).count()


def do(order: HandOver) -> HandOver:
    hand_over_items(order.pk)
    return HandOver.objects.get(pk=order.pk)


def test_all_goes_to_the_successor_at_once(
    taken: list[Submission], staff: Staff, sima: User, manager: User, desk: Desk
) -> None:
    order = do(begin_hand_over(staff["desk"], sima, desk, by=manager))

    assert (held_by(staff["desk"]), held_by(sima)) == (0, 3)
    assert (order.moved, order.done_at is None) == (3, False)
    for case in taken:
        (moved,) = case.history.filter(name="hand_over")
        assert moved.item == item_of(case)
        assert moved.note == "از «سارا کریمی» به همکار «سیما وحدتی»، به دستور «شیرین دادگر»"
    # Once more there is nothing to do.
    assert do(begin_hand_over(staff["desk"], sima, desk, by=manager)).moved == 0


def test_without_a_successor_all_lies_at_the_desk_again(
    taken: list[Submission], staff: Staff, sima: User, manager: User, desk: Desk
) -> None:
    do(begin_hand_over(staff["desk"], None, desk, by=manager))
    assert held_by(staff["desk"]) == 0
    assert {item_of(case) for case in taken} == set(WorkItem.objects.waiting_for(sima))


def test_a_killed_one_goes_on_where_it_was(
    taken: list[Submission],
    staff: Staff,
    sima: User,
    manager: User,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = begin_hand_over(staff["desk"], sima, desk, by=manager)
    move = handing_over._move_case

    def die_at_the_second(order: HandOver, case: int) -> bool:
        if case == taken[1].pk:
            raise KeyboardInterrupt
        return move(order, case)

    monkeypatch.setattr(handing_over, "_move_case", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        hand_over_items(order.pk)
    assert held_by(sima) == 1
    monkeypatch.undo()
    HandOver.objects.update(claimed_until=None, not_before=None)

    assert do(order).moved == 3
    assert held_by(staff["desk"]) == 0
    assert [case.history.filter(name="hand_over").count() for case in taken] == [1, 1, 1]


def test_what_the_successor_may_not_decide_goes_to_its_desk(
    taken: list[Submission],
    staff: Staff,
    sima: User,
    maryam: User,
    manager: User,
    desk: Desk,
) -> None:
    Membership.objects.create(user=sima, party=maryam.parties[0], role=Membership.Role.AGENT)
    do(begin_hand_over(staff["desk"], sima, desk, by=manager))
    assert (held_by(staff["desk"]), held_by(sima)) == (0, 0)
    assert item_of(taken[0]).desk == desk


class TestQuestions:
    """What somebody was asked by name lies at no desk."""

    @pytest.fixture
    def asked_of_sara(self, two_ways: Service, maryam: User, staff: Staff) -> Submission:
        case = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
        case = step(case, "pass_on", staff["desk"])
        return step(case, "refer", staff["env"], "نظر شما؟", people=(staff["desk"],))

    def test_go_to_the_successor_or_to_the_desk_that_was_named(
        self, asked_of_sara: Submission, staff: Staff, sima: User, manager: User, desk: Desk
    ) -> None:
        do(begin_hand_over(staff["desk"], sima, desk, by=manager))
        assert asked_of_sara.items.open().get(person=sima).parent is not None
        do(begin_hand_over(sima, None, desk, by=manager))
        assert asked_of_sara.items.open().get(desk=desk).person is None

    def test_are_not_asked_twice(
        self, asked_of_sara: Submission, staff: Staff, sima: User, manager: User, desk: Desk
    ) -> None:
        step(asked_of_sara, "refer", staff["env"], "شما چه؟", people=(sima,))
        do(begin_hand_over(staff["desk"], sima, desk, by=manager))
        mine = asked_of_sara.items.filter(parent__isnull=False)
        assert mine.open().get().person == sima
        assert mine.get(person=staff["desk"]).outcome == Outcome.OVERTAKEN

    def test_nobody_gets_a_question_of_their_own(
        self, asked_of_sara: Submission, staff: Staff, manager: User, desk: Desk
    ) -> None:
        do(begin_hand_over(staff["desk"], staff["env"], desk, by=manager))
        assert asked_of_sara.items.open().get(parent__isnull=False).desk == desk


class TestSeats:
    """The form of a desk."""

    @pytest.fixture
    def root(self, client: Client, admin: User) -> Client:
        client.force_login(admin)
        return client

    def test_who_gets_the_seat_gets_the_work(
        self,
        root: Client,
        taken: list[Submission],
        staff: Staff,
        desk: Desk,
        run_tasks: Callable[[], int],
    ) -> None:
        heir = hire("heir", "reviewer", first="نسرین", last="وارث")
        said = form_of(desk) | {"seats-0-user": heir.pk, "confirmed": "yes"}
        assert root.post(edit(desk), said).status_code == 302
        run_tasks()
        assert (held_by(staff["desk"]), held_by(heir)) == (0, 3)

    def test_who_is_taken_off_leaves_it_to_the_desk_and_that_is_said_before(
        self,
        root: Client,
        taken: list[Submission],
        staff: Staff,
        sima: User,
        desk: Desk,
        run_tasks: Callable[[], int],
    ) -> None:
        said: dict[str, Any] = form_of(desk)
        place = next(
            name.removesuffix("-user")
            for name, value in said.items()
            if name.endswith("-user") and value == staff["desk"].pk
        )
        said |= {f"{place}-DELETE": "on"}
        assert "۳ کار به نام همکاری است که دیگر در این میز نیست" in asked(
            root.post(edit(desk), said)
        )
        assert root.post(edit(desk), said | {"confirmed": "yes"}).status_code == 302
        run_tasks()
        assert held_by(staff["desk"]) == 0
        assert WorkItem.objects.waiting_for(sima).count() == 3

    def test_work_at_another_desk_stays(
        self,
        taken: list[Submission],
        staff: Staff,
        sima: User,
        manager: User,
        desk: Desk,
    ) -> None:
        other = Seat.objects.get(user=staff["legal"]).desk
        order = begin_hand_over(staff["desk"], None, other, by=manager, only_desk=True)
        assert do(order).moved == 0
        assert held_by(staff["desk"]) == 3


def test_the_page_of_managers(
    client: Client,
    taken: list[Submission],
    staff: Staff,
    sima: User,
    manager: User,
    desk: Desk,
    run_tasks: Callable[[], int],
) -> None:
    client.force_login(manager)
    assert "سارا کریمی" in client.get(reverse("hand_overs")).content.decode()
    address = reverse("hand_over", args=[staff["desk"].pk])
    assert "تحویل ۳ کار باز" in client.get(address).content.decode()
    assert client.post(address, {"desk": "", "receiver": sima.pk}).status_code == 422
    assert client.post(address, {"desk": desk.pk, "receiver": staff["desk"].pk}).status_code == 422
    answer = client.post(address, {"desk": desk.pk, "receiver": sima.pk}, follow=True)
    assert "تحویل ۳ کار از «سارا کریمی» به «سیما وحدتی» شروع شد" in answer.content.decode()
    run_tasks()
    assert "۳ کار" in client.get(reverse("hand_overs")).content.decode()
    assert held_by(sima) == 3


@pytest.mark.parametrize("has", ["a body outside", "its desk", "no desk"])
def test_what_nobody_has_is_nobodys_to_hand_over(
    two_ways: Service, maryam: User, staff: Staff, sima: User, desk: Desk, has: str
) -> None:
    """A decision without a desk would lie with somebody who may do nothing about it."""
    case = take_one(two_ways, maryam, staff)
    if has == "a body outside":
        case = step(case, "inquire", staff["desk"], "بلامانع است؟", organisation=a_body())
        item = WorkItem.objects.get(submission=case, purpose=Purpose.INQUIRY)
    else:
        case = step(case, "put_back", staff["desk"])
        item = WorkItem.objects.get(submission=case, purpose=Purpose.DECIDE)
    if has == "no desk":
        WorkItem.objects.filter(pk=item.pk).update(desk=None)
    detail = HandOverDetail(desk=desk, person=sima)
    with pytest.raises(PermissionDenied):
        take_step(
            case, StepName.HAND_OVER, by=None, expecting=case.last_seq, detail=detail, item=item
        )
    # Nor is it said to be when no work is named: what she has herself beside the question is.
    fresh = Submission.objects.get(pk=case.pk)
    offered = SubmissionPolicy().allows(None, StepName.HAND_OVER, fresh)
    assert offered is (has == "a body outside")


def test_two_hundred_go_in_one_operation(
    two_ways: Service,
    maryam: User,
    staff: Staff,
    sima: User,
    manager: User,
    desk: Desk,
    size: Size,
) -> None:
    wanted = size(8, 200)
    for _ in range(wanted):
        take_one(two_ways, maryam, staff)
    order = do(begin_hand_over(staff["desk"], sima, desk, by=manager))
    assert (order.moved, held_by(staff["desk"]), held_by(sima)) == (wanted, 0, wanted)


def test_who_may_decide_no_more_has_so_much_by_name(
    taken: list[Submission], staff: Staff, sima: User
) -> None:
    sara = User.objects.get(pk=staff["desk"].pk)
    assert consequences.measure_colleague(sara, sara)[consequences.OWNED] == 0
    sara.groups.clear()
    assert consequences.measure_colleague(sara, sara)[consequences.OWNED] == 3
