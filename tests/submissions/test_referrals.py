"""An ارجاع: several are asked, for something, until a day; seen, answered, asked onward, recalled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from accounts.models import Membership, User
from persian.jalali import jdate_numeric
from services_catalog.models import Desk, Seat
from submissions import consequences
from submissions.models import Submission, WorkItem
from submissions.refusals import BadDeadline, MovedMeanwhile, NoColleague, NoteNeeded, SeenMeanwhile
from submissions.states import Outcome, Purpose, State
from submissions.workflow.steps import take_step
from submissions.workflow.work_items import mark_seen
from tests.cast import again, open_to, step

pytestmark = pytest.mark.django_db
Staff = dict[str, User]
CASE = "submissions_submission_modeladmin_"
WORDS = "لطفاً تا پایان وقت اداری اعلام نظر فرمایید."


def desk_at(unit: str) -> Desk:
    return Desk.objects.get(unit__code=unit, province__slug="isfahan", park=None)


def refer(case: Submission, by: User, *people: User, **detail: Any) -> Submission:
    return step(case, "refer", by, WORDS, people=people, **detail)


def asked_of(person: User) -> WorkItem:
    return WorkItem.objects.get(person=person)


def page_of(case: Submission, name: str = "inspect") -> str:
    return reverse(f"{CASE}{name}", args=[case.pk])


def send(client: Client, case: Submission, name: str, item: WorkItem, **said: Any) -> Any:
    """Post a step on one item as the page that shows the present state would."""
    said = {"expecting": again(case).last_seq, "note": WORDS, "item": item.pk} | said
    return client.post(reverse(f"{CASE}step", args=[case.pk, name]), said)


@pytest.fixture
def sara(client: Client, staff: Staff, signed_in: Any) -> Client:
    """The browser of Sara, who has the request in hand."""
    return signed_in(client, staff["desk"])


@pytest.fixture
def own(submitted: Submission) -> WorkItem:
    """What Sara has in hand."""
    return submitted.items.get()


class TestForm:
    def test_several_colleagues_and_desks_are_asked_at_once(
        self, sara: Client, submitted: Submission, own: WorkItem, staff: Staff
    ) -> None:
        day = localdate(own.due_at)
        answer = send(
            sara,
            submitted,
            "refer",
            own,
            asked=[staff["legal"].pk, staff["planning"].pk],
            desks=[desk_at("finance").pk],
            purpose="action",
            due=jdate_numeric(day),
        )
        assert answer.status_code == 302
        opened = submitted.items.open().exclude(pk=own.pk)
        assert {item.person or item.desk for item in opened} == {
            staff["legal"],
            staff["planning"],
            desk_at("finance"),
        }
        assert {(item.purpose, item.parent, localdate(item.due_at)) for item in opened} == {
            ("action", own, day)
        }
        assert max(item.due_at for item in opened) <= own.due_at
        assert submitted.history.filter(name="refer").count() == 1

    def test_whoever_may_not_be_asked_is_named_beside_the_field_and_nothing_is_lost(
        self, sara: Client, submitted: Submission, own: WorkItem, staff: Staff
    ) -> None:
        Membership.objects.create(user=staff["legal"], party=submitted.party)
        closed = desk_at("finance")
        Desk.objects.filter(pk=closed.pk).update(open=False)
        said = {"asked": [staff["legal"].pk, staff["planning"].pk], "desks": [closed.pk]}

        answer = send(sara, submitted, "refer", own, purpose="information", **said)

        form = answer.context["step_form"]
        assert answer.status_code == 422
        assert "مربوط به" in form.errors["asked"][0]
        assert "دایر نیست" in form.errors["desks"][0]
        html = answer.content.decode()
        assert WORDS in html
        assert html.count("checked") == 3
        assert '<option value="information" selected>' in html
        assert not submitted.history.filter(name="refer").exists()

    def test_nobody_at_all_is_asked_for(
        self, sara: Client, submitted: Submission, own: WorkItem
    ) -> None:
        answer = send(sara, submitted, "refer", own, purpose="opinion")
        assert answer.status_code == 422
        assert "asked" in answer.context["step_form"].errors

    def test_the_day_lies_between_today_and_the_askers_own(
        self, sara: Client, submitted: Submission, own: WorkItem, staff: Staff
    ) -> None:
        said = {"asked": staff["legal"].pk, "purpose": "opinion"}
        for day in (localdate() - timedelta(1), localdate(own.due_at) + timedelta(1)):
            answer = send(sara, submitted, "refer", own, due=jdate_numeric(day), **said)
            assert answer.status_code == 422
            assert "due" in answer.context["step_form"].errors
        # Whose own time is over may still give others some.
        WorkItem.objects.filter(pk=own.pk).update(due_at=now() - timedelta(days=3))
        later = localdate() + timedelta(days=9)
        answer = send(sara, submitted, "refer", own, due=jdate_numeric(later), **said)
        assert answer.status_code == 302
        assert localdate(asked_of(staff["legal"]).due_at) >= later

    def test_those_who_cannot_be_asked_are_not_offered(
        self, sara: Client, submitted: Submission, own: WorkItem, staff: Staff
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"], desks=(desk_at("finance"),))
        page = sara.get(reverse(f"{CASE}step", args=[submitted.pk, "refer"]))
        form = page.context["step_form"]
        people = {key for key, _label in form.fields["asked"].choices}
        desks = {key for key, _label in form.fields["desks"].choices}
        assert staff["planning"].pk in people
        assert not {staff["desk"].pk, staff["legal"].pk} & people
        assert desk_at("technical").pk in desks
        assert not {desk_at("desk").pk, desk_at("finance").pk} & desks


class TestCircle:
    def test_neither_the_askers_nor_their_desk_are_asked_back(
        self, submitted: Submission, staff: Staff
    ) -> None:
        case = refer(submitted, staff["desk"], staff["legal"])
        case = refer(case, staff["legal"], staff["planning"])
        for asked in ({"people": (staff["desk"],)}, {"people": (staff["legal"],)}):
            with pytest.raises(NoColleague, match="به شما ارجاع داده است"):
                step(case, "refer", staff["planning"], WORDS, **asked)
        with pytest.raises(NoColleague, match="به همان میز"):
            step(case, "refer", staff["planning"], WORDS, desks=(desk_at("desk"),))

    def test_a_desk_where_nobody_is_or_where_one_sits_is_not_asked(
        self, submitted: Submission, staff: Staff
    ) -> None:
        Seat.objects.filter(desk=desk_at("finance")).delete()
        for unit, words in (("finance", "همکاری برای پاسخ وجود ندارد"), ("desk", "میز خود شماست")):
            with pytest.raises(NoColleague, match=words):
                step(submitted, "refer", staff["desk"], WORDS, desks=(desk_at(unit),))

    def test_the_deadline_holds_at_every_door(
        self, submitted: Submission, own: WorkItem, staff: Staff
    ) -> None:
        for due in (now() - timedelta(days=2), own.due_at + timedelta(days=1)):
            with pytest.raises(BadDeadline):
                refer(submitted, staff["desk"], staff["legal"], due_at=due)


class TestAnswer:
    def test_what_was_for_information_is_closed_by_one_key_without_words(
        self, client: Client, submitted: Submission, staff: Staff, signed_in: Any
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"], purpose=Purpose.INFORMATION)
        item = asked_of(staff["legal"])
        page = signed_in(client, staff["legal"]).get(page_of(submitted)).content.decode()
        assert "مشاهده شد</button>" in page

        assert send(client, submitted, "answer", item, note="").status_code == 302

        assert asked_of(staff["legal"]).outcome == Outcome.ANSWERED

    @pytest.mark.parametrize("purpose", [Purpose.OPINION, Purpose.ACTION])
    def test_the_others_are_answered_in_words(
        self, submitted: Submission, staff: Staff, purpose: Purpose
    ) -> None:
        case = refer(submitted, staff["desk"], staff["legal"], purpose=purpose)
        with pytest.raises(NoteNeeded):
            step(case, "answer", staff["legal"], " ")

    def test_a_desk_that_was_asked_answers_by_any_of_its_people(
        self, submitted: Submission, staff: Staff
    ) -> None:
        case = refer(submitted, staff["desk"], desks=(desk_at("finance"),))
        assert "answer" in open_to(staff["finance"], case)
        answered = step(case, "answer", staff["finance"], "مانعی نیست.").history.last()
        assert (answered.desk, answered.unit) == (desk_at("finance"), desk_at("finance").unit.title)

    def test_an_answer_keeps_the_unit_and_opens_the_case_to_nobody_there(
        self, submitted: Submission, staff: Staff
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"])
        beside = User.objects.create_user("beside", is_staff=True)
        Seat.objects.create(desk=desk_at("legal"), user=beside)
        answered = step(submitted, "answer", staff["legal"], "مانعی نیست.").history.last()
        unit = desk_at("legal").unit.title
        Seat.objects.filter(user=staff["legal"]).update(desk=desk_at("env"))
        assert (answered.desk, answered.unit) == (None, unit)
        assert submitted not in Submission.objects.visible_to(beside)


class TestSeen:
    def test_a_page_that_is_fetched_marks_nothing_and_a_post_marks_once(
        self, client: Client, submitted: Submission, staff: Staff, signed_in: Any
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"])
        signed_in(client, staff["legal"])
        page = client.get(page_of(submitted)).content.decode()
        assert "data-seen" in page
        assert client.get(page_of(submitted, "seen")).status_code == 405
        assert asked_of(staff["legal"]).seen_at is None

        sent = client.post(
            page_of(submitted, "seen"), headers={"X-Requested-With": "XMLHttpRequest"}
        )
        first = asked_of(staff["legal"]).seen_at
        client.post(page_of(submitted, "seen"))

        assert (sent.status_code, asked_of(staff["legal"]).seen_at) == (204, first)
        assert first is not None
        assert "data-seen" not in client.get(page_of(submitted)).content.decode()
        shown = signed_in(client, staff["desk"]).get(page_of(submitted)).content.decode()
        assert "مشاهده شد، " in shown

    def test_it_marks_what_is_ones_own_alone(
        self, client: Client, submitted: Submission, staff: Staff, signed_in: Any, manager: User
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"])
        signed_in(client, staff["desk"]).post(page_of(submitted, "seen"))
        assert submitted.items.get(purpose="decide").seen_at is not None
        assert asked_of(staff["legal"]).seen_at is None
        assert signed_in(client, manager).post(page_of(submitted, "seen")).status_code == 403
        assert signed_in(client, staff["env"]).post(page_of(submitted, "seen")).status_code == 404

    def test_a_request_without_the_token_of_the_page_marks_nothing(
        self, submitted: Submission, staff: Staff, signed_in: Any
    ) -> None:
        strict = signed_in(Client(enforce_csrf_checks=True), staff["desk"])
        assert strict.post(page_of(submitted, "seen")).status_code == 403
        assert submitted.items.get().seen_at is None

    def test_whoever_acts_has_seen_it(self, submitted: Submission, staff: Staff) -> None:
        case = refer(submitted, staff["desk"], staff["legal"])
        refer(case, staff["legal"], staff["planning"])
        assert asked_of(staff["legal"]).seen_at is not None
        assert submitted.items.get(purpose="decide").seen_at is not None


class TestRecall:
    def test_the_asker_takes_back_what_nobody_has_seen(
        self, sara: Client, submitted: Submission, staff: Staff
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"], staff["planning"])
        item = asked_of(staff["legal"])
        way = reverse(f"{CASE}step", args=[submitted.pk, "recall"]) + f"?item={item.pk}"
        assert way in sara.get(page_of(submitted)).content.decode()
        assert WORDS in sara.get(way).content.decode()

        assert send(sara, submitted, "recall", item, note="").status_code == 302

        recalled = asked_of(staff["legal"])
        assert (recalled.outcome, recalled.closed_by.by) == (Outcome.RECALLED, staff["desk"])
        assert recalled.closed_by.desk == desk_at("desk")
        assert asked_of(staff["planning"]).closed_by is None
        case = refer(submitted, staff["desk"], staff["legal"])
        assert case.state == State.IN_REVIEW

    def test_what_was_seen_meanwhile_stays_and_is_told(
        self, sara: Client, submitted: Submission, staff: Staff
    ) -> None:
        refer(submitted, staff["desk"], staff["legal"])
        item = asked_of(staff["legal"])
        mark_seen([item], now())

        refused = send(sara, submitted, "recall", item)

        assert refused.status_code == 409
        assert "این ارجاع مشاهده شده است" in refused.content.decode()
        assert WORDS in refused.content.decode()
        assert "بازپس‌گیری<span" not in sara.get(page_of(submitted)).content.decode()
        with pytest.raises(SeenMeanwhile):
            step(submitted, "recall", staff["desk"])

    def test_the_database_decides_when_it_is_seen_after_the_look(
        self, submitted: Submission, staff: Staff, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Seeing asks for no lock: it may come between the policy and the closing."""
        case = refer(submitted, staff["desk"], staff["legal"])
        item = asked_of(staff["legal"])
        seq = case.last_seq
        stale = WorkItem.objects.get(pk=item.pk)
        mark_seen([item], now())
        monkeypatch.setattr(Submission, "open_items", [stale])
        with pytest.raises(SeenMeanwhile):
            take_step(case, "recall", by=staff["desk"], expecting=seq, item=stale)
        assert again(case).last_seq == seq

    def test_a_recall_that_meets_an_answer_is_refused_in_words(
        self, sara: Client, submitted: Submission, staff: Staff
    ) -> None:
        case = refer(submitted, staff["desk"], staff["legal"])
        item, seen = asked_of(staff["legal"]), case.last_seq
        step(case, "answer", staff["legal"], "مانعی نیست.")
        refused = send(sara, submitted, "recall", item, expecting=seen)
        assert refused.status_code == 409
        assert "پاسخ به ارجاع" in refused.content.decode()

    def test_an_answer_that_meets_a_recall_keeps_its_words(
        self, client: Client, submitted: Submission, staff: Staff, signed_in: Any
    ) -> None:
        case = refer(submitted, staff["desk"], staff["legal"])
        item, seen = asked_of(staff["legal"]), case.last_seq
        step(case, "recall", staff["desk"])
        signed_in(client, staff["legal"])
        answer = "از نظر حقوقی مانعی برای ادامه دیده نمی‌شود."
        refused = send(client, submitted, "answer", item, expecting=seen, note=answer)
        assert refused.status_code == 409
        assert answer in refused.content.decode()

    def test_nobody_else_takes_it_back(self, submitted: Submission, staff: Staff) -> None:
        case = refer(submitted, staff["desk"], staff["legal"])
        item = asked_of(staff["legal"])
        for other in (staff["legal"], staff["planning"]):
            with pytest.raises(PermissionDenied):
                take_step(case, "recall", by=other, expecting=case.last_seq, item=item)
        with pytest.raises(PermissionDenied):
            own = case.items.get(purpose="decide")
            take_step(case, "recall", by=staff["desk"], expecting=case.last_seq, item=own)

    def test_it_is_refused_once_the_case_went_on(self, submitted: Submission, staff: Staff) -> None:
        case = refer(submitted, staff["desk"], staff["legal"])
        item = asked_of(staff["legal"])
        step(case, "pass_on", staff["desk"])
        with pytest.raises(MovedMeanwhile):
            take_step(case, "recall", by=staff["desk"], expecting=case.last_seq, item=item)


