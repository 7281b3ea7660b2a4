"""Every task belongs to a class, and lies in the queue of its class alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django_q.models import OrmQ, Schedule
from django_q.tasks import async_task

from letters.tasks import issue_letter
from messaging import delivery
from signin.recovery import send_recovery
from webhooks.tasks import deliver_events
from work import checks, enqueue, former_queue, queue, sweeps
from work.brokers import OrmBroker

FORMER = settings.Q_CLUSTER["name"]


def modules() -> Iterator[str]:
    """All modules of the house."""
    house = settings.BASE_DIR
    for app in settings.PORTAL_APPS:
        config = apps.get_app_config(app.split(".")[0])
        for path in Path(config.path).rglob("*.py"):
            root = settings.SITE_DIR if path.is_relative_to(settings.SITE_DIR) else house
            if "migrations" not in path.parts:
                yield ".".join(path.relative_to(root).with_suffix("").parts)


def handed_over(module: str) -> Iterator[object]:
    """What this module hands to ``enqueue``, ``register_sweep`` and ``keep_schedule``."""
    place = {"enqueue": 0, "register_sweep": 1, "keep_schedule": 1, "answer_to": 1}
    file = Path(import_module(module).__file__ or "")
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in place and len(node.args) > place[name]:
                yield ast.unparse(node.args[place[name]]).rpartition(".")[2]


def test_whatever_is_queued_anywhere_has_a_class_that_is_worked():
    names = {name for module in modules() for name in handed_over(module)}
    declared = {call.rpartition(".")[2] for call in queue._classes}

    # In work itself a task is a variable.
    assert names - declared <= {"task"}
    assert len(names & declared) >= 9
    assert queue.declared_classes() <= set(settings.WORK_CLASSES)


def test_a_task_without_a_class_is_refused_wherever_it_is_named(db):
    for hand_over in (enqueue, lambda task: sweeps.register_sweep(list, task, "undeclared")):
        with pytest.raises(TypeError, match="declare_task"):
            hand_over(undeclared)


def undeclared() -> None:
    """Nobody said to which class it belongs."""


@pytest.mark.parametrize(
    ("task", "work_class"),
    [
        (delivery.deliver_code, "codes"),
        (send_recovery, "codes"),
        (issue_letter, "letters"),
        (delivery.deliver_sms, "messages"),
        (sweeps.sweep, "chores"),
        (deliver_events, "webhooks"),
    ],
)
def test_each_class_takes_its_own_calls_alone(db, task, work_class):
    enqueue(task, 1)

    others = [name for name in settings.WORK_CLASSES if name != work_class]
    assert [OrmBroker(name).dequeue() for name in others] == [None] * len(others)
    assert len(OrmBroker(work_class).dequeue()) == 1


def test_a_class_that_nobody_works_is_an_error(settings):
    settings.WORK_CLASSES = {**settings.WORK_CLASSES, "letters": 0}

    assert [error.id for error in checks.queue_settings()] == ["work.E005"]


def test_every_job_by_the_clock_has_one_class_that_looks_after_it(db):
    clusters = Schedule.objects.values_list("cluster", flat=True)

    assert set(clusters) <= set(settings.WORK_CLASSES)


def test_what_lay_in_the_one_queue_of_before_is_moved_in_its_order(db):
    async_task("accounts.tasks.deliver_sms", 1, cluster=FORMER)
    async_task("letters.tasks.issue_letter", 2, cluster=FORMER)
    async_task("accounts.tasks.deliver_sms", 3, cluster=FORMER)
    async_task("gone.with.its.module", 4, cluster=FORMER)

    assert former_queue.refile_calls() == 4

    rows = OrmQ.objects.order_by("pk")
    assert [row.key for row in rows] == ["messages", "letters", "messages", "webhooks"]
    assert [row.task["args"] for row in rows] == [(1,), (2,), (3,), (4,)]
    assert former_queue.refile_calls() == 0
