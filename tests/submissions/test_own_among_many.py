"""A desk's own requests and letters among those of all others: found from whichever side is shorter."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from accounts.models import Party, User
from accounts.party_search import TypedName
from db import lanes
from services_catalog.models import Service
from submissions.applicant import cartable_views
from submissions.models import Submission, WorkItem
from submissions.models.work_item import lanes_of
from tests.cast import begin, step
from web import pagination
from web.pagination import OwnRows, first_rows
from web.searches import found_rows

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00", tick=True)]
Staff = dict[str, User]
QUEUE = "submissions_submission_modeladmin_index"
LETTERS = "letters_letter_modeladmin_index"


@pytest.fixture
def cases(two_ways: Service, maryam: User, staff: Staff) -> list[Submission]:
    """Six that all went to the first desk; the second and the fifth have come to the environment's."""
    made = []
    for number in range(6):
        case = begin(maryam, two_ways, answers={"polluting": number in (1, 4)})
        case = step(case, "submit", maryam)
        made.append(step(case, "pass_on", staff["desk"]))
    return made


def codes(rows: list[Submission]) -> list[str]:
    return [row.tracking_code for row in rows]


class Found(NamedTuple):
    codes: list[str]
    count: int
    after: str
    before: str


def ask(client: Client, path: str, **asked: str) -> Found:
    """What the page of the search shows, or what the API answers."""
    answer = client.get(path, asked)
    if path.startswith("/api/"):
        told = answer.json()
        rows = [row["submission"]["tracking_code"] for row in told["items"]]
        return Found(rows, told["count"], told["after"], told["before"])
    page = answer.context["page"]
    return Found(codes(page.rows), page.count, page.after, page.before)


@pytest.mark.parametrize("few", [5000, 0], ids=["few", "many"])
@pytest.mark.parametrize("windows", [(), (1,), (2, 3), (500,)], ids=str)
def test_a_page_is_the_same_from_either_side(
    cases: list[Submission],
    staff: Staff,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    windows: tuple[int, ...],
) -> None:
    monkeypatch.setattr(pagination, "FEW_OWN", few)
    monkeypatch.setattr(pagination, "LOOKED_THROUGH", windows)
    env = User.objects.get(pk=staff["env"].pk)
    seen = Submission.objects.visible_to(env).order_by("-submitted_at", "-pk")
    assert codes(list(seen)) == codes([cases[4], cases[1]])

    for size in (1, 2, 3):
        own = OwnRows("pk", Submission.objects.keys_for(env))
        assert codes(first_rows(seen, size, own)) == codes(list(seen[:size]))
    below = Q(submitted_at__lt=cases[4].submitted_at)
    own = OwnRows("pk", Submission.objects.keys_for(env))
    assert codes(first_rows(seen.filter(below), 2, own, below)) == codes([cases[1]])


def test_its_side_finds_all_that_may_be_read(
    cases: list[Submission], staff: Staff, maryam: User
) -> None:
    case = step(cases[0], "refer", staff["deputy"], "نظر شما؟", people=(staff["legal"],))
    assert case.open_items
    for who in (*staff.values(), maryam):
        user = User.objects.get(pk=who.pk)
        visible = set(Submission.objects.visible_to(user).values_list("pk", flat=True))
        found = {key for (key,) in Submission.objects.keys_for(user)}
        assert visible <= found if user.is_staff else visible


@pytest.mark.parametrize("few", [5000, 0])
def test_a_list_of_a_desk_shows_its_own_and_no_other(
    cases: list[Submission],
    staff: Staff,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
) -> None:
    monkeypatch.setattr(pagination, "FEW_OWN", few)
    client.force_login(staff["env"])
    for asked in ({"list": "seen"}, {"q": "مریم"}, {"q": "رضایی"}):
        rows = client.get(reverse(QUEUE), asked).context["page"].rows
        assert sorted(codes(rows)) == sorted(codes([cases[1], cases[4]])), asked
    assert client.get(reverse(QUEUE), {"q": "ظریفکار"}).context["page"].rows == []
    assert client.get(reverse(LETTERS), {"q": "رضایی"}).context["page"].rows == []


