"""No case may end where nobody can act, and no name under words that it has not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from accounts.models import Membership, User
from services_catalog.models import Desk, Seat
from submissions.drafts import write
from submissions.models import Submission
from submissions.policies import SubmissionPolicy
from tests import cast
from tests.cast import again, pass_desks, step
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
        write(case, by=maryam, answers={"requested_power": 900})

        case = step(again(case), "submit", maryam)

        assert case.stop == "deputy"
        case = step(case, "pass_on", staff["deputy"])
        assert case.stop == "secretariat"
        case = step(case, "approve", staff["secretariat"])
        assert case.letters.get().facts["signer"]["name"] == str(staff["deputy"])

    def test_a_new_file_is_a_change_too(self, at_the_secretariat, staff, maryam):
        case = returned(at_the_secretariat, staff)
        cast.bring(case, "power_form")

        assert step(again(case), "submit", maryam).stop == "deputy"

    def test_what_says_the_same_goes_back_to_where_it_was(self, at_the_secretariat, staff, maryam):
        case = returned(at_the_secretariat, staff)

        assert step(again(case), "submit", maryam).stop == "secretariat"


class TestDeskThatOpensLater:
    def test_a_waiting_case_is_taken_up_by_the_next_sweep(self, draft, maryam, staff):
        first = Desk.objects.get(unit__code="desk", province__slug="isfahan", park=None)
        Desk.objects.filter(pk=first.pk).update(open=False)
        case = step(draft, "submit", maryam)
        assert case.desk is None
        assert sweep()["waiting for a desk"] == 0

        Desk.objects.filter(pk=first.pk).update(open=True)
        assert sweep()["waiting for a desk"] == 1

        seated = again(case)
        assert seated.desk == first
        assert (seated.due_at, seated.last_seq) == (case.due_at, case.last_seq)
        assert "pass_on" in SubmissionPolicy().steps_open(staff["desk"], seated)


class TestManagerInTheirPlace:
    @pytest.fixture
    def at_the_deputy(self, submitted, staff) -> Submission:
        return pass_desks(submitted, staff, *TO_THE_SECRETARIAT[:-1])

    def seat_of_the_deputy(self, staff) -> Seat:
        return Seat.objects.get(user=staff["deputy"])

    def may_pass_on(self, user, case) -> bool:
        return "pass_on" in SubmissionPolicy().steps_open(User.objects.get(pk=user.pk), again(case))

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
