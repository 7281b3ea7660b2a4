"""Who sees a request: the party always, a desk once it has been there."""

import pytest

from accounts.models import Membership, User
from services_catalog.models import Desk
from submissions.models import Submission
from tests.cast import desk_of, pass_desks, step


@pytest.fixture
def cast(maryam, kavir, stranger, staff, yazd_desk, manager, editor, admin, nobody_staff):
    """Everybody by name."""
    people = {"maryam": maryam, "kavir": kavir, "stranger": stranger, "yazd_desk": yazd_desk}
    offices = {"manager": manager, "editor": editor, "admin": admin, "nobody": nobody_staff}
    return people | offices | staff


def seen_by(cast):
    """The names of those who see any request at all."""
    return {name for name, user in cast.items() if Submission.objects.visible_to(user).exists()}


def test_a_draft_is_seen_by_its_party_alone(cast, draft):
    assert seen_by(cast) == {"maryam"}


def test_a_request_that_waits_is_seen_by_its_desk_and_those_over_it(cast, submitted):
    assert seen_by(cast) == {"maryam", "desk", "manager", "admin"}


def test_desks_that_it_has_passed_keep_seeing_it(cast, submitted, staff):
    pass_desks(submitted, staff, "desk", "subs")
    assert seen_by(cast) == {"maryam", "desk", "subs", "finance", "manager", "admin"}


def test_a_returned_request_stays_with_those_who_had_it(cast, submitted, staff):
    step(submitted, "return_for_correction", staff["desk"], "خوانا نیست")
    assert seen_by(cast) == {"maryam", "desk", "manager", "admin"}


def test_a_draft_that_was_given_up_is_nobody_elses_business(cast, draft, maryam):
    step(draft, "withdraw", maryam)
    assert seen_by(cast) == {"maryam"}


def test_an_agent_sees_what_the_party_asked_for_while_the_time_lasts(cast, draft, kavir):
    Membership.objects.create(user=kavir, party=draft.party, role="agent")
    agent = User.objects.get(pk=kavir.pk)
    assert Submission.objects.visible_to(agent).get() == draft

    Membership.objects.filter(user=kavir, party=draft.party).update(valid_until="2020-01-01")
    former = User.objects.get(pk=kavir.pk)
    assert not Submission.objects.visible_to(former).exists()


def test_where_no_desk_serves_the_place_the_request_waits_visibly(draft, maryam, staff, manager):
    Desk.objects.filter(unit__code="desk", province__slug="isfahan").update(open=False)
    case = step(draft, "submit", maryam)
    assert (case.state, case.stop, desk_of(case)) == ("in_review", "desk", None)
    assert case.due_at is not None
    assert Submission.objects.visible_to(manager).waiting().get() == case
    assert not Submission.objects.visible_to(staff["desk"]).exists()


def test_each_box_of_the_cartable_holds_what_belongs_there(draft, maryam, staff):
    def box():
        return Submission.objects.of(maryam.acting_for).get().cartable_box

    assert box() == "awaiting"
    case = step(draft, "submit", maryam)
    assert box() == "circulating"
    case = step(case, "return_for_correction", staff["desk"], "خوانا نیست")
    assert box() == "awaiting"
    step(case, "withdraw", maryam)
    assert box() == "archive"