def test_few_who_bear_a_name_lead_to_their_rows_and_many_do_not(
    cases: list[Submission], maryam: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = TypedName("رضایی")
    assert not name.is_borne_by_many
    named = name.condition("party")
    assert named == Q(party__in=[maryam.parties[0].pk])
    monkeypatch.setattr("accounts.party_search.FEW", 0)
    common = TypedName("رضایی")
    assert common.is_borne_by_many
    assert common.condition("party") != named
    rows = Submission.objects.all()
    found = set(rows.filter(common.condition("party")))
    assert found == set(rows.filter(named)) == set(cases)
    assert not rows.filter(TypedName("ظریفکار").condition("party"))
    assert Party.objects.exists()


def test_what_waits_is_counted_as_far_as_somebody_reads_it(
    cases: list[Submission], staff: Staff, client: Client, monkeypatch: Any
) -> None:
    env, deputy = (User.objects.get(pk=staff[name].pk) for name in ("env", "deputy"))
    items = WorkItem.objects.all()
    assert [items.count_for(user) for user in (env, deputy)] == [2, 4]
    assert items.count_for(deputy) == items.waiting_for(deputy).count()
    monkeypatch.setattr(lanes, "MOST_COUNTED", 1)
    assert lanes.count_in(items.open(), lanes_of(deputy)) == 2
    client.force_login(deputy)
    assert "بیش از ۱</span>" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_what_was_found_comes_page_by_page(
    cases: list[Submission], staff: Staff, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found_rows, "PAGE_SIZE", 4)
    client.force_login(staff["desk"])
    newest_first = codes(cases[::-1])
    for path in (reverse(QUEUE), "/api/v3/staff/search/"):
        first = ask(client, path, q="رضایی")
        assert (first.codes, first.count, first.before) == (newest_first[:4], 6, "")
        second = ask(client, path, q="رضایی", after=first.after)
        assert (second.codes, second.count, second.after) == (newest_first[4:], 6, "")
        assert ask(client, path, q="رضایی", before=second.before) == first
        for mangled in ("x", "99", "-4", "99999999", first.after + "x"):
            assert ask(client, path, q="رضایی", after=mangled) == first
    page = client.get(reverse(QUEUE), {"q": "رضایی"}).content.decode()
    assert "۶ درخواست با «رضایی» یافت شد" in page
    assert f"q={quote('رضایی')}&amp;after=4" in page


def test_of_more_than_a_search_looks_at_the_newest_are_shown(
    cases: list[Submission], staff: Staff, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(found_rows, "SEARCH_LIMIT", 3)
    client.force_login(staff["desk"])
    found = ask(client, reverse(QUEUE), q="رضایی")
    assert (found.codes, found.count) == (codes(cases[:2:-1]), 3)
    answer = client.get(reverse(QUEUE), {"q": "رضایی"})
    assert "۳ مورد جدیدتر نمایش داده می‌شود" in answer.content.decode()


def test_boxes_are_counted_as_far_as_somebody_reads_it(
    cases: list[Submission], maryam: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is written once in a process is written for this test alone.
    monkeypatch.setattr(cartable_views._count_in_boxes, "_words", {})
    begin(maryam, cases[0].version.service)
    client.force_login(maryam)
    assert client.get("/api/v3/submissions/").json()["counts"] == {
        "awaiting": 1, "circulating": 6, "archive": 0,
    }  # fmt: skip
    monkeypatch.setattr(lanes, "MOST_COUNTED", 2)
    monkeypatch.setattr(cartable_views._count_in_boxes, "_words", {})
    assert client.get("/api/v3/submissions/").json()["counts"]["circulating"] == 3
    shown = " ".join(client.get(reverse("submissions:cartable")).content.decode().split())
    assert '<span class="count"> بیش از ۲ </span>' in shown
    assert '<span class="count count--act"> ۱ </span>' in shown
