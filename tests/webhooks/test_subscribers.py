"""Who is told of events: written down, changed and asked about by pages and API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from accounts.models import User
from submissions.models import Submission
from tests import cast
from tests.api.caller import ROOT, Caller
from webhooks import sending, subscribers, tasks
from webhooks.models import Delivery, Subscriber
from webhooks.sending import Outcome
from webhooks.subscribers import Wanted
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
ADMIN = "/admin/webhooks/subscriber/"
URL = "https://example.com/events"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent, instead of sending it; everything is acknowledged."""
    found: list[str] = []

    def send(subscriber: Subscriber, step: Any) -> Outcome:
        found.append(f"{step.name} {step.seq}")
        return Outcome("POST", 3, 200, "ok")

    monkeypatch.setattr("webhooks.deliveries.send_event", send)
    return found


@pytest.fixture
def subscriber(manager: User) -> Subscriber:
    wanted = Wanted(title="دبیرخانه", url=URL, owner=manager)
    return subscribers.add_subscriber(wanted, by=manager)[0]


def call(caller: Caller, method: str, path: str, said: Any = None) -> Any:
    way = getattr(caller.client, method)
    return way(f"{ROOT}{path}", said, content_type="application/json")


def test_a_subscriber_is_told_from_now_on_and_of_what_it_wants(
    submitted: Submission,
    staff: dict[str, User],
    manager: User,
    sent: list[str],
    run_tasks: Callable[[], int],
) -> None:
    managers = Caller(manager)
    answer = managers.post(
        "webhooks/", {"title": "دبیرخانه", "url": URL, "events": ["submission.pass_on"]}
    )
    assert answer.status_code == 201
    assert answer.json()["secret"].startswith("whsec_")
    cast.step(submitted, "take", staff["desk"])
    cast.step(submitted, "pass_on", staff["desk"])
    run_tasks()
    assert sent == ["pass_on 3"]
    key = answer.json()["id"]
    [told] = managers.get(f"webhooks/{key}/log/").json()["items"]
    assert (told["state"], told["attempts"][0]["status"]) == ("acknowledged", 200)


def test_the_secret_is_told_once_and_the_database_cannot_read_it(manager: User) -> None:
    managers = Caller(manager)
    made = managers.post("webhooks/", {"title": "دبیرخانه", "url": URL}).json()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_subscriber")
        [(kept,)] = cursor.fetchall()
    assert kept.startswith("fernet:")
    assert made["secret"] == Subscriber.objects.get().secret
    assert "secret" not in managers.get(f"webhooks/{made['id']}/").json()
    renewed = managers.post(f"webhooks/{made['id']}/secret/", {}).json()["secret"]
    assert renewed == Subscriber.objects.get().secret != made["secret"]
    assert AuditEntry.objects.filter(action="renew_webhook_secret").exists()
    assert made["secret"] not in str(list(AuditEntry.objects.values()))


def test_switched_off_it_hears_nothing_and_paused_it_hears_everything_later(
    submitted: Submission,
    staff: dict[str, User],
    manager: User,
    subscriber: Subscriber,
    sent: list[str],
    run_tasks: Callable[[], int],
) -> None:
    managers, one = Caller(manager), f"webhooks/{subscriber.pk}/"
    assert call(managers, "patch", one, {"is_on": False}).json()["is_on"] is False
    case = cast.pass_desks(submitted, staff, "desk")
    assert call(managers, "patch", one, {"is_on": True}).status_code == 200
    Subscriber.objects.update(paused_at=now())
    case = cast.pass_desks(case, staff, "subs")
    run_tasks()
    assert sent == []
    assert call(managers, "patch", one, {"paused": False}).json()["paused_at"] is None
    run_tasks()
    assert sent == ["pass_on 3"]
    # What it has missed while it was off can be sent on demand, once more with the rest.
    assert managers.post(f"{one}replay/", {"first": 1, "last": 3}).json() == {"count": 3}
    run_tasks()
    assert sent == ["pass_on 3", "submit 1", "pass_on 2", "pass_on 3"]


def test_what_the_owner_may_not_read_any_more_is_withheld(
    submitted: Submission,
    staff: dict[str, User],
    subscriber: Subscriber,
    sent: list[str],
) -> None:
    cast.step(submitted, "pass_on", staff["desk"])
    held = Subscriber.objects.claim(subscriber.pk, tasks.LEASE)
    tasks.number_steps()
    tasks.write_deliveries(held)
    User.objects.filter(pk=subscriber.owner_id).update(is_active=False)
    held = Subscriber.objects.get(pk=held.pk)
    assert tasks.send_waiting(held, 1e12) is tasks.Pace.DONE
    assert sent == []
    assert set(Delivery.objects.values_list("state", flat=True)) == {"withheld"}


def test_a_party_of_its_own(
    submitted: Submission,
    stranger: User,
    staff: dict[str, User],
    manager: User,
    sent: list[str],
    run_tasks: Callable[[], int],
) -> None:
    managers = Caller(manager)
    assert managers.post("webhooks/", {"title": "x", "url": URL, "party": 99}).status_code == 422
    managers.post("webhooks/", {"title": "x", "url": URL, "party": stranger.parties[0].pk})
    case = cast.step(submitted, "pass_on", staff["desk"])
    run_tasks()
    assert sent == []
    managers.post("webhooks/", {"title": "y", "url": URL, "party": submitted.party_id})
    cast.pass_desks(case, staff, "subs")
    run_tasks()
    assert sent == ["pass_on 3"]


