"""The whole road, by function calls: a draft, six desks, a letter that anybody can verify."""

import pytest

from accounts.models import Membership, Notice, SmsMessage
from letters.models import Letter
from submissions.models import Step, Submission, WorkItem
from submissions.refusals import Incomplete
from submissions.states import Outcome, State
from submissions.step_details import Mend
from tests.cast import (
    SIX_DESKS,
    again,
    arrive,
    begin,
    bring,
    desk_of,
    item_of,
    pass_desks,
    seat,
    step,
)

# Stories that also run against PostgreSQL (tests/services/test_races.py).
pytestmark = pytest.mark.django_db


def test_a_request_goes_over_six_desks_is_mended_once_and_ends_in_a_letter(
    draft, maryam, staff, run_tasks
):
    case = step(draft, "submit", maryam)
    assert (case.state, case.stop, desk_of(case).unit.code) == ("in_review", "desk", "desk")

    case = step(case, "pass_on", staff["desk"], "مدارک کامل است")
    case = step(
        case,
        "return_for_correction",
        staff["subs"],
        "برآورد بار خوانا نیست",
        reason="unreadable",
        mend=(Mend("document", "power_form"),),
    )
    assert (case.state, desk_of(case)) == ("returned", None)

    with pytest.raises(Incomplete) as refused:
        step(case, "submit", maryam)
    assert [missing.anchor for missing in refused.value.missing] == ["document-power_form"]

    bring(case, "power_form", b"%PDF-1.4 a better scan")
    case = step(case, "submit", maryam)
    assert desk_of(case).unit.code == "subs", "it comes back to the desk that had sent it away"

    case = pass_desks(case, staff, *SIX_DESKS[1:-1])
    case = step(case, "approve", staff["secretariat"])
    assert (case.state, case.box, desk_of(case)) == ("approved", "circulating", None)
    letter = case.letters.get()
    assert letter.number == 1
    assert letter.rendered_at is None

    run_tasks()

    case, letter = again(case), case.letters.get()
    assert (case.state, case.box) == ("completed", "archive")
    assert letter.facts_printed.subject == "معرفی واحد صنعتی جهت واگذاری انشعاب برق"
    assert letter.facts_printed.recipient.organisation == "شرکت توزیع نیروی برق استان اصفهان"
    assert letter.facts_printed.signers[0].name == "مجید احمدی"
    assert letter.facts_printed.verify_url.endswith(f"/verify/{letter.verify_code}/")
    assert letter.file.open().read(5) == b"%PDF-"


def test_the_history_tells_who_did_what_where(submitted, maryam, staff):
    pass_desks(submitted, staff, "desk", "subs")
    assert [
        (s.seq, s.name, s.by, s.stop, s.desk and s.desk.unit.code) for s in submitted.history.all()
    ] == [
        (1, "submit", maryam, "", None),
        (2, "pass_on", staff["desk"], "desk", "desk"),
        (3, "pass_on", staff["subs"], "subs", "subs"),
    ]


def test_the_applicant_is_told_once_however_often_the_task_runs(submitted, maryam, run_tasks):
    from submissions.workflow import tasks

    run_tasks()
    tasks.tell_about_step(submitted.history.get().pk)
    assert Notice.objects.filter(recipient=maryam).count() == 1
    assert SmsMessage.objects.filter(recipient=maryam.mobile).count() == 1


def test_what_a_desk_passes_on_is_not_told_to_the_applicant(submitted, maryam, staff, run_tasks):
    run_tasks()
    told = Notice.objects.count()
    step(submitted, "pass_on", staff["desk"])
    run_tasks()
    assert Notice.objects.count() == told


@pytest.mark.parametrize(
    ("polluting", "stops"),
    [(True, ["desk", "env", "deputy"]), (False, ["desk", "deputy"])],
)
def test_an_answer_decides_which_way_a_request_goes(two_ways, maryam, staff, polluting, stops):
    case = begin(maryam, two_ways, answers={"polluting": polluting})
    case = step(case, "submit", maryam)
    visited = [case.stop]
    while not case.ends_route:
        case = step(case, "pass_on", staff[case.stop])
        visited.append(case.stop)
    assert visited == stops


