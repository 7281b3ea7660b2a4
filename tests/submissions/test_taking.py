"""Who of a desk has something: taken, given out by the head, put back, acted on by a stand-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from services_catalog.models import Seat, Service
from submissions.models import Submission, WorkItem
from submissions.refusals import MovedMeanwhile, NoColleague
from submissions.reports.report import Report
from submissions.states import Purpose
from submissions.workflow.steps import take_step
from submissions.workflow.taking import take_next
from tests.cast import (
    again,
    begin,
    desk_steps_open,
    hire,
    item_of,
    open_to,
    pass_desks,
    seat,
    step,
)
from web.refusals import NotNow
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
Staff = dict[str, User]
CASE = "submissions_submission_modeladmin_"


@pytest.fixture
def sima(staff: Staff) -> User:
    """A second colleague of the first desk."""
    user = hire("sima", "reviewer", first="سیما", last="وحدتی")
    seat(user, "desk")
    return user


@pytest.fixture
def head(staff: Staff) -> User:
    user = hire("head", "reviewer", first="هادی", last="سرپرست")
    seat(user, "desk", head=True)
    return user


@pytest.fixture
def case(two_ways: Service, maryam: User, staff: Staff) -> Submission:
    """At the first desk, untaken."""
    return step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)


def page(client: Client, user: User, name: str = "inspect", *args: object, query: str = "") -> str:
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(reverse(CASE + name, args=args) + query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


def test_who_has_taken_it_decides_alone_until_it_is_put_back(
    case: Submission, staff: Staff, sima: User
) -> None:
    assert open_to(sima, case) == {"pass_on", "refer", "return_for_correction", "inquire"}
    case = step(case, "take", staff["desk"])

    assert item_of(case).person == staff["desk"]
    assert open_to(sima, case) == set()
    assert desk_steps_open(sima, case) == set()
    assert not WorkItem.objects.waiting_for(sima).exists()
    with pytest.raises(PermissionDenied):
        step(case, "pass_on", sima)

    case = step(case, "put_back", staff["desk"])
    assert item_of(case).person is None
    assert step(case, "pass_on", sima).stop == "env"


def test_the_second_who_takes_is_told(case: Submission, staff: Staff, sima: User) -> None:
    seen = case.last_seq
    take_step(case, "take", by=staff["desk"], expecting=seen)
    with pytest.raises(MovedMeanwhile, match="برداشتن"):
        take_step(case, "take", by=sima, expecting=seen, item=item_of(case))
    with pytest.raises(PermissionDenied):
        step(case, "take", sima)


def test_it_is_on_record_and_no_business_of_the_applicant(
    case: Submission, staff: Staff, maryam: User, client: Client, run_tasks: object
) -> None:
    before = case.updated_at, len(Report(case).entries)
    seen, item = case.last_seq, item_of(case)
    case = step(case, "take", staff["desk"], "برای خودم")
    taken = case.history.get(name="take")

    assert (taken.item, taken.desk, taken.by) == (item, item.desk, staff["desk"])
    assert AuditEntry.objects.filter(action="take", actor_id=staff["desk"].pk).exists()
    assert (case.updated_at, len(Report(case).entries)) == before
    client.force_login(maryam)
    words = client.get(reverse("submissions:report", args=[case.tracking_code])).content.decode()
    assert "برداشت" not in words
    assert "برای خودم" not in words
    # Nor does it stand in the way of what the applicant saw before.
    take_step(case, "withdraw", by=maryam, expecting=seen)


def test_what_is_said_of_a_moved_request_tells_applicants_nothing_of_it(
    case: Submission, staff: Staff, maryam: User
) -> None:
    step(case, "take", staff["desk"])
    assert MovedMeanwhile(case).last_step.name == "submit"
    assert MovedMeanwhile(case, of_staff=True).last_step.name == "take"


def test_the_head_gives_it_to_somebody_of_the_desk(
    case: Submission, staff: Staff, sima: User, head: User
) -> None:
    assert desk_steps_open(sima, case) == {"take"}
    assert desk_steps_open(head, case) == {"take", "assign"}
    for other in (staff["legal"], head, None):
        bad = other if other is not head else hire("stranger", "reviewer")
        with pytest.raises(NoColleague):
            step(case, "assign", head, person=bad)
    case = step(case, "assign", head, "لطفاً امروز", person=sima)
    assert item_of(case).person == sima
    with pytest.raises(NoColleague):
        step(case, "assign", head, person=sima)
    case = step(case, "assign", head, person=staff["desk"])
    assert desk_steps_open(sima, case) == set()
    assert [given.note for given in case.history.filter(name="assign")] == [
        f"به {sima}: لطفاً امروز", f"به {staff['desk']}"
    ]  # fmt: skip
    assert item_of(step(case, "put_back", head)).person is None


def test_a_manager_gives_it_out_too_and_a_superuser_does_not(
    case: Submission, sima: User, manager: User, admin: User
) -> None:
    assert desk_steps_open(manager, case) == {"assign"}
    assert desk_steps_open(admin, case) == set()
    assert item_of(step(case, "assign", manager, person=sima)).person == sima


def test_what_somebody_has_who_may_decide_no_more_is_taken_by_the_others(
    case: Submission, staff: Staff, sima: User
) -> None:
    case = step(case, "take", staff["desk"])
    staff["desk"].groups.clear()
    assert item_of(case) in WorkItem.objects.unattended()
    assert desk_steps_open(sima, case) == {"take"}
    assert item_of(step(case, "take", sima)).person == sima


def test_who_has_left_the_desk_decides_there_no_more(
    case: Submission, staff: Staff, sima: User
) -> None:
    case = step(case, "take", staff["desk"])
    Seat.objects.filter(user=staff["desk"]).delete()
    left = User.objects.get(pk=staff["desk"].pk)
    assert open_to(left, case) == set()
    assert desk_steps_open(left, case) == {"put_back"}
    assert desk_steps_open(sima, case) == {"take"}


def test_whoever_decided_before_takes_nothing_at_a_stop_of_others(
    case: Submission, staff: Staff
) -> None:
    seat(staff["desk"], "deputy")
    case = pass_desks(case, staff, "desk", "env")
    both = User.objects.get(pk=staff["desk"].pk)
    assert desk_steps_open(both, case) == set()
    with pytest.raises(NotNow):
        take_next(both)
    assert desk_steps_open(staff["deputy"], case) == {"take"}


class TestNext:
    def test_the_most_urgent_one_that_nobody_has(
        self, two_ways: Service, maryam: User, staff: Staff, sima: User
    ) -> None:
        first, second = (
            step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
            for _ in range(2)
        )
        WorkItem.objects.filter(submission=second).update(
            due_at=item_of(first).due_at - timedelta(days=1)
        )
        assert take_next(staff["desk"]).submission == second
        assert take_next(sima).submission == first
        with pytest.raises(NotNow):
            take_next(sima)

    def test_one_who_came_too_late_gets_the_next(
        self,
        two_ways: Service,
        maryam: User,
        staff: Staff,
        sima: User,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Both have read the same list; the other one is quicker."""
        first, second = (
            step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
            for _ in range(2)
        )
        keys = [item_of(first).pk, item_of(second).pk]
        monkeypatch.setattr("submissions.workflow.taking.first_keys", lambda *args, **kwargs: keys)
        assert take_next(staff["desk"]).submission == first
        assert take_next(sima).submission == second

    def test_by_the_button(self, client: Client, case: Submission, staff: Staff) -> None:
        assert "برداشتن کار بعدی" in page(client, staff["desk"], "index")
        address = reverse(f"{CASE}take_next")
        assert client.get(address).status_code == 405
        answer = client.post(address, follow=True)
        assert "نزد شما" in answer.content.decode()
        answer = client.post(address, follow=True)
        assert "کار برداشته‌نشده‌ای" in answer.content.decode()


