"""``enqueue``: the only way to hand work to django-q2.

django-q2 delivers at least once and drops a task that raises, so a queued task
is only a nudge: the row that the task claims is what must not be lost (see
``work.leases`` and ``work.sweeps``). Every task belongs to a class, which has a
queue and worker processes of its own (``settings.WORK_CLASSES``), so that what
is urgent never waits behind what is not.
"""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

# As many of the oldest calls are looked at to tell since when a queue waits.
_OLDEST = 10
# Begins the mark of a call that has no row.
_OUT_OF_REDIS = "@"
Task = TypeVar("Task", bound=Callable[..., object])

_classes: dict[str, str] = {}
_first: set[str] = set()
_former_names: dict[str, str] = {}


def declare_task(work_class: str, *, first: bool = False) -> Callable[[Task], Task]:
    """Make a function at the top of a module a task of ``work_class``.

    ``first``: it is taken before whatever else waits in its class. Raises TypeError for
    what a worker could not find.
    """

    def declare(task: Task) -> Task:
        call = path_of(task)
        _classes[call] = work_class
        if first:
            _first.add(call)
        return task

    return declare


def path_of(task: Callable[..., object]) -> str:
    """The dotted name under which a worker finds ``task``.

    Raises TypeError for lambdas, methods and functions inside functions.
    """
    name = getattr(task, "__qualname__", "")
    if not name.isidentifier():
        raise TypeError(f"A task must be a function at the top of a module, not {task!r}")
    return f"{task.__module__}.{name}"


def class_of(task: Callable[..., object]) -> str:
    """The class that ``task`` was declared with; TypeError when it never was."""
    call = path_of(task)
    if call not in _classes:
        raise TypeError(f"{call} was not declared: @declare_task says to which class it belongs")
    return _classes[call]


def declared_classes() -> set[str]:
    """The classes of all tasks that this process knows."""
    return set(_classes.values())


def enqueue(task: Callable[..., object], *args: Any) -> None:
    """Have ``task(*args)`` run by a worker of its class, at least once and soon.

    ``task`` is a declared function at the top of a module, ``args`` are ids or other
    values that JSON can carry. With the ORM broker the queue's row belongs to
    the caller's transaction; with Redis the task is sent when that commits.

    Raises TypeError when the task is not declared or an argument cannot be named in a queue.
    """
    call, work_class = path_of(task), class_of(task)
    json.dumps(args)
    if settings.WORK_BROKER == "redis":
        # The row is committed by then: a Redis that does not answer must not
        # turn the visitor's page into an error. The sweep sends it again.
        transaction.on_commit(lambda: _push_call(call, args, work_class), robust=True)
    else:
        _push_call(call, args, work_class)


def answer_to(former: str, task: Callable[..., object]) -> None:
    """Have calls that were queued under a dotted name of old run as ``task``.

    Called from AppConfig.ready() when a task has moved: what waits in a queue during an
    update is then still found. Raises TypeError when the task cannot be queued.
    """
    _former_names[former] = path_of(task)


def under_todays_name(payload: str) -> str:
    """The call under today's key and its task's name of today; what cannot be read stays."""
    from django_q.conf import Conf
    from django_q.signing import SignedPackage

    call, key = _read_signed(payload)
    if call is None or (key == Conf.SECRET_KEY and call["func"] not in _former_names):
        return payload
    name = _former_names.get(call["func"], call["func"])
    renewed: str = SignedPackage.dumps(call | {"func": name})
    return renewed


