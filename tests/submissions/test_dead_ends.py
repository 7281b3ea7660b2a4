"""No case may end where nobody can act, and no name under words that it has not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Membership, User
from services_catalog.models import Desk, Park, RouteStop, Seat, Unit
from submissions.drafts.editing import save_answers, set_place
from submissions.models import Submission, WorkItem
from submissions.reports.report import Report
from submissions.workflow import seating
from tests import cast
from tests.cast import again, begin, open_to, pass_desks, step
from web.refusals import NotNow
from work.sweeps import sweep

TO_THE_SECRETARIAT = ("desk", "subs", "finance", "technical", "deputy")


@pytest.fixture
def at_the_secretariat(submitted, staff) -> Submission:
    """Signed by the deputy; the secretariat has it."""
    return pass_desks(submitted, staff, *TO_THE_SECRETARIAT)


def returned(case, staff) -> Submission:
    return step(case, "return_for_correction", staff["secretariat"], "لطفاً بازبینی کنید.")


class TestSignature:
    def test_what_was_mended_after_the_signature_is_signed_again(
        self, at_the_secretariat, staff, maryam
    ):
        case = returned(at_the_secretariat, staff)
        save_answers(case, by=maryam, answers={"requested_power": 900})

        case = step(again(case), "submit", maryam)

        assert case.stop == "deputy"
        case = step(case, "pass_on", staff["deputy"])
        assert case.stop == "secretariat"
        case = step(case, "approve", staff["secretariat"])
        assert case.letters.get().facts["signers"][0]["name"] == str(staff["deputy"])

    def test_a_new_file_is_a_change_too(self, at_the_secretariat, staff, maryam):
        case = returned(at_the_secretariat, staff)
        cast.bring(case, "power_form")

        assert step(again(case), "submit", maryam).stop == "deputy"

    def test_what_says_the_same_goes_back_to_where_it_was(self, at_the_secretariat, staff, maryam):
        case = returned(at_the_secretariat, staff)

        assert step(again(case), "submit", maryam).stop == "secretariat"


class TestAnotherContract:
    @pytest.fixture
    def moved(self, at_the_secretariat, staff, maryam) -> Submission:
        """Returned whole; the applicant asks the same for another contract of theirs."""
        case = returned(at_the_secretariat, staff)
        other = cast.register("1403/7007", case.party, park="mahmoudabad")
        return step(set_place(case, by=maryam, contract=other), "submit", maryam)

    def test_it_begins_anew_and_no_desk_is_passed_by(self, moved, staff):
        assert moved.stop == "desk"
        case = pass_desks(moved, staff, *TO_THE_SECRETARIAT)
        letter = step(case, "approve", staff["secretariat"]).letters.get()
        assert letter.facts["contract"] == "1403/7007"

    def test_what_was_handed_in_before_stays_as_it_was(self, moved):
        first, second = Report(moved).filings
        assert (first.contract.number, second.contract.number) == ("1402/1001", "1403/7007")
        changed = {change.label: change.new for change in Report(moved).entries[0].changes}
        assert changed["شمارهٔ قرارداد"] == "۱۴۰۳/۷۰۰۷"
        assert changed["شهرک"] == second.park.name


class TestDeskThatOpensLater:
    def test_a_waiting_case_is_taken_up_by_the_next_sweep(self, draft, maryam, staff):
        first = Desk.objects.get(unit__code="desk", province__slug="isfahan", park=None)
        Desk.objects.filter(pk=first.pk).update(open=False)
        case = step(draft, "submit", maryam)
        assert cast.desk_of(case) is None
        assert sweep()["waiting for a desk"] == 0

        Desk.objects.filter(pk=first.pk).update(open=True)
        assert sweep()["waiting for a desk"] == 1

        seated = again(case)
        assert cast.desk_of(seated) == first
        assert (seated.due_at, seated.last_seq) == (case.due_at, case.last_seq)
        assert "pass_on" in open_to(staff["desk"], seated)

    def test_cases_that_nobody_can_take_yet_do_not_stand_in_the_way(
        self, draft, maryam, staff, monkeypatch, two_ways
    ):
        """More of them than one sweep seats, all of a place that has no desk."""
        monkeypatch.setattr(seating, "SEATED_AT_ONCE", 1)
        yazd = Park.objects.select_related("province").get(province__slug="yazd")
        Desk.objects.filter(province__slug="yazd").update(open=False)
        for _ in range(3):
            far = begin(
                maryam, two_ways, park=yazd, province=yazd.province, answers={"polluting": False}
            )
            step(far, "submit", maryam)
        first = Desk.objects.filter(unit__code="desk", province__slug="isfahan", park=None)
        first.update(open=False)
        case = step(draft, "submit", maryam)
        first.update(open=True)

        assert sweep()["waiting for a desk"] == 1
        assert cast.desk_of(again(case)) == first.get()
        assert WorkItem.objects.unattended().filter(desk=None).count() == 3


class TestDeskThatIsLeft:
    @pytest.fixture
    def in_the_park(self, draft, maryam, staff) -> Submission:
        """Handed in where the park has a first desk of its own, with one colleague."""
        province = Desk.objects.get(unit__code="desk", province__slug="isfahan", park=None)
        desk = Desk.objects.create(unit=province.unit, province=draft.province, park=draft.park)
        Seat.objects.create(desk=desk, user=cast.hire("jey", "reviewer"))
        case = step(draft, "submit", maryam)
        assert cast.desk_of(case) == desk
        return case

    def of_the_province(self, case) -> Desk:
        return Desk.objects.get(unit=cast.desk_of(case).unit, province=case.province, park=None)

    def close(self, case) -> None:
        Desk.objects.filter(pk=cast.desk_of(case).pk).update(open=False)

    def empty(self, case) -> None:
        cast.desk_of(case).seats.all().delete()

    def dismiss(self, case) -> None:
        User.objects.filter(seats__desk=cast.desk_of(case)).update(is_active=False)

    def retrain(self, case) -> None:
        User.objects.get(seats__desk=cast.desk_of(case)).groups.set(
            Group.objects.filter(name="editor")
        )

    @pytest.mark.parametrize("way", ["close", "empty", "dismiss", "retrain"])
    def test_its_cases_go_to_the_wider_desk_on_the_record(
        self, in_the_park, staff, manager, client, way
    ):
        assert sweep()["waiting for a desk"] == 0
        left = cast.desk_of(in_the_park)
        getattr(self, way)(in_the_park)

        assert sweep()["waiting for a desk"] == 1
        moved = again(in_the_park)
        assert cast.desk_of(moved) == self.of_the_province(in_the_park)
        assert (moved.due_at, moved.stop, moved.last_seq) == (
            in_the_park.due_at,
            in_the_park.stop,
            in_the_park.last_seq,
        )
        assert "pass_on" in open_to(staff["desk"], moved)
        assert sweep()["waiting for a desk"] == 0

        client.force_login(manager)
        history = reverse("submissions_submission_modeladmin_history", args=[moved.pk])
        page = client.get(history).content.decode()
        assert str(left) in page
        assert str(cast.desk_of(moved)) in page

    def test_a_leave_moves_nothing(self, in_the_park):
        before = cast.desk_of(in_the_park)
        before.seats.update(away_from=localdate())

        assert sweep()["waiting for a desk"] == 0
        assert cast.desk_of(in_the_park) == before

    def test_where_nobody_else_is_they_stay_and_are_seen(self, in_the_park, staff):
        Seat.objects.filter(user=staff["desk"]).delete()
        self.empty(in_the_park)

        assert sweep()["waiting for a desk"] == 0
        assert cast.item_of(in_the_park) in WorkItem.objects.unattended()

    def test_a_new_case_does_not_go_to_an_empty_desk(self, in_the_park, maryam, staff):
        self.empty(in_the_park)
        case = cast.complete_draft(maryam, in_the_park.version.service)

        assert cast.desk_of(step(case, "submit", maryam)) == self.of_the_province(in_the_park)


class TestRetiredUnit:
    """Its desk was dissolved and the service goes past it now; an older request still names it."""

    @pytest.fixture
    def on_its_way(self, two_ways, maryam, staff) -> Submission:
        case = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
        unit = Unit.objects.get(code="env")
        RouteStop.objects.filter(unit=unit).delete()
        Desk.objects.filter(unit=unit).delete()
        return case

    def test_it_is_not_deleted_as_long_as_a_request_names_it(self, on_its_way):
        with pytest.raises(ProtectedError):
            Unit.objects.get(code="env").delete()

    def test_it_is_named_and_waits_where_managers_see_it(
        self, on_its_way, maryam, staff, manager, client
    ):
        page = reverse("submissions_submission_modeladmin_inspect", args=[on_its_way.pk])
        client.force_login(staff["desk"])
        assert "تأیید و ارسال به کارشناس محیط زیست" in client.get(page).content.decode()

        case = step(on_its_way, "pass_on", staff["desk"])

        assert (case.stop, cast.desk_of(case)) == ("env", None)
        client.force_login(maryam)
        report = client.get(reverse("submissions:report", args=[case.tracking_code]))
        assert "کارشناس محیط زیست" in report.content.decode()
        client.force_login(manager)
        listed = client.get(reverse("submissions_submission_modeladmin_index") + "?list=no-desk")
        assert [row.tracking_code for row in listed.context["object_list"]] == [case.tracking_code]
        assert "هنوز میزی تعریف نشده است" in client.get(page).content.decode()
        assert sweep()["waiting for a desk"] == 0

    def test_it_goes_on_once_the_unit_has_a_desk_again(self, on_its_way, staff):
        case = step(on_its_way, "pass_on", staff["desk"])
        desk = Desk.objects.create(unit=Unit.objects.get(code="env"), province=case.province)
        Seat.objects.create(desk=desk, user=staff["legal"])
        assert sweep()["waiting for a desk"] == 1

        assert cast.desk_of(again(case)) == desk
        assert step(again(case), "pass_on", staff["legal"]).stop == "deputy"


class TestManagerInTheirPlace:
    @pytest.fixture
    def at_the_deputy(self, submitted, staff) -> Submission:
        return pass_desks(submitted, staff, *TO_THE_SECRETARIAT[:-1])

    def seat_of_the_deputy(self, staff) -> Seat:
        return Seat.objects.get(user=staff["deputy"])

    def may_pass_on(self, user, case) -> bool:
        return "pass_on" in open_to(User.objects.get(pk=user.pk), again(case))

    def test_a_manager_does_not_act_while_the_desk_can(self, at_the_deputy, manager):
        assert not self.may_pass_on(manager, at_the_deputy)

    def test_nor_while_a_stand_in_is_there(self, at_the_deputy, staff, manager):
        seat = self.seat_of_the_deputy(staff)
        seat.away_from, seat.stand_in = localdate(), staff["legal"]
        seat.save()

        assert self.may_pass_on(staff["legal"], at_the_deputy)
        assert not self.may_pass_on(manager, at_the_deputy)

    def test_when_the_stand_in_has_decided_before_the_manager_acts(
        self, at_the_deputy, staff, manager
    ):
        seat = self.seat_of_the_deputy(staff)
        seat.away_from, seat.stand_in = localdate() - timedelta(days=1), staff["desk"]
        seat.save()

        assert not self.may_pass_on(staff["desk"], at_the_deputy)
        assert self.may_pass_on(manager, at_the_deputy)

    def test_when_the_only_other_seat_is_of_somebody_who_left(
        self, at_the_deputy, staff, manager, maryam
    ):
        Membership.objects.create(user=staff["deputy"], party=maryam.parties[0])
        former = cast.hire("former", "reviewer", first="نیما", last="سابق")
        cast.seat(former, "deputy")
        former.is_active = False
        former.save()

        assert not self.may_pass_on(staff["deputy"], at_the_deputy)
        assert self.may_pass_on(manager, at_the_deputy)


class TestReopening:
    def test_a_case_is_taken_up_at_a_stop_of_its_own_road_only(
        self, two_ways, maryam, staff, manager
    ):
        """At a stop off the road the case would be at its end, and one desk alone would decide."""
        case = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
        case = step(pass_desks(case, staff, "desk"), "reject", staff["env"], "موافقت نمی‌شود.")
        Submission.objects.filter(pk=case.pk).update(answers={"polluting": False})

        with pytest.raises(NotNow, match="مسیر"):
            step(case, "reopen", manager, "دوباره دیده شود.", stop="env")
        assert step(case, "reopen", manager, "دوباره دیده شود.", stop="deputy").stop == "deputy"
