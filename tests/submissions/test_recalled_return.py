"""A return is taken back by the company as long as its applicant has not opened it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from services_catalog.models import Seat, Service
from submissions.drafts import editing
from submissions.models import Correction, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import AlreadyOpened, MovedMeanwhile
from submissions.reports.report import Report
from submissions.states import Outcome, Purpose, State, StepName
from submissions.step_details import Mend
from submissions.workflow.steps import take_step
from tests.cast import again, begin, item_of, open_to, seat, step

pytestmark = pytest.mark.django_db
Staff = dict[str, User]
SignIn = Callable[[Client, User], Client]
RECALL = StepName.RECALL_RETURN


def send_back(case: Submission, by: User) -> Submission:
    mend = (Mend("answer", "requested_power", "نادرست است"),)
    return step(case, "return_for_correction", by, "اصلاح شود", mend=mend)


def opened(browser: Client, case: Submission) -> int:
    """What the page of the applicant is told when it says that it is looked at."""
    return browser.post(reverse("submissions:opened", args=[case.tracking_code])).status_code


@pytest.fixture
def returned(submitted: Submission, staff: Staff) -> Submission:
    return send_back(submitted, staff["desk"])


@pytest.fixture
def beside(side_by_side: Service, maryam: User, staff: Staff) -> Submission:
    """With three desks at once; one has agreed, another has asked a colleague."""
    case = begin(maryam, side_by_side, answers={"polluting": True})
    case = step(step(case, "submit", maryam), "pass_on", staff["desk"])
    case = step(case, "pass_on", staff["technical"])
    return step(case, "refer", staff["subs"], "نظر شما؟", people=(staff["legal"],))


def test_the_case_goes_on_as_if_it_had_not_been_returned(
    returned: Submission, staff: Staff
) -> None:
    before = returned.items.get(outcome=Outcome.RETURNED)
    case = step(returned, RECALL, staff["desk"])

    item = item_of(case)
    assert (case.state, case.returned_at) == (State.IN_REVIEW, None)
    assert (item.stop, item.desk, item.pk != before.pk) == (before.stop, before.desk, True)
    assert "pass_on" in open_to(staff["desk"], case)
    last = case.history.latest("seq")
    assert (last.name, last.stop, last.desk, last.item) == (RECALL, "desk", before.desk, None)


def test_what_was_said_stays_on_record(returned: Submission, staff: Staff) -> None:
    case = step(returned, RECALL, staff["desk"], "به اشتباه عودت داده شده بود")
    correction = Correction.objects.get(submission=case)

    assert correction.closed_by == case.history.latest("seq")
    assert correction.items.get().note == "نادرست است"
    cancelled, sent_back = Report(case).entries[:2]
    assert (cancelled.note, sent_back.note) == ("به اشتباه عودت داده شده بود", "اصلاح شود")
    assert cancelled.desk == sent_back.desk
    assert [point.note for point in sent_back.points] == ["نادرست است"]


@pytest.mark.at("2026-11-22 10:00")
def test_due_times_move_by_the_working_time_that_it_was_away(
    clock: Any, submitted: Submission, staff: Staff
) -> None:
    promised, due = submitted.due_at, item_of(submitted).due_at
    case = send_back(submitted, staff["desk"])
    clock.shift(2 * 3600)
    case = step(case, RECALL, staff["desk"])

    assert promised is not None
    assert case.due_at is not None
    assert (case.due_at - promised).total_seconds() == 2 * 3600
    # The day of the office is over at four: what is left of it comes tomorrow.
    assert item_of(case).due_at > due


def test_everything_that_the_return_closed_lies_where_it_lay(
    beside: Submission, staff: Staff
) -> None:
    case = step(beside, "return_for_correction", staff["env"], "کامل نیست")
    case = step(case, RECALL, staff["env"])

    assert [item.stop for item in case.open_decisions] == ["env", "subs"]
    asked = WorkItem.objects.open().get(submission=case, purpose=Purpose.OPINION)
    assert (asked.person, asked.parent and asked.parent.stop) == (staff["legal"], "subs")
    assert asked.parent in case.open_decisions
    assert asked.opened_by.note == "نظر شما؟"
    case = step(case, "answer", staff["legal"], "موافقم")
    for name in ("subs", "env"):
        case = step(case, "pass_on", staff[name])
    assert case.stop == "finance"


def test_who_has_left_meanwhile_leaves_the_work_to_the_desk(
    submitted: Submission, staff: Staff
) -> None:
    WorkItem.objects.filter(submission=submitted).update(person=staff["desk"])
    case = send_back(submitted, staff["desk"])
    User.objects.filter(pk=staff["desk"].pk).update(is_active=False)
    seat(staff["legal"], "desk", head=True)

    case = step(case, RECALL, User.objects.get(username="legal"))
    assert (item_of(case).person, item_of(case).desk is None) == (None, False)


def test_whoever_returned_it_the_head_of_the_desk_and_managers_take_it_back(
    returned: Submission, staff: Staff, manager: User, maryam: User, yazd_desk: User
) -> None:
    seat(staff["finance"], "desk", head=True)
    seat(staff["legal"], "desk")
    Seat.objects.filter(user=yazd_desk).update(head=True)
    people = [*staff.values(), manager, yazd_desk, maryam]
    may = {
        user.username
        for user in User.objects.filter(pk__in=[person.pk for person in people])
        if RECALL in open_to(user, again(returned))
    }
    assert may == {"desk", "finance", "manager"}
    with pytest.raises(PermissionDenied):
        step(returned, RECALL, User.objects.get(username="legal"))


def test_once_it_is_opened_it_stays_returned(
    returned: Submission, maryam: User, staff: Staff, client: Client, signed_in: SignIn
) -> None:
    assert opened(signed_in(client, maryam), returned) == 204
    offers = SubmissionPolicy().steps_open(staff["desk"], again(returned), [RECALL])
    assert isinstance(offers[0].refusal, AlreadyOpened)
    with pytest.raises(AlreadyOpened):
        step(returned, RECALL, staff["desk"])
    case = again(returned)
    assert (case.state, case.items.open().count(), case.history.count()) == (State.RETURNED, 0, 2)


def test_the_first_look_counts_and_whose_it_is(
    returned: Submission, maryam: User, staff: Staff, signed_in: SignIn
) -> None:
    correction = Correction.objects.filter(submission=returned)
    report = reverse("submissions:report", args=[returned.tracking_code])
    theirs = signed_in(Client(), maryam)
    # What a browser fetches beforehand is no look; nor is that of a colleague.
    theirs.head(report)
    page = theirs.get(report).content.decode()
    assert signed_in(Client(), staff["desk"]).get(report).status_code == 200
    assert opened(signed_in(Client(), staff["desk"]), returned) == 403
    assert correction.get().seen_at is None
    assert reverse("submissions:opened", args=[returned.tracking_code]) in page

    assert opened(theirs, returned) == 204
    first = correction.get().seen_at
    assert first is not None
    assert opened(theirs, returned) == 204
    assert correction.get().seen_at == first


def test_whoever_mends_without_a_script_has_opened_it(
    returned: Submission, maryam: User, staff: Staff
) -> None:
    editing.save_answers(returned, by=maryam, answers={"requested_power": 250})
    with pytest.raises(AlreadyOpened):
        step(returned, RECALL, staff["desk"])


def test_a_page_that_shows_a_return_which_is_gone_is_fetched_anew(
    returned: Submission, maryam: User, staff: Staff, client: Client, signed_in: SignIn
) -> None:
    step(returned, RECALL, staff["desk"])
    assert opened(signed_in(client, maryam), returned) == 409
    assert Correction.objects.get(submission=returned).seen_at is None


def test_a_second_press_takes_nothing_back(returned: Submission, staff: Staff) -> None:
    seen = returned.last_seq
    take_step(returned, RECALL, by=staff["desk"], expecting=seen)
    with pytest.raises(MovedMeanwhile):
        take_step(returned, RECALL, by=staff["desk"], expecting=seen)


def test_it_can_be_returned_and_handed_in_again_afterwards(
    returned: Submission, maryam: User, staff: Staff
) -> None:
    case = send_back(step(returned, RECALL, staff["desk"]), staff["desk"])
    case = step(step(case, RECALL, staff["desk"]), "return_for_correction", staff["desk"], "باز")
    assert case.corrections.filter(closed_by=None).count() == 1
    assert step(case, "submit", maryam).state == State.IN_REVIEW


def test_nobody_is_told_of_what_was_taken_back_at_once(
    returned: Submission, maryam: User, staff: Staff, run_tasks: Callable[[], int]
) -> None:
    step(returned, RECALL, staff["desk"])
    run_tasks()
    told = Notice.objects.filter(recipient=maryam).values_list("text", flat=True)
    assert [text for text in told if "عودت" in text] == []


def test_whoever_was_told_of_the_return_is_told_that_it_is_gone(
    returned: Submission, maryam: User, staff: Staff, run_tasks: Callable[[], int]
) -> None:
    run_tasks()
    step(returned, RECALL, staff["desk"])
    run_tasks()
    last = Notice.objects.filter(recipient=maryam).latest("pk")
    assert "لغو شد" in last.text


def test_the_key_is_on_the_page_until_it_is_opened(
    returned: Submission,
    maryam: User,
    staff: Staff,
    client: Client,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    desk = signed_in(client, staff["desk"])
    page = reverse("submissions_submission_modeladmin_inspect", args=[returned.pk])
    form = reverse("submissions_submission_modeladmin_step", args=[returned.pk, RECALL])
    desk.get(page)
    with django_assert_max_num_queries(15):
        assert form in desk.get(page).content.decode()
    assert desk.get(form).status_code == 200

    opened(signed_in(Client(), maryam), returned)
    assert form not in desk.get(page).content.decode()
    answer = desk.post(form, {"expecting": returned.last_seq, "note": ""})
    assert answer.status_code == 409
    assert "مشاهده کرده است" in answer.content.decode()
    assert again(returned).state == State.RETURNED


def test_one_press_on_the_page_takes_it_back(
    returned: Submission, staff: Staff, client: Client, signed_in: SignIn
) -> None:
    form = reverse("submissions_submission_modeladmin_step", args=[returned.pk, RECALL])
    answer = signed_in(client, staff["desk"]).post(form, {"expecting": returned.last_seq})
    assert answer.status_code == 302
    assert again(returned).state == State.IN_REVIEW
