"""A worker killed while it tells a receiver of events: each is acknowledged, in order, none lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from submissions.models import Submission
from tests.services.test_webhooks import happen
from tests.webhooks.receiver import Receiver
from webhooks import subscribers, tasks
from webhooks.models import Attempt, Delivery
from webhooks.subscribers import Wanted
from work import enqueue, recovery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

EVENTS, BEFORE = 60, 15


def slowly(receiver: Receiver, event: dict[str, Any]) -> int:
    time.sleep(0.03)
    return 200


def test_what_the_killed_one_had_not_recorded_comes_again_under_the_same_name(
    submitted: Submission,
    manager: User,
    start_worker: Callable[[str], Any],
    kill: Callable[[Any], None],
    wait_for: Callable[[Callable[[], object]], None],
) -> None:
    receiver = Receiver()
    receiver.behaves = slowly
    wanted = Wanted(title="دبیرخانه", url=receiver.url, owner=manager)
    subscriber, receiver.secret = subscribers.add_subscriber(wanted, by=manager)
    happen(submitted, EVENTS)
    enqueue(tasks.deliver_events, subscriber.pk)
    victim = start_worker("webhooks")
    wait_for(lambda: len(receiver.acknowledged) >= BEFORE)
    kill(victim)
    recorded = Attempt.objects.count()
    assert recorded < EVENTS

    start_worker("webhooks")
    recovery.recover({})
    wait_for(lambda: Delivery.objects.filter(state="acknowledged").count() == EVENTS)
    receiver.end()

    numbers = receiver.numbers()
    assert len(set(numbers)) == EVENTS
    # At most the one whose answer the killed worker did not come to write down.
    assert len(numbers) <= EVENTS + 1
    assert Attempt.objects.count() == EVENTS
    for seqs in receiver.by_request().values():
        assert sorted(set(seqs)) == list(dict.fromkeys(seqs))
