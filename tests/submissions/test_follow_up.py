"""«پیگیری»: a day on which somebody comes back to what they have in hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from persian.jalali import TEHRAN, jdate_numeric
from services_catalog.models import Service
from submissions.models import Submission, WorkItem
from submissions.refusals import BadFollowUp
from tests.cast import begin, item_of, step
from web.refusals import NotNow

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
Staff = dict[str, User]
CASE = "submissions_submission_modeladmin_"
TODAY = date(2026, 11, 22)
WORDS = "تماس با شرکت توزیع"


@pytest.fixture
def case(two_ways: Service, maryam: User, staff: Staff) -> Submission:
    return step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=TEHRAN)


def follow_up(case: Submission, by: User, day: date | None = TODAY) -> Submission:
    return step(case, "set_follow_up", by, WORDS, day=day)


def listed(client: Client, user: User, query: str = "?list=follow-up") -> str:
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get(reverse(CASE + "index") + query)
    assert answer.status_code == 200
    words: str = answer.content.decode()
    return words


def test_it_waits_in_the_queue_with_its_day_and_is_listed_on_it(
    case: Submission, staff: Staff, client: Client, clock: Any
) -> None:
    due = item_of(case).due_at
    case = follow_up(case, staff["desk"], TODAY + timedelta(days=2))
    item = item_of(case)

    assert (item.due_at, item.follow_up_words) == (due, WORDS)
    assert localdate(item.follow_up_at) == TODAY + timedelta(days=2)
    assert WORDS in listed(client, staff["desk"], "")
    assert WORDS not in listed(client, staff["desk"])

    clock.move_to(at(24, 8))
    assert WORDS in listed(client, staff["desk"])
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert '<span class="miz-count">۱</span> پیگیری امروز' in home
    clock.move_to(at(26, 8))
    assert WORDS in listed(client, staff["desk"])
    assert WORDS not in listed(client, staff["env"])


def test_the_next_act_ends_it_and_the_change_of_its_holder_does_not(
    case: Submission, staff: Staff
) -> None:
    case = follow_up(case, staff["desk"])
    case = step(case, "take", staff["desk"])
    assert item_of(case).follow_up_at
    case = step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    assert item_of(case).follow_up_at is None

    case = follow_up(case, staff["desk"])
    first = item_of(case).pk
    step(case, "pass_on", staff["desk"])
    assert WorkItem.objects.get(pk=first).follow_up_words == ""


def test_it_is_ended_by_hand_once(case: Submission, staff: Staff) -> None:
    with pytest.raises(NotNow):
        step(case, "end_follow_up", staff["desk"])
    case = follow_up(case, staff["desk"])
    case = step(case, "end_follow_up", staff["desk"])
    assert item_of(case).follow_up_at is None
    with pytest.raises(NotNow):
        step(case, "end_follow_up", staff["desk"])


@pytest.mark.parametrize("day", [None, TODAY - timedelta(days=1), TODAY + timedelta(days=366)])
def test_a_day_on_which_nobody_comes_back_is_refused(
    case: Submission, staff: Staff, day: date | None
) -> None:
    with pytest.raises(BadFollowUp):
        follow_up(case, staff["desk"], day)
    with pytest.raises(BadFollowUp, match="۲۰۰"):
        step(case, "set_follow_up", staff["desk"], "ا" * 201, day=TODAY)


def test_it_is_of_whoever_has_something_in_hand(
    case: Submission, staff: Staff, manager: User, maryam: User
) -> None:
    for other in (staff["legal"], manager, maryam):
        with pytest.raises(PermissionDenied):
            follow_up(case, other)
    step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    case = follow_up(case, staff["legal"])
    assert WorkItem.objects.get(person=staff["legal"]).follow_up_words == WORDS
    assert item_of(case).follow_up_words == ""


def test_its_pages(case: Submission, staff: Staff, client: Client, maryam: User) -> None:
    client.force_login(staff["desk"])
    address = reverse(CASE + "step", args=[case.pk, "set_follow_up"])
    end = reverse(CASE + "step", args=[case.pk, "end_follow_up"])
    inspect = reverse(CASE + "inspect", args=[case.pk])
    assert "پایان پیگیری" not in client.get(inspect).content.decode()
    assert client.get(end).status_code == 409
    sent = {"expecting": case.last_seq, "note": WORDS}
    for wrong in ({}, {"day": jdate_numeric(TODAY - timedelta(days=1))}, {"day": "فردا"}):
        assert client.post(address, sent | wrong).status_code == 422
    assert client.post(address, sent | {"day": jdate_numeric(TODAY)}).status_code == 302

    shown = client.get(inspect).content.decode()
    assert f"{WORDS}" in shown
    assert "پایان پیگیری" in shown
    # The key that decides stays the one that the words stand above.
    assert client.get(inspect).context["review"].onward_key.name == "pass_on"
    history = client.get(reverse(CASE + "history", args=[case.pk])).content.decode()
    assert f"۱۴۰۵/۰۹/۰۱: {WORDS}" in history
    assert client.post(end, {"expecting": case.last_seq + 1}).status_code == 302
    assert item_of(case).follow_up_at is None

    client.force_login(maryam)
    report = client.get(reverse("submissions:report", args=[case.tracking_code])).content.decode()
    assert WORDS not in report
    assert "زمان پیگیری" not in report


def test_the_list_is_paged_by_its_day_and_takes_few_queries(
    two_ways: Service,
    maryam: User,
    staff: Staff,
    client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    for late in range(25):
        case = step(begin(maryam, two_ways, answers={"polluting": True}), "submit", maryam)
        follow_up(case, staff["desk"], TODAY)
        at = item_of(case).follow_up_at - timedelta(days=late)  # type: ignore[operator]
        WorkItem.objects.filter(submission=case).update(follow_up_at=at)
    listed(client, staff["desk"])
    with django_assert_max_num_queries(15):
        page = client.get(reverse(CASE + "index") + "?list=follow-up")
    days = [row.open_items[0].follow_up_at for row in page.context["object_list"]]
    assert (len(days), days) == (20, sorted(days))
    after = client.get(
        reverse(CASE + "index"), {"list": "follow-up", "after": page.context["page"].after}
    )
    assert len(after.context["object_list"]) == 5
