"""«رسوب»: work about which nobody has done anything for a working week."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.models import User
from persian.jalali import TEHRAN
from services_catalog.models import CalendarDay, Service
from submissions.models import Submission, WorkItem
from submissions.states import Urgency
from submissions.workflow.resting import RESTING_DAYS, RestingClock
from tests.cast import begin, item_of, step

# Sunday, 1 Azar 1405; Thursdays and Fridays are free.
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
Staff = dict[str, User]
INDEX = "submissions_submission_modeladmin_index"
MARK = "روز کاری بدون اقدام"


@pytest.fixture
def case(two_ways: Service, maryam: User, staff: Staff) -> Submission:
    return step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)


def moment(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=TEHRAN)


def listed(client: Client, user: User, query: str) -> str:
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(reverse(INDEX) + query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


@pytest.mark.parametrize(
    ("today", "days"),
    # Monday to Wednesday, Saturday and Sunday are the five days of work after that Sunday.
    [(23, 0), (25, 0), (28, 0), (29, 5), (30, 6)],
)
def test_five_working_days_after_the_last_act(house: object, today: int, days: int) -> None:
    clock = RestingClock(moment(today, 0))
    assert clock.days_of(moment(22)) == days
    assert (moment(22) < clock.since) == (days >= RESTING_DAYS)


def test_a_holiday_is_no_day_of_work(house: object) -> None:
    CalendarDay.objects.create(date=moment(24).date(), title="تعطیل رسمی")
    clock = RestingClock(moment(29))
    assert clock.days_of(moment(22)) == 0
    assert clock.since <= moment(22)
    assert RestingClock(moment(30)).days_of(moment(22)) == 5


def test_any_act_on_it_begins_anew_and_so_does_an_answer_below_it(
    case: Submission, staff: Staff, clock: Any
) -> None:
    clock.move_to(moment(23, 10))
    case = step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    assert item_of(case).touched_at == case.history.last().at
    clock.move_to(moment(24, 10))
    case = step(case, "answer", staff["legal"], "موافقم")
    touched = item_of(case).touched_at
    assert touched == case.history.last().at
    clock.move_to(moment(25, 10))
    # That it is wanted sooner is nothing done about it.
    step(case, "set_urgency", staff["desk"], "بازدید", urgency=Urgency.URGENT)
    assert item_of(case).touched_at == touched


def test_it_is_marked_at_its_desk_and_listed_for_managers_with_its_desk(
    case: Submission, staff: Staff, manager: User, client: Client, clock: Any
) -> None:
    clock.move_to(moment(28, 10))
    assert MARK not in listed(client, staff["desk"], "")
    assert case.tracking_code[:4] not in listed(client, manager, "?list=resting")

    clock.move_to(moment(29, 10))
    assert f"۵ {MARK}" in listed(client, staff["desk"], "")
    words = listed(client, manager, "?list=resting")
    assert f"۵ {MARK}" in words
    assert f"{item_of(case).desk}: <strong>۱</strong>" in words
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert '<span class="miz-count">۱</span> کارهای راکد' in home
    # Whoever is no manager has no such list, and is shown their first one.
    client.force_login(staff["desk"])
    assert client.get(reverse(INDEX) + "?list=resting").context["list_name"] == "mine"


def test_where_more_rests_than_is_counted_the_longest_of_it_tells_where(
    case: Submission, two_ways: Service, maryam: User, manager: User, client: Client,
    clock: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("submissions.staff.resting_desks.COUNTED", 1)
    once_more = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
    clock.move_to(moment(29, 10))
    words = listed(client, manager, "?list=resting")
    assert "از میان ۱ کاری که بیش از همه راکد مانده‌اند" in words
    assert words.count("<strong>۱</strong>") == 1
    withdrawn = step(once_more, "withdraw", maryam)
    assert "بیش از همه" not in listed(client, manager, "?list=resting")
    assert not withdrawn.open_items


def test_the_list_takes_few_queries(
    case: Submission, manager: User, client: Client, clock: Any, django_assert_max_num_queries: Any
) -> None:
    clock.move_to(moment(30, 10))
    listed(client, manager, "?list=resting")
    with django_assert_max_num_queries(15):
        client.get(reverse(INDEX) + "?list=resting")
    assert WorkItem.objects.resting(RestingClock().since).count() == 1


def test_what_lay_open_before_this_was_counted_has_its_last_act(
    case: Submission, staff: Staff, clock: Any
) -> None:
    clock.move_to(moment(23))
    step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    WorkItem.objects.update(touched_at=moment(30))
    filling = import_module("submissions.migrations.0024_urgency_and_follow_up")
    filling.note_last_acts(apps, None)
    asked = WorkItem.objects.get(person=staff["legal"])
    assert item_of(case).touched_at == asked.touched_at == asked.opened_at == moment(23)
    WorkItem.objects.filter(pk=asked.pk).update(touched_at=moment(30), opened_at=moment(24))
    filling.note_last_acts(apps, None)
    assert WorkItem.objects.get(pk=asked.pk).touched_at == moment(24)
