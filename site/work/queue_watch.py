"""What is known of the queues: how long they are, what is due in them, when they were swept."""

import time
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min
from django.utils import timezone

from work import sweeps
from work.models import AuditEntry
from work.queue import read_call
from work.watch import Figure, Values, register_figure, register_finding

# Seconds after which a task that waits, by class of work, is for somebody to look at.
PATIENCE = {"codes": 30, "letters": 120}
USUAL_PATIENCE = 600
# A row is due until its task claims it: the sweep comes every minute and may have to come twice.
ROW_PATIENCE = 300
# Rows of one kind that are read to find the one that waits longest.
READ_AT_MOST = 1000
SWEEP_PATIENCE = 180
AUDIT_PATIENCE = 300


def names_of_queues() -> list[str]:
    """The classes of work, the most urgent first."""
    return list(settings.WORK_CLASSES)


def queue_lengths() -> Values:
    """How many tasks wait in each queue."""
    return {name: length for name, (length, _age) in _look_into_queues().items()}


def queue_ages() -> Values:
    """For how many seconds the oldest task of each queue has been waiting; 0 in an empty one."""
    return {name: age for name, (_length, age) in _look_into_queues().items()}


def _look_into_queues() -> dict[str, tuple[int, float]]:
    empty = dict.fromkeys(names_of_queues(), (0, 0.0))
    return empty | (_of_redis() if settings.WORK_BROKER == "redis" else _of_the_database())


def _of_the_database() -> dict[str, tuple[int, float]]:
    # django_q has models: it cannot be imported while the apps are loading.
    from django_q.models import OrmQ

    moment = timezone.now()
    due = OrmQ.objects.filter(lock__lte=moment).values("key").order_by()
    found = due.annotate(length=Count("pk"), since=Min("lock"))
    return {row["key"]: (row["length"], _seconds(row["since"], moment)) for row in found}


def _of_redis() -> dict[str, tuple[int, float]]:
    from django_q.brokers import get_broker

    found = {}
    for name in names_of_queues():
        broker = get_broker(name)
        oldest = broker.connection.lindex(broker.list_key, 0)
        found[name] = broker.queue_size(), _age_of(oldest)
    return found


def _age_of(payload: bytes | None) -> float:
    # What none of our keys has signed the worker throws away.
    call = read_call(payload.decode()) if payload else None
    return _seconds(call["started"], timezone.now()) if call else 0.0


def due_ages() -> Values:
    """For how many seconds the row that waits longest has been due, by kind of row."""
    moment = timezone.now()
    # What has room for few waits for a neighbour that is silent, and for nobody to look after it.
    kinds = {name: kind for name, kind in sweeps.registered().items() if kind.room() is None}
    return {name: _age_of_due(kind, moment) for name, kind in kinds.items()}


def _age_of_due(kind: sweeps.Sweep, moment: datetime) -> float:
    due = kind.queryset().unclaimed(moment).order_by("queued_at")
    times = due.values_list(*kind.due_since)[:READ_AT_MOST]
    return max((_seconds(_latest(row), moment) for row in times), default=0.0)


def _latest(times: Iterable[datetime | None]) -> datetime:
    return max(moment for moment in times if moment)


def last_sweep() -> Values:
    """When the last sweep ended, in seconds of the epoch; nothing when that is not known."""
    ended = cache.get(sweeps.ENDED)
    return {} if ended is None else {"": ended}


def unsealed_age() -> Values:
    """For how many seconds the oldest entry of the audit trail has been without its seal."""
    oldest = AuditEntry.objects.filter(seq=None).order_by("pk").values_list("at", flat=True).first()
    return {"": _seconds(oldest, timezone.now()) if oldest else 0.0}


def check_queues() -> str:
    """The queues whose oldest task waits too long."""
    return _too_old(queue_ages(), "{name}: the oldest task waits for {age} s")


def check_due_rows() -> str:
    """The kinds of rows whose task seems to be lost."""
    ages = {name: age for name, age in due_ages().items() if age > ROW_PATIENCE}
    return ", ".join(f"{name}: due for {age:.0f} s" for name, age in ages.items())


def check_sweep() -> str:
    """Whether the sweep has come round; a clock that was set back keeps it away for good."""
    ended = last_sweep().get("")
    if ended is None:
        return "no sweep is known of"
    age = time.time() - ended
    if age < -SWEEP_PATIENCE:
        return f"the last sweep lies {-age:.0f} s ahead: the clock was set back"
    return f"the last sweep ended {age:.0f} s ago" if age > SWEEP_PATIENCE else ""


def check_audit_trail() -> str:
    """Whether entries wait for their seal longer than a sweep takes."""
    age = unsealed_age()[""]
    return f"an entry waits for its seal for {age:.0f} s" if age > AUDIT_PATIENCE else ""


def _too_old(ages: Values, words: str) -> str:
    late = {name: age for name, age in ages.items() if age > PATIENCE.get(name, USUAL_PATIENCE)}
    return ", ".join(words.format(name=name, age=round(age)) for name, age in late.items())


def _seconds(since: datetime, until: datetime) -> float:
    return max((until - since).total_seconds(), 0.0)


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(Figure("portal_queue_length", "Tasks that wait.", queue_lengths, "queue"))
    register_figure(
        Figure("portal_queue_age_seconds", "How long the oldest task waits.", queue_ages, "queue")
    )
    register_figure(
        Figure("portal_due_age_seconds", "How long the oldest due row waits.", due_ages, "kind")
    )
    register_figure(
        Figure("portal_last_sweep_timestamp_seconds", "When the last sweep ended.", last_sweep)
    )
    register_figure(
        Figure("portal_audit_unsealed_seconds", "Age of the oldest unsealed entry.", unsealed_age)
    )
    register_finding(check_queues, "queues")
    register_finding(check_due_rows, "due rows")
    register_finding(check_sweep, "sweep")
    register_finding(check_audit_trail, "audit trail")