def _read_signed(payload: str) -> tuple[dict[str, Any] | None, str]:
    """A queued call and the key that signed it; no call where none of our keys did.

    django-q2 itself knows nothing of SECRET_KEY_FALLBACKS.
    """
    from django_q.conf import Conf
    from django_q.core_signing import loads
    from django_q.signing import BadSignature, PickleSerializer

    for key in (Conf.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with suppress(TypeError, BadSignature):
            return loads(payload, key=key, salt=Conf.PREFIX, serializer=PickleSerializer), key
    return None, ""


def read_call(payload: str) -> dict[str, Any] | None:
    """What a signed call says; None when none of our keys signed it.

    The worker throws such calls away.
    """
    return _read_signed(payload)[0]


def goes_first(payload: str) -> bool:
    """Whether the signed call is one that is taken before all others of its class."""
    call = read_call(payload)
    return call is not None and call["func"] in _first


def class_of_call(payload: str) -> str:
    """Where a signed call belongs; to the last class when nobody knows its task any more."""
    call = read_call(payload)
    name = _former_names.get(call["func"], call["func"]) if call else ""
    try:
        return class_of(import_string(name))
    except (ImportError, TypeError):
        return list(settings.WORK_CLASSES)[-1]


def waiting_since(work_class: str, *, in_hand: Collection[str] | None = None) -> datetime | None:
    """When the oldest call of a class was queued, those being run included; None: none waits.

    A worker that has pulled a call may have died since. With ``in_hand`` of all pulled calls only
    those of this list count, which are known to be in living hands. With Redis a pulled call is out
    of the queue: without the list it is never seen.
    """
    from django_q.brokers import get_broker
    from django_q.models import OrmQ

    known = in_hand or ()
    if settings.WORK_BROKER == "redis":
        broker = get_broker(work_class)
        payloads = broker.connection.lrange(broker.list_key, 0, _OLDEST - 1)
    else:
        rows = OrmQ.objects.filter(key=work_class).order_by("pk")
        if in_hand is not None:
            pulled = rows.filter(pk__in=[int(mark) for mark in known if mark.isdigit()])
            rows = rows.filter(lock__lte=timezone.now()) | pulled
        payloads = list(rows.values_list("payload", flat=True)[:_OLDEST])
    calls = [call for payload in payloads if (call := read_call(payload))]
    times = [call["started"] for call in calls]
    return min(times + _times_of_marks(known), default=None)


def mark_call(payload: str) -> str | None:
    """What a call is known by that has no row: when it was queued; None when it cannot be read."""
    call = read_call(payload)
    return f"{_OUT_OF_REDIS}{call['started'].isoformat()}" if call else None


def _times_of_marks(marks: Collection[str]) -> list[datetime]:
    """When the calls of these marks were queued, as far as the marks tell."""
    return [datetime.fromisoformat(mark[1:]) for mark in marks if mark.startswith(_OUT_OF_REDIS)]


def put_back(rows: Mapping[int, float]) -> int:
    """Make rows of the ORM queue due that a killed worker had taken; their number.

    ``rows`` tells how many seconds each shall rest before.
    """
    from django_q.models import OrmQ

    now = timezone.now()
    return sum(
        OrmQ.objects.filter(pk=row).update(lock=now + timedelta(seconds=rest))
        for row, rest in rows.items()
    )


def _push_call(call: str, args: tuple[Any, ...], work_class: str) -> None:
    # django_q has models: it cannot be imported while the apps are loading,
    # and `from work import enqueue` stands on top of modules that load then.
    from django_q.tasks import async_task

    async_task(call, *args, cluster=work_class)


FIRST = timedelta(seconds=30)
FIRST_AFTER_DEATH = timedelta(seconds=5)
LONGEST = timedelta(hours=1)


def back_off(tries: int) -> timedelta:
    """The rest after the ``tries``-th attempt: 30 s, doubled each time, one hour at most."""
    doublings = max(tries - 1, 0)
    # The shift is capped first: a timedelta overflows long before an int does.
    return min(FIRST * 2 ** min(doublings, 12), LONGEST)


def rest_after_death(tries: int) -> timedelta:
    """The rest when the process of the ``tries``-th attempt died: none, 5 s, doubled each time.

    Processes are killed for reasons of their own; only who has lost two is suspected of having
    done it.
    """
    if tries < 2:
        return timedelta(0)
    return min(FIRST_AFTER_DEATH * 2 ** min(tries - 2, 12), LONGEST)