def test_a_mended_answer_that_opens_an_earlier_stop_leads_there(two_ways, maryam, staff):
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = pass_desks(case, staff, "desk")
    case = step(case, "return_for_correction", staff["deputy"], "پاسخ نادرست است")
    case.answers = {"polluting": True}
    case.save()
    assert step(case, "submit", maryam).stop == "env"


def test_a_mended_answer_that_closes_the_stop_leads_to_the_next_one(two_ways, maryam, staff):
    case = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
    case = pass_desks(case, staff, "desk")
    case = step(case, "return_for_correction", staff["env"], "پاسخ نادرست است")
    case.answers = {"polluting": False}
    case.save()
    assert step(case, "submit", maryam).stop == "deputy", "nobody's signature is skipped"


def test_an_opinion_is_asked_for_and_given_while_the_desk_keeps_the_case(submitted, staff):
    asked = staff["legal"]
    case = step(submitted, "refer", staff["desk"], "آیا وکالت‌نامه معتبر است؟", people=(asked,))
    assert case in Submission.objects.visible_to(asked)
    (item,) = WorkItem.objects.waiting_for(asked)
    assert (item.submission, item.parent, item.person) == (case, item_of(case), asked)

    case = step(case, "answer", asked, "بله، معتبر است.")
    item = case.items.get(pk=item.pk)
    assert item.outcome == Outcome.ANSWERED
    assert item.opened_by.note == "آیا وکالت‌نامه معتبر است؟"
    assert item.closed_by.note == "بله، معتبر است."
    assert (case.stop, case.state) == ("desk", "in_review")
    assert not WorkItem.objects.waiting_for(asked).exists()


def test_an_agent_hands_in_on_behalf_of_the_party(draft, maryam):
    agent = arrive("09130000008", "natural", "9990000034", "پریسا نوری")
    Membership.objects.create(user=agent, party=draft.party, role=Membership.Role.AGENT)
    bring(draft, "poa")
    step(draft, "submit", agent)
    assert Step.objects.get().on_behalf_of == draft.party


def test_who_stands_in_decides_while_the_colleague_is_away(submitted, staff):
    from django.utils.timezone import localdate

    staff["desk"].seats.update(away_from=localdate(), away_until=localdate(), stand_in=staff["env"])
    assert step(submitted, "pass_on", staff["env"]).stop == "subs"


def test_where_everybody_at_the_desk_belongs_to_the_party_the_manager_decides(
    submitted, staff, manager
):
    Membership.objects.create(user=staff["desk"], party=submitted.party)
    assert step(submitted, "pass_on", manager).stop == "subs"


def test_a_reopened_request_is_answered_with_a_letter_in_place_of_the_first(
    two_ways, maryam, staff, manager, run_tasks
):
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = step(pass_desks(case, staff, "desk"), "approve", staff["deputy"])
    run_tasks()

    case = step(case, "reopen", manager, "قطعه اشتباه نوشته شده بود", stop="deputy")
    assert (case.state, case.stop, case.archived_at) == ("in_review", "deputy", None)
    assert case.due_at is not None

    case = step(case, "approve", staff["deputy"])
    run_tasks()
    assert again(case).state == State.COMPLETED
    assert [(x.number, x.state) for x in Letter.objects.order_by("number")] == [
        (1, "superseded"),
        (2, "issued"),
    ]


def test_a_person_at_two_desks_passes_both_where_the_route_allows_it(submitted, staff):
    seat(staff["desk"], "subs")
    staff["desk"].__dict__.pop("seats_today", None)
    case = pass_desks(submitted, staff, "desk")
    assert step(case, "pass_on", staff["desk"]).stop == "finance"
