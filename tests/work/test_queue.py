"""A task is queued with the change that asks for it, or not at all."""

import pytest
from django.db import transaction
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage

from tests.work.parcels import deliver
from tests.worker import queued
from work import enqueue, queue
from work.brokers import OrmBroker

DELIVER = "tests.work.parcels.deliver"


def test_the_task_is_queued_by_name_with_its_arguments(transactional_db):
    enqueue(deliver, 7)

    assert queued() == [(DELIVER, (7,))]


def test_a_change_that_is_undone_takes_its_task_with_it(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(deliver, 7)
        raise ZeroDivisionError

    assert not OrmQ.objects.exists()


def test_with_redis_the_task_is_sent_when_the_change_is_committed(
    settings, monkeypatch, django_capture_on_commit_callbacks, db
):
    settings.WORK_BROKER = "redis"
    sent = []
    monkeypatch.setattr(queue, "_push_call", lambda *call: sent.append(call))

    with django_capture_on_commit_callbacks(execute=True):
        enqueue(deliver, 7)
        assert sent == []

    assert sent == [(DELIVER, (7,), "chores")]


def test_a_redis_that_does_not_answer_does_not_fail_the_committed_change(
    settings, monkeypatch, transactional_db
):
    def unreachable(*call):
        raise ConnectionError

    settings.WORK_BROKER = "redis"
    monkeypatch.setattr(queue, "_push_call", unreachable)

    with transaction.atomic():
        enqueue(deliver, 7)

    assert not transaction.get_connection().in_atomic_block


def test_what_waits_survives_a_change_of_the_key(settings, monkeypatch, transactional_db):
    enqueue(deliver, 7)
    settings.SECRET_KEY_FALLBACKS = ["another one of before", Conf.SECRET_KEY]
    monkeypatch.setattr(Conf, "SECRET_KEY", "the new one")

    assert queue.waiting_since("chores")
    [(_, handed)] = OrmBroker("chores").dequeue()
    task = SignedPackage.loads(handed)
    assert (task["func"], task["args"]) == (DELIVER, (7,))

    settings.SECRET_KEY_FALLBACKS = ["another one of before"]
    assert queue.waiting_since("chores") is None


@pytest.mark.parametrize(
    "task", [lambda pk: None, "".join, OrmQ.save], ids=["lambda", "bound", "method"]
)
def test_what_a_worker_could_not_find_is_refused(db, task):
    with pytest.raises(TypeError):
        enqueue(task, 1)


def test_arguments_must_be_ids_not_objects(db):
    with pytest.raises(TypeError):
        enqueue(deliver, object())


def test_a_taken_row_is_due_again_after_it_was_put_back(transactional_db):
    enqueue(deliver, 7)
    broker = OrmBroker("chores")
    [(row, _payload)] = broker.dequeue()
    assert broker.dequeue() is None

    assert queue.put_back({row: 60}) == 1
    assert broker.dequeue() is None
    assert queue.put_back({row: 0}) == 1

    assert [taken for taken, _payload in broker.dequeue()] == [row]