class TestTree:
    @pytest.fixture
    def talked(self, submitted: Submission, staff: Staff) -> Submission:
        """Six are asked on three levels: one has answered, one was taken back."""
        case = refer(submitted, staff["desk"], staff["legal"], staff["planning"])
        case = step(case, "refer", staff["desk"], "میز مالی", desks=(desk_at("finance"),))
        case = step(case, "refer", staff["legal"], "پرسش دوم", people=(staff["env"],))
        case = step(
            case, "refer", staff["env"], "پرسش سوم", people=(staff["technical"], staff["subs"])
        )
        case = step(case, "answer", staff["subs"], "پاسخ محرمانه")
        technical = asked_of(staff["technical"])
        take_step(case, "recall", by=staff["env"], expecting=case.last_seq, item=technical)
        return again(case)

    def test_it_tells_who_asked_whom_below_each_other(
        self, sara: Client, talked: Submission, staff: Staff
    ) -> None:
        first, second = sara.get(page_of(talked)).context["review"].questions
        legal, planning = first.asked
        assert (legal.item.person, planning.onward) == (staff["legal"], [])
        assert second.asked[0].item.desk == desk_at("finance")
        (onward,) = legal.onward
        assert (onward.step.by, onward.unit) == (staff["legal"], desk_at("legal").unit.title)
        (third,) = onward.asked[0].onward
        outcomes = [asked.item.outcome for asked in third.asked]
        assert outcomes == [Outcome.RECALLED, Outcome.ANSWERED]
        recallable = [asked.may_recall for asked in (legal, planning, *second.asked, *third.asked)]
        assert recallable == [False, True, True, False, False]

    @pytest.mark.usefixtures("kept_between_pages")
    def test_case_page_and_history_show_it_in_few_queries(
        self, sara: Client, talked: Submission, django_assert_max_num_queries: Any
    ) -> None:
        sara.get("/admin/")
        for name in ("inspect", "history"):
            with django_assert_max_num_queries(15):
                html = sara.get(page_of(talked, name)).content.decode()
            for told in ("پرسش سوم", "پاسخ محرمانه", "بازپس گرفته شد", "جهت اظهار نظر"):
                assert told in html

    def test_the_applicant_reads_neutral_lines_alone(
        self, client: Client, talked: Submission, maryam: User, signed_in: Any
    ) -> None:
        report = reverse("submissions:report", args=[talked.tracking_code])
        html = signed_in(client, maryam).get(report).content.decode()
        for line in ("به همکار دیگری ارجاع شد", "به ارجاع پاسخ داده شد", "ارجاع بازپس گرفته شد"):
            assert line in html
        for inside in (WORDS, "پرسش سوم", "پاسخ محرمانه", "میز مالی", "مشاهده شد"):
            assert inside not in html

    def test_what_is_left_open_counts_when_somebody_leaves(
        self, talked: Submission, staff: Staff
    ) -> None:
        planning, desk = staff["planning"], desk_at("finance")
        assert consequences.measure_colleague(planning, planning)[consequences.ASKED] == 0
        planning.groups.clear()
        assert consequences.measure_colleague(planning, planning)[consequences.ASKED] == 1
        assert consequences.measure_desk(desk, desk)[consequences.ASKED_THERE] == 0
        staff["finance"].groups.clear()
        assert consequences.measure_desk(desk, desk)[consequences.ASKED_THERE] == 1
