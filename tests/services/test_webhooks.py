"""Receivers of events over real lines: away, hanging, slow, failing; and where nobody is called."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils.timezone import now

from accounts.models import SmsMessage, User
from persian.identifiers import new_tracking_code
from submissions.models import Step, Submission
from tests.webhooks.receiver import Receiver, hangs, says, stumbles_once
from webhooks import addresses, sending, subscribers, tasks
from webhooks.models import Attempt, Delivery, Subscriber
from webhooks.subscribers import Wanted
from work import sweeps
from work.outside_services import AddressRefused, NeverArrived, OutsideService, Patience

pytestmark = [pytest.mark.services, pytest.mark.django_db]

REQUESTS = 20
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.end()


@pytest.fixture
def subscriber(receiver: Receiver, manager: User) -> Subscriber:
    wanted = Wanted(title="سامانهٔ دبیرخانه", url=receiver.url, owner=manager)
    made, receiver.secret = subscribers.add_subscriber(wanted, by=manager)
    return made


def happen(submitted: Submission, count: int) -> int:
    """So many events, of many requests in turn; how many have no number yet."""
    copies = []
    for _ in range(REQUESTS):
        copy = Submission.objects.get(pk=submitted.pk)
        copy.pk, copy.tracking_code = None, new_tracking_code()
        copy.last_seq = count // REQUESTS
        copies.append(copy)
    made = Submission.objects.bulk_create(copies)
    state = submitted.state
    Step.objects.bulk_create(
        [
            Step(
                submission=made[place % REQUESTS],
                seq=place // REQUESTS + 1,
                name="pass_on",
                from_state=state,
                to_state=state,
                told_at=now(),
            )
            for place in range(count)
        ],
        batch_size=500,
    )
    return Step.objects.filter(number=None).count()


def turn(subscriber: Subscriber, run_tasks: Callable[[], int]) -> None:
    """What the sweep of a minute does."""
    tasks.deliver_events(subscriber.pk)
    run_tasks()


def test_whatever_a_receiver_does_each_event_is_acknowledged_once_and_in_order(
    submitted: Submission,
    subscriber: Subscriber,
    receiver: Receiver,
    run_tasks: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    size: Callable[[int, int], int],
) -> None:
    count = happen(submitted, size(300, 10_000))
    with time_machine.travel(now(), tick=True) as clock:
        receiver.behaves = hangs
        with monkeypatch.context() as patch:
            patch.setattr(sending, "PATIENCE", Patience(total=0.3))
            turn(subscriber, run_tasks)
        assert Attempt.objects.get().error == "Timeout"
        # Away for a week but for some minutes: there is nobody at the address.
        Subscriber.objects.update(url="http://127.0.0.1:9/events")
        for _ in range(4 * 6):
            clock.shift(6 * HOUR)
            turn(subscriber, run_tasks)
        Subscriber.objects.update(url=receiver.url)
        clock.shift(HOUR)
        # Everything fails once, then nothing, and the first answers are slow.
        receiver.behaves = stumbles_once
        receiver.is_over.clear()
        for _ in range(3):
            turn(subscriber, run_tasks)
            clock.shift(HOUR)
        receiver.behaves = slow_for(5)
        begun, already = time.monotonic(), len(receiver.acknowledged)
        while Delivery.objects.waiting().exists():
            turn(subscriber, run_tasks)
            clock.shift(HOUR)
    seconds = time.monotonic() - begun
    caught_up = count - already
    print(f"\n{count} events, {caught_up} caught up at {caught_up / seconds:.0f} a second")

    assert not Subscriber.objects.get().paused_at
    numbers = receiver.numbers()
    assert len(numbers) == len(set(numbers)) == count
    assert all(seqs == sorted(seqs) for seqs in receiver.by_request().values())
    assert Delivery.objects.filter(state="acknowledged").count() == count
    assert not receiver.unsigned


def slow_for(first: int) -> Any:
    def behave(receiver: Receiver, event: dict[str, Any]) -> int:
        if len(receiver.acknowledged) < first:
            time.sleep(0.1)
        return 200

    return behave


def test_after_a_week_of_failure_it_is_paused_and_its_owner_told_and_nothing_is_lost(
    submitted: Submission,
    subscriber: Subscriber,
    receiver: Receiver,
    manager: User,
    run_tasks: Callable[[], int],
) -> None:
    User.objects.filter(pk=manager.pk).update(mobile="09135550000")
    count = happen(submitted, 20)
    receiver.behaves = says(500)
    with time_machine.travel(now(), tick=True) as clock:
        while not Subscriber.objects.get().paused_at:
            turn(subscriber, run_tasks)
            clock.shift(6 * HOUR)
        failing = Delivery.objects.filter(failed_since__lte=now() - WEEK)
        assert failing.exists()
        assert "سامانهٔ دبیرخانه" in SmsMessage.objects.get(key="webhooks/paused").text
        asked = sum(receiver.tried.values())
        sweeps.sweep()
        turn(subscriber, run_tasks)
        assert sum(receiver.tried.values()) == asked

        receiver.behaves = says(200)
        subscribers.resume_subscriber(Subscriber.objects.get(), by=manager)
        run_tasks()
    assert sorted(receiver.numbers()) == sorted(set(receiver.numbers()))
    assert len(receiver.acknowledged) == count


def test_one_event_that_fails_holds_up_its_request_alone(
    submitted: Submission,
    subscriber: Subscriber,
    receiver: Receiver,
    run_tasks: Callable[[], int],
) -> None:
    count = happen(submitted, 60)
    first = {}

    def refuse_one(receiver: Receiver, event: dict[str, Any]) -> int:
        first.setdefault("number", event["number"])
        return 422 if event["number"] == first["number"] else 200

    receiver.behaves = refuse_one
    turn(subscriber, run_tasks)
    held = Delivery.objects.waiting()
    assert held.count() == 3
    assert held.values("submission").distinct().count() == 1
    assert len(receiver.acknowledged) == count - 3
    assert receiver.tried[first["number"]] == 1


def test_a_killed_worker_loses_nothing(
    submitted: Submission,
    subscriber: Subscriber,
    receiver: Receiver,
    run_tasks: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was sent and not recorded is sent again under the same name: its receiver knows it."""
    count = happen(submitted, 20)

    class Killed(BaseException):
        pass

    def die(*args: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("webhooks.deliveries._record", die)
        with pytest.raises(Killed):
            tasks.deliver_events(subscriber.pk)
    [sent] = receiver.numbers()
    with time_machine.travel(now() + timedelta(minutes=3), tick=True):
        sweeps.sweep()
        run_tasks()
    assert receiver.numbers()[:2] == [sent, sent]
    assert len(set(receiver.numbers())) == count
    assert Delivery.objects.filter(state="acknowledged").count() == count


def test_a_subscriber_that_is_deleted_meanwhile_hears_nothing_more(
    submitted: Submission,
    subscriber: Subscriber,
    receiver: Receiver,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    happen(submitted, 20)
    send = sending.send_event

    def send_and_delete(of: Subscriber, step: Step) -> Any:
        outcome = send(of, step)
        subscribers.delete_subscriber(subscriber, by=manager)
        return outcome

    monkeypatch.setattr("webhooks.deliveries.send_event", send_and_delete)
    tasks.deliver_events(subscriber.pk)
    assert len(receiver.acknowledged) == 1
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "224.0.0.1"),
        "2002:7f00:1::",
    ],
)
def test_private_addresses_are_not_called(settings: Any, address: str) -> None:
    settings.DEVELOPMENT = False
    assert not addresses.may_call(address)
    assert addresses.may_call("8.8.8.8")
    assert addresses.may_call("2001:4860:4860::8888")


def test_a_name_that_leads_home_is_refused_when_the_line_is_opened(
    settings: Any, receiver: Receiver
) -> None:
    settings.DEVELOPMENT = False
    port = receiver.server_address[1]
    for name in ("localhost", "127.0.0.1", "[::1]", "0x7f.1"):
        with (
            OutsideService(Patience(total=2), may_call=addresses.may_call) as line,
            pytest.raises(NeverArrived) as refused,
        ):
            line.post(f"http://{name}:{port}/", data=b"{}")
        assert str(refused.value) == AddressRefused.__name__
    assert not receiver.tried


def test_nobody_is_followed_elsewhere(
    submitted: Submission,
    subscriber: Subscriber,
    receiver: Receiver,
    run_tasks: Callable[[], int],
) -> None:
    happen(submitted, 1)
    receiver.behaves = says(307)
    turn(subscriber, run_tasks)
    assert [attempt.status for attempt in Attempt.objects.all()] == [307] * Attempt.objects.count()
    assert not receiver.acknowledged