@pytest.mark.parametrize(
    "said",
    [
        {"title": "x"},
        {"title": "x", "url": "ftp://example.com"},
        {"title": "x", "url": "https://user:pass@example.com/"},
        {"title": "x", "url": "https://["},
        {"title": "x", "url": URL, "events": ["submission.nothing"]},
        {"title": "x", "url": URL, "owner": 1},
    ],
)
def test_what_is_no_subscriber_is_refused(manager: User, said: dict[str, Any]) -> None:
    assert Caller(manager).post("webhooks/", said).status_code == 422


def test_outside_development_only_https(manager: User, settings: Any) -> None:
    said = {"title": "x", "url": "http://example.com/"}
    assert Caller(manager).post("webhooks/", said).status_code == 201
    settings.DEVELOPMENT = False
    answer = Caller(manager).post("webhooks/", said)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_address")


def test_too_many_at_once_are_refused(
    submitted: Submission, manager: User, subscriber: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "MOST_AGAIN", 1)
    Submission.objects.get().history.create(
        seq=2, name="take", from_state="in_review", to_state="in_review"
    )
    tasks.number_steps()
    answer = Caller(manager).post(f"webhooks/{subscriber.pk}/replay/", {"first": 1, "last": 9})
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_events")


def test_only_who_looks_after_them_reaches_them(
    subscriber: Subscriber, staff: dict[str, User], maryam: User, editor: User, admin: User
) -> None:
    one = f"webhooks/{subscriber.pk}/"
    doors = [
        *(("get", "webhooks/"), ("post", "webhooks/"), ("get", one), ("patch", one)),
        *(("delete", one), ("post", f"{one}secret/"), ("get", f"{one}log/")),
        ("post", f"{one}replay/"),
    ]
    said = {"first": 1, "title": "x", "url": URL}
    bodies = {"webhooks/": {"title": "x", "url": URL}, one: {"title": "x"}}
    for person in (staff["desk"], maryam, editor):
        caller = Caller(person)
        for method, path in doors:
            body = (
                None if method in ("get", "delete") else bodies.get(path, {"first": said["first"]})
            )
            answer = call(caller, method, path, body)
            assert answer.status_code == (403 if path == "webhooks/" else 404), (method, path)
    assert all(call(Caller(), method, path).status_code == 401 for method, path in doors)
    admins = Caller(admin)
    assert admins.get(one).status_code == 200
    assert call(admins, "delete", one).status_code == 204
    assert not Subscriber.objects.exists()


def test_a_list_costs_few_questions(
    submitted: Submission,
    manager: User,
    subscriber: Subscriber,
    sent: list[str],
    run_tasks: Callable[[], int],
    django_assert_max_num_queries: Any,
) -> None:
    subscribers.send_again(subscriber, 1, 1, by=manager)
    run_tasks()
    managers = Caller(manager)
    for path in ("webhooks/", f"webhooks/{subscriber.pk}/log/"):
        managers.get(path)
        with django_assert_max_num_queries(15):
            assert managers.get(path).status_code == 200


def test_a_manager_adds_one_on_the_pages_and_sees_its_secret_once(
    client: Client, manager: User, maryam: User, signed_in: SignIn
) -> None:
    signed_in(client, manager)
    said = {"title": "دبیرخانه", "url": "example.com", "owner": "nobody", "is_on": "on"}
    wrong = client.post(f"{ADMIN}create/", said)
    assert wrong.status_code == 422
    assert "کاربر فعالی با این نام کاربری وجود ندارد." in wrong.content.decode()
    said |= {"url": URL, "owner": manager.username, "events": ["letter.issued"]}
    page = client.post(f"{ADMIN}create/", said)
    made = Subscriber.objects.get()
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert (made.events, made.owner) == (["letter.issued"], manager)
    for address in ("", f"inspect/{made.pk}/", f"edit/{made.pk}/"):
        shown = client.get(f"{ADMIN}{address}")
        assert shown.status_code == 200
        assert "whsec_" not in shown.content.decode()


def test_a_manager_sends_again_renews_the_secret_and_deletes(
    client: Client,
    submitted: Submission,
    manager: User,
    subscriber: Subscriber,
    sent: list[str],
    run_tasks: Callable[[], int],
    signed_in: SignIn,
) -> None:
    signed_in(client, manager)
    act = f"{ADMIN}act/{subscriber.pk}/"
    assert client.post(act, {"act": "replay", "first": "یک"}).status_code == 422
    assert client.post(act, {"act": "replay", "first": "۵", "last": "۱"}).status_code == 422
    assert client.post(act, {"act": "replay", "first": "۱"}).status_code == 302
    run_tasks()
    assert sent == ["submit 1"]
    page = client.get(f"{ADMIN}inspect/{subscriber.pk}/").content.decode()
    assert submitted.tracking_code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) in page
    assert "whsec_" in client.post(act, {"act": "secret"}).content.decode()
    Subscriber.objects.update(paused_at=now())
    client.post(act, {"act": "resume"})
    assert Subscriber.objects.get().paused_at is None
    client.post(act, {"act": "delete"})
    assert not Subscriber.objects.exists()


def test_the_log_of_what_is_over_is_swept(
    submitted: Submission,
    manager: User,
    subscriber: Subscriber,
    sent: list[str],
    run_tasks: Callable[[], int],
) -> None:
    subscribers.send_again(subscriber, 1, 1, by=manager)
    run_tasks()
    assert tasks.forget_old_log() == 0
    Delivery.objects.update(settled_at=now() - tasks.KEPT_FOR * 2)
    assert tasks.forget_old_log() == 1
    assert not Delivery.objects.exists()


def test_without_its_secret_nothing_is_sent(subscriber: Subscriber) -> None:
    subscriber.secret = ""
    assert sending.send_event(subscriber, Any).error == sending.NO_SECRET  # type: ignore[arg-type]
