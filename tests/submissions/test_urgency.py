"""عادی، فوری، آنی: what is wanted sooner comes first at the desks, and costs the applicant nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from persian.jalali import TEHRAN
from services_catalog.models import Service
from submissions.models import Submission, WorkItem
from submissions.refusals import MovedMeanwhile, NoteNeeded
from submissions.states import Purpose, Urgency
from submissions.step_details import UrgencyDetail
from submissions.workflow.deadlines import PromiseClock
from submissions.workflow.steps import take_step
from tests.cast import again, begin, item_of, pass_desks, step
from web.refusals import NotNow

# A Sunday; the office is open from 7:30 to 14:30, Thursdays and Fridays are free.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
Staff = dict[str, User]
CASE = "submissions_submission_modeladmin_"


@pytest.fixture
def case(two_ways: Service, maryam: User, staff: Staff) -> Submission:
    return step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)


def hasten(case: Submission, by: User, urgency: Urgency = Urgency.URGENT) -> Submission:
    return step(case, "set_urgency", by, "بازدید استاندار", urgency=urgency)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=TEHRAN)


def page(client: Client, user: User, address: str) -> str:
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(address)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


@pytest.mark.parametrize(
    ("due", "urgency", "wanted"),
    [
        # Sunday 10:00 to Wednesday 14:30 are 25.5 hours of work; half of them end on Tuesday.
        (at(25, 14, 30), Urgency.URGENT, at(24, 8, 45)),
        (at(25, 14, 30), Urgency.IMMEDIATE, at(23, 14, 30)),
        (at(25, 14, 30), Urgency.NORMAL, at(25, 14, 30)),
        # What is due today is never given until tomorrow, nor what is due already any time.
        (at(22, 12), Urgency.URGENT, at(22, 11)),
        (at(22, 12), Urgency.IMMEDIATE, at(22, 11)),
        (at(21, 12), Urgency.IMMEDIATE, at(21, 12)),
    ],
)
def test_half_of_what_is_left_or_the_end_of_the_next_working_day(
    case: Submission, due: datetime, urgency: Urgency, wanted: datetime
) -> None:
    assert PromiseClock(case).hastened(due, at(22, 10), urgency) == wanted


def test_set_outside_hours_it_counts_from_the_next_opening(case: Submission) -> None:
    thursday = at(26, 9)
    due = PromiseClock(case).hastened(at(30, 14, 30), thursday, Urgency.IMMEDIATE)
    # Half of Saturday to Monday, three days of work, ends before Sunday does.
    assert due == at(29, 11)


def test_what_lies_open_is_due_sooner_and_the_promise_stays(case: Submission, staff: Staff) -> None:
    promise, due = case.due_at, item_of(case).due_at
    case = hasten(case, staff["desk"])
    item = item_of(case)

    assert (case.urgency, case.due_at) == ("urgent", promise)
    assert item.due_at < due
    assert item.promised_at == due
    left = PromiseClock(case).hastened(due, case.history.last().at, Urgency.URGENT)
    assert item.due_at == left

    case = hasten(case, staff["desk"], Urgency.NORMAL)
    item = item_of(case)
    assert (item.due_at, item.promised_at, case.urgency) == (due, None, "normal")


def test_more_urgency_never_gives_more_time(case: Submission, staff: Staff, clock: Any) -> None:
    urgent = item_of(hasten(case, staff["desk"])).due_at
    clock.move_to(at(23, 12))
    case = hasten(again(case), staff["desk"], Urgency.IMMEDIATE)
    assert item_of(case).due_at <= urgent
    with pytest.raises(NotNow, match="آنی"):
        hasten(case, staff["desk"], Urgency.IMMEDIATE)


def test_what_is_opened_later_is_due_sooner_too(
    case: Submission, staff: Staff, maryam: User
) -> None:
    case = hasten(case, staff["desk"], Urgency.IMMEDIATE)
    case = step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    asked = WorkItem.objects.open().get(purpose=Purpose.OPINION)
    parent = item_of(case)
    assert (asked.due_at, asked.promised_at) == (parent.due_at, parent.promised_at)

    case = pass_desks(case, staff, "desk")
    item = item_of(case)
    assert item.promised_at
    assert item.due_at < item.promised_at

    case = step(case, "return_for_correction", staff["env"], "کامل نیست")
    case = step(case, "submit", maryam)
    assert case.urgency == "immediate"
    assert item_of(case).promised_at


def test_a_recalled_return_lays_it_back_as_urgent_as_it_was(
    case: Submission, staff: Staff, clock: Any
) -> None:
    case = hasten(case, staff["desk"])
    before = item_of(case)
    case = step(case, "return_for_correction", staff["desk"], "کامل نیست")
    clock.move_to(at(22, 11))
    case = step(case, "recall_return", staff["desk"])
    item = item_of(case)
    assert item.promised_at
    assert before.promised_at
    assert item.promised_at > before.promised_at
    assert item.promised_at > item.due_at
    case = hasten(case, staff["desk"], Urgency.NORMAL)
    assert item_of(case).due_at == item.promised_at


def test_whoever_has_it_in_hand_sets_it_and_a_manager(
    case: Submission, staff: Staff, maryam: User, manager: User, admin: User
) -> None:
    for other in (staff["legal"], staff["env"], maryam, admin):
        with pytest.raises(PermissionDenied):
            hasten(case, other)
    case = step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    with pytest.raises(PermissionDenied):
        hasten(case, staff["legal"])
    with pytest.raises(NoteNeeded):
        step(case, "set_urgency", manager, "", urgency=Urgency.URGENT)
    assert hasten(case, manager).urgency == "urgent"
    assert item_of(case).seen_at is not None or item_of(case).person_id is None


def test_it_stands_in_nobodys_way_and_two_who_set_it_meet(
    case: Submission, staff: Staff, manager: User
) -> None:
    seen = case.last_seq
    hasten(case, manager)
    with pytest.raises(MovedMeanwhile):
        take_step(
            case, "set_urgency", by=staff["desk"], expecting=seen, note="فوری نیست",
            detail=UrgencyDetail(Urgency.IMMEDIATE),
        )  # fmt: skip
    assert take_step(case, "pass_on", by=staff["desk"], expecting=seen).seq == seen + 2


def test_the_staff_see_it_everywhere_and_the_applicant_nowhere(
    case: Submission, staff: Staff, maryam: User, client: Client, manager: User
) -> None:
    before = case.updated_at
    address = reverse(CASE + "step", args=[case.pk, "set_urgency"])
    client.force_login(staff["desk"])
    assert "نصف می‌کند" in client.get(address).content.decode()
    sent = {"expecting": case.last_seq, "note": "بازدید استاندار", "urgency": "immediate"}
    wrong = client.post(address, sent | {"urgency": "normal"})
    assert wrong.status_code == 422
    assert client.post(address, sent).status_code == 302

    case = again(case)
    assert (case.urgency, case.updated_at) == ("immediate", before)
    inspect = reverse(CASE + "inspect", args=[case.pk])
    for who, where in (
        (staff["desk"], inspect),
        (staff["desk"], reverse(CASE + "index")),
        (manager, reverse(CASE + "index") + "?list=seen"),
        (staff["desk"], reverse("wagtailadmin_home")),
    ):
        assert "<span>آنی</span>" in page(client, who, where), where
    assert "آنی: بازدید استاندار" in page(
        client, staff["desk"], reverse(CASE + "history", args=[case.pk])
    )
    for name, args in (("submissions:report", [case.tracking_code]), ("submissions:cartable", [])):
        words = page(client, maryam, reverse(name, args=args))
        assert "آنی" not in words
        assert "استاندار" not in words
