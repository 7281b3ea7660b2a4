"""Sweeps: finds rows that were queued and then forgotten, and queues them again.

A worker can be killed, a Redis can lose its memory, a task can raise: the row
is still there. Every app registers its claimable rows here, and once a minute
the sweep looks at what nobody claimed.

Which row still waits in the queue is not looked up call by call. A queue is
worked in the order in which it was filled: what was queued before its oldest
call is out of it. So a sweep of any backlog asks each queue one question.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from work import audit, former_queue, queue
from work.leases import ClaimableQuerySet

logger = logging.getLogger(__name__)

# A task that waits this long has probably been lost; an idle worker starts
# one within a second. No longer lies between a row's time of queueing and its call's.
GRACE = timedelta(minutes=1)
# Rows of one kind sent again in one transaction.
AT_ONCE = 200
# After this time no further ones are sent; the next sweep goes on a minute later.
SECONDS = 5.0
SCHEDULE = "work.sweep"
# Where the cache keeps the time at which the last sweep ended.
ENDED = "work:sweep-ended"
# Instead of a number, for a part of the sweep that raised.
FAILED = -1


def _without_limit() -> int | None:
    return None


@dataclass(frozen=True)
class Sweep:
    """One kind of row and the task that works on it."""

    queryset: Callable[[], ClaimableQuerySet]
    task: Callable[..., object]
    # The columns of which the latest says since when a row is due.
    due_since: tuple[str, ...] = ("queued_at", "not_before")
    room: Callable[[], int | None] = _without_limit

    @property
    def urgency(self) -> int:
        """The place of its class among all classes."""
        return list(settings.WORK_CLASSES).index(queue.class_of(self.task))


_registered: dict[str, Sweep] = {}
_chores: dict[str, Callable[[], int]] = {}


def register_sweep(
    queryset: Callable[[], ClaimableQuerySet],
    task: Callable[..., object],
    name: str,
    *due_since: str,
    room: Callable[[], int | None] = _without_limit,
) -> None:
    """Have forgotten rows of ``queryset()`` handed to ``task(pk)`` again.

    ``due_since``: columns that hold a row back, beside those of every claimable one.
    ``room()`` tells how many at most can be of use now; None: all. Called from
    AppConfig.ready(). Raises ValueError when the name is taken, TypeError when the task
    cannot be queued.
    """
    if name in _registered:
        raise ValueError(f"Two sweeps are called {name!r}")
    queue.class_of(task)
    _registered[name] = Sweep(queryset, task, (*Sweep.due_since, *due_since), room)


def registered() -> dict[str, Sweep]:
    """All kinds of rows that are swept, by name."""
    return dict(_registered)


def register_chore(chore: Callable[[], int], name: str) -> None:
    """Have ``chore()`` done at every sweep; it tells how many it saw to and must be short.

    Called from AppConfig.ready(). Raises ValueError when the name is taken.
    """
    if name in _chores:
        raise ValueError(f"Two chores are called {name!r}")
    _chores[name] = chore


@queue.declare_task("chores", first=True)
def sweep() -> dict[str, int]:
    """Queue again what nobody claimed, seal the audit trail, do the chores; how many of each.

    A row whose task still waits in the queue is left alone. With Redis a task that a worker has
    pulled is out of the queue: its row may be queued once more, and one of both finds it claimed.
    """
    parts: dict[str, Callable[[], int]] = {"audit": audit.seal_entries, **_chores}
    parts["calls of before"] = former_queue.refile_calls
    counts = do_each(parts) | send_forgotten()
    cache.set(ENDED, time.time(), timeout=None)
    return counts


def do_each(parts: Mapping[str, Callable[[], int]]) -> dict[str, int]:
    """Do each part by itself: one that fails is logged, counts FAILED and holds no other up."""
    counts = {}
    for name, part in parts.items():
        try:
            counts[name] = part()
        except Exception:
            logger.exception("The sweep's part «%s» failed", name)
            counts[name] = FAILED
    return counts


def send_forgotten(
    grace: timedelta = GRACE, *, in_hand: Mapping[str, Collection[str]] | None = None
) -> dict[str, int]:
    """Queue again what waits for longer than ``grace``; how many of each kind.

    With ``in_hand``, by class of work, also what was pulled from the queue and not claimed, but
    for the calls named there: see :func:`work.queue.waiting_since`. What another host has pulled
    nobody can name here; it may be queued once more, and one of both finds its row claimed.
    """
    until = time.monotonic() + SECONDS
    kinds = sorted(_registered.items(), key=lambda known: known[1].urgency)
    return do_each(
        {name: partial(_send_again, kind, until, grace, in_hand) for name, kind in kinds}
    )


def swept_kinds() -> list[ClaimableQuerySet]:
    """All rows of every kind that is swept."""
    return [kind.queryset() for kind in _registered.values()]


def _send_again(
    kind: Sweep, until: float, grace: timedelta, in_hand: Mapping[str, Collection[str]] | None
) -> int:
    """Send page after page until nothing is left, there is no more room, or the time is up."""
    room, sent = kind.room(), 0
    work_class = queue.class_of(kind.task)
    pulled = None if in_hand is None else in_hand.get(work_class, ())
    before = _horizon(work_class, grace, pulled)
    while room is None or sent < room:
        most = AT_ONCE if room is None else min(AT_ONCE, room - sent)
        page = _send_page(kind, before, most)
        sent += page
        if page < most or time.monotonic() >= until:
            break
    return sent


def _horizon(work_class: str, grace: timedelta, in_hand: Collection[str] | None) -> datetime:
    """What was queued before this moment is no longer in the queue of the class."""
    now = timezone.now()
    return min(queue.waiting_since(work_class, in_hand=in_hand) or now, now) - grace


@transaction.atomic
def _send_page(kind: Sweep, before: datetime, most: int) -> int:
    """Send the longest forgotten rows again; they are queued from now on, for every other sweep."""
    now = timezone.now()
    forgotten = kind.queryset().forgotten(now, now - before).select_for_update()
    pks = list(forgotten.order_by("queued_at").values_list("pk", flat=True)[:most])
    kind.queryset().filter(pk__in=pks).update(queued_at=now)
    for pk in pks:
        queue.enqueue(kind.task, pk)
    return len(pks)