class TestPages:
    def test_a_colleague_reads_who_has_it_and_why_it_is_shut(
        self, client: Client, case: Submission, staff: Staff, sima: User
    ) -> None:
        case = step(case, "take", staff["desk"])
        words = page(client, sima, "inspect", case.pk)
        assert "نزد سارا کریمی" in words
        assert "از مسئول میز یا مدیر سامانه بخواهید" in words
        assert case.tracking_code not in page(client, sima, "index")
        assert "سارا کریمی" in page(client, sima, "index", query="?list=taken")

    def test_a_list_of_the_taken_is_empty_for_whoever_has_no_desk(
        self, client: Client, case: Submission, staff: Staff
    ) -> None:
        step(case, "take", staff["desk"])
        nobody = hire("no-desk", "reviewer")
        assert "سارا" not in page(client, nobody, "index", query="?list=taken")

    def test_a_head_is_not_sent_to_the_head(
        self, client: Client, case: Submission, staff: Staff, head: User
    ) -> None:
        case = step(case, "take", staff["desk"])
        words = page(client, head, "inspect", case.pk)
        assert "آن را به همکار دیگری بسپارید یا به میز برگردانید" in words
        assert "از مسئول میز" not in words

    def test_the_head_gives_it_out_on_its_page(
        self, client: Client, case: Submission, staff: Staff, sima: User, head: User
    ) -> None:
        item = item_of(case)
        words = page(client, head, "step", case.pk, "assign", query=f"?item={item.pk}")
        assert "سیما وحدتی" in words
        assert "مجید احمدی" not in words
        said = {"expecting": case.last_seq, "item": item.pk, "person": sima.pk, "note": "فوری"}
        address = reverse(f"{CASE}step", args=[case.pk, "assign"])
        assert client.post(address, said | {"person": ""}).status_code == 422
        assert client.post(address, said).status_code == 302
        assert item_of(case).person == sima
        assert client.post(address, said).status_code == 409
        assert "فوری" in page(client, sima, "history", case.pk)

    def test_neither_page_asks_much(
        self,
        client: Client,
        case: Submission,
        staff: Staff,
        head: User,
        django_assert_max_num_queries: object,
    ) -> None:
        case = step(case, "take", staff["desk"])
        page(client, head, "index")
        for name, args, query in (
            ("index", (), "?list=taken"),
            ("index", (), "?list=mine"),
            ("inspect", (case.pk,), ""),
        ):
            with django_assert_max_num_queries(15):  # type: ignore[operator]
                client.get(reverse(CASE + name, args=args) + query)


