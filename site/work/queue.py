"""``enqueue``: the only way to hand work to django-q2.

django-q2 delivers at least once and drops a task that raises, so a queued task
is only a nudge: the row that the task claims is what must not be lost (see
``work.leases`` and ``work.sweeps``).
"""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

# A task as the queue knows it: its dotted name and its arguments.
Call = tuple[str, tuple[Any, ...]]

# Above this many waiting tasks nobody looks through the queue any more: what
# is lost waits until the backlog has gone down.
BACKLOG = 1000


class Backlog(Exception):
    """So many tasks wait that looking through them would cost more than it helps."""


def enqueue(task: Callable[..., object], *args: Any) -> None:
    """Have ``task(*args)`` run by a worker, at least once and soon.

    ``task`` is a function at the top of a module, ``args`` are ids or other
    values that JSON can carry. With the ORM broker the queue's row belongs to
    the caller's transaction; with Redis the task is sent when that commits.

    Raises TypeError when the task or an argument cannot be named in a queue.
    """
    call = path_of(task)
    json.dumps(args)
    if settings.WORK_BROKER == "redis":
        # The row is committed by then: a Redis that does not answer must not
        # turn the visitor's page into an error. The sweep sends it again.
        transaction.on_commit(lambda: _push_call(call, args), robust=True)
    else:
        _push_call(call, args)


def path_of(task: Callable[..., object]) -> str:
    """The dotted name under which a worker finds ``task``.

    Raises TypeError for lambdas, methods and functions inside functions.
    """
    name = getattr(task, "__qualname__", "")
    if not name.isidentifier():
        raise TypeError(f"A task must be a function at the top of a module, not {task!r}")
    return f"{task.__module__}.{name}"


_former_names: dict[str, str] = {}


def answer_to(former: str, task: Callable[..., object]) -> None:
    """Have calls that were queued under a dotted name of old run as ``task``.

    Called from AppConfig.ready() when a task has moved: what waits in a queue during an
    update is then still found. Raises TypeError when the task cannot be queued.
    """
    _former_names[former] = path_of(task)


def under_todays_name(payload: str) -> str:
    """The signed call, with the name that its task has today; what cannot be read stays."""
    from django_q.signing import BadSignature, SignedPackage

    try:
        call = SignedPackage.loads(payload)
    except (TypeError, BadSignature):
        return payload
    if call["func"] not in _former_names:
        return payload
    renamed: str = SignedPackage.dumps(call | {"func": _former_names[call["func"]]})
    return renamed


def waiting_calls() -> set[Call]:
    """The calls that are in the queue, those being run included (ORM broker).

    Raises Backlog when there are more than BACKLOG of them.
    """
    from django_q.signing import BadSignature, SignedPackage

    calls = set()
    for payload in _queued_payloads():
        try:
            task = SignedPackage.loads(payload)
        except (TypeError, BadSignature):
            # Signed with another SECRET_KEY; the worker throws such rows away.
            continue
        name = _former_names.get(task["func"], task["func"])
        calls.add((name, tuple(task["args"])))
    return calls


def put_back(rows: Iterable[int]) -> int:
    """Make rows of the ORM queue due at once that a killed worker had taken; their number."""
    from django_q.models import OrmQ

    return OrmQ.objects.filter(pk__in=list(rows)).update(lock=timezone.now())


def _push_call(call: str, args: tuple[Any, ...]) -> None:
    # django_q has models: it cannot be imported while the apps are loading,
    # and `from work import enqueue` stands on top of modules that load then.
    from django_q.tasks import async_task

    async_task(call, *args)


def _queued_payloads() -> list[Any]:
    from django_q.brokers import get_broker
    from django_q.models import OrmQ

    if settings.WORK_BROKER == "redis":
        broker = get_broker()
        payloads = broker.connection.lrange(broker.list_key, 0, BACKLOG)
    else:
        payloads = list(OrmQ.objects.values_list("payload", flat=True)[: BACKLOG + 1])
    if len(payloads) > BACKLOG:
        raise Backlog
    return payloads


FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)


def back_off(tries: int) -> timedelta:
    """The rest after the ``tries``-th attempt: 30 s, doubled each time, one hour at most."""
    doublings = max(tries - 1, 0)
    # The shift is capped first: a timedelta overflows long before an int does.
    return min(FIRST * 2 ** min(doublings, 12), LONGEST)
