"""The queues in a real Redis: one for each class, the sweep first, nothing left behind."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.tasks import async_task

from tests.patience import PATIENCE, wait_until
from tests.work.parcels import deliver
from work import enqueue, former_queue, queue, sweeps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture(autouse=True)
def redis(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that listens on a socket file only, as the broker of this process."""
    socket = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    wait_until(socket.exists)
    settings.WORK_BROKER = "redis"
    monkeypatch.setattr(Conf, "BROKER_CLASS", "work.brokers.RedisBroker")
    monkeypatch.setattr(Conf, "REDIS", f"unix://{socket}")
    yield
    server.terminate()
    server.wait(PATIENCE)


def taken(work_class: str) -> list[tuple[str, tuple[Any, ...]]]:
    """What the workers of a class would take now, in order."""
    broker, calls = get_broker(work_class), []
    while broker.queue_size():
        [(_row, payload)] = broker.dequeue()
        call = queue.read_call(payload)
        assert call is not None
        calls.append((call["func"].rpartition(".")[2], tuple(call["args"])))
    return calls


def test_the_sweep_is_taken_before_other_chores():
    for pk in (1, 2):
        enqueue(deliver, pk)
    enqueue(sweeps.sweep)

    assert taken("chores") == [("sweep", ()), ("deliver", (1,)), ("deliver", (2,))]


def test_what_lay_in_the_one_queue_of_before_comes_first_and_in_its_order():
    former = str(Conf.PREFIX)
    enqueue(deliver, 3)
    for name, pk in (("tests.work.parcels.deliver", 1), ("letters.tasks.issue_letter", 7),
                     ("tests.work.parcels.deliver", 2)):  # fmt: skip
        async_task(name, pk, cluster=former)

    assert former_queue.refile_calls() == 3

    assert taken("letters") == [("issue_letter", (7,))]
    assert taken("chores") == [("deliver", (1,)), ("deliver", (2,)), ("deliver", (3,))]
    assert taken(former) == []


def test_a_queue_tells_since_when_its_oldest_call_waits():
    assert queue.waiting_since("chores") is None
    before = timezone.now()
    enqueue(deliver, 1)
    between = timezone.now()
    enqueue(deliver, 2)
    enqueue(sweeps.sweep)

    since = queue.waiting_since("chores")
    assert since is not None
    assert before <= since <= between


def test_what_a_living_worker_has_pulled_is_known_by_the_time_at_which_it_was_queued():
    enqueue(deliver, 1)
    since = queue.waiting_since("chores")
    [(mark, _payload)] = get_broker("chores").dequeue()

    assert queue.waiting_since("chores") is None
    assert queue.waiting_since("chores", in_hand=[mark]) == since