class TestStandIn:
    @pytest.fixture
    def stand_in(self, case: Submission, staff: Staff) -> User:
        """For Sara, who has taken it and is away."""
        step(case, "take", staff["desk"])
        user = hire("stand-in", "reviewer", first="جواد", last="نایب")
        away = {"away_from": localdate(), "stand_in": user}
        Seat.objects.filter(user=staff["desk"]).update(**away)
        return user

    def test_it_is_theirs_meanwhile_and_stands_in_the_record(
        self, client: Client, case: Submission, staff: Staff, stand_in: User, maryam: User
    ) -> None:
        item = item_of(case)
        assert item in WorkItem.objects.waiting_for(stand_in)
        assert WorkItem.objects.most_urgent_for(stand_in, 5) == [item]
        assert "به جانشینی از سارا کریمی" in page(client, stand_in, "inspect", case.pk)
        absent = User.objects.get(pk=staff["desk"].pk)
        assert open_to(absent, again(case)) == set()

        case = step(case, "pass_on", stand_in)
        passed = case.history.get(name="pass_on")
        assert (passed.by, passed.standing_in_for) == (stand_in, staff["desk"])
        for name in ("inspect", "history"):
            assert "به جانشینی از سارا کریمی" in page(client, stand_in, name, case.pk)
        client.force_login(maryam)
        report = client.get(reverse("submissions:report", args=[case.tracking_code]))
        assert "جانشینی" not in report.content.decode()

    def test_at_an_own_place_nobody_stands_in(
        self, case: Submission, staff: Staff, stand_in: User
    ) -> None:
        case = step(case, "put_back", stand_in)
        assert case.history.last().standing_in_for == staff["desk"]
        seat(stand_in, "desk")
        case = step(case, "pass_on", User.objects.get(pk=stand_in.pk))
        assert case.history.last().standing_in_for is None

    def test_what_an_absent_one_has_elsewhere_is_not_theirs(
        self, case: Submission, staff: Staff, stand_in: User
    ) -> None:
        """They stand in at one desk; at another one the absent has nobody."""
        seat(staff["desk"], "env")
        case = step(case, "pass_on", stand_in)
        case = step(case, "take", User.objects.get(pk=staff["desk"].pk))
        assert item_of(case).person == staff["desk"]
        assert open_to(stand_in, case) == set()


def test_what_a_desk_was_asked_is_taken_like_the_rest(
    case: Submission, staff: Staff, sima: User
) -> None:
    desk = Seat.objects.get(user=staff["legal"]).desk
    case = step(case, "refer", sima, "نظر شما؟", desks=(desk,))
    asked = case.items.get(purpose=Purpose.OPINION)
    case = step(case, "take", staff["legal"])
    with pytest.raises(NoColleague):
        step(case, "refer", sima, "نظر شما؟", people=(staff["legal"],))
    case = step(case, "refer", sima, "دوباره؟", desks=(desk,))
    with pytest.raises(NotNow):
        step(case, "put_back", staff["legal"])
    take_step(
        case, "answer", by=staff["legal"], expecting=case.last_seq, note="مانعی ندارد", item=asked
    )
    assert WorkItem.objects.get(pk=asked.pk).outcome == "answered"
