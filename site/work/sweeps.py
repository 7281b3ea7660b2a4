"""Sweeps: finds rows that were queued and then forgotten, and queues them again.

A worker can be killed, a Redis can lose its memory, a task can raise: the row
is still there. Every app registers its claimable rows here, and once a minute
the sweep looks at what nobody claimed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from work import audit, queue
from work.leases import ClaimableQuerySet

logger = logging.getLogger(__name__)

# A task that waits this long has probably been lost; an idle worker starts
# one within a second.
GRACE = timedelta(minutes=1)
# Rows of one kind sent again per sweep; the next one comes a minute later.
AT_ONCE = 200
SCHEDULE = "work.sweep"


@dataclass(frozen=True)
class Sweep:
    """One kind of row and the task that works on it."""

    queryset: Callable[[], ClaimableQuerySet]
    task: Callable[..., object]


_registered: dict[str, Sweep] = {}
_chores: dict[str, Callable[[], int]] = {}


def register_sweep(
    queryset: Callable[[], ClaimableQuerySet], task: Callable[..., object], name: str
) -> None:
    """Have forgotten rows of ``queryset()`` handed to ``task(pk)`` again.

    Called from AppConfig.ready(). Raises ValueError when the name is taken,
    TypeError when the task cannot be queued.
    """
    if name in _registered:
        raise ValueError(f"Two sweeps are called {name!r}")
    queue.path_of(task)
    _registered[name] = Sweep(queryset, task)


def register_chore(chore: Callable[[], int], name: str) -> None:
    """Have ``chore()`` done at every sweep; it tells how many it saw to and must be short.

    Called from AppConfig.ready(). Raises ValueError when the name is taken.
    """
    if name in _chores:
        raise ValueError(f"Two chores are called {name!r}")
    _chores[name] = chore


def sweep() -> dict[str, int]:
    """Queue again what nobody claimed, seal the audit trail, do the chores; how many of each.

    Nothing is queued twice: a row whose task still waits is left alone.
    """
    counts = {"audit": audit.seal_entries()}
    counts |= {name: chore() for name, chore in _chores.items()}
    try:
        waiting = queue.waiting_calls()
    except queue.Backlog:
        logger.warning("The queue is too long to be swept")
        return counts
    for name, kind in _registered.items():
        counts[name] = _send_again(kind, waiting)
    return counts


def _send_again(kind: Sweep, waiting: set[queue.Call]) -> int:
    call = queue.path_of(kind.task)
    forgotten = kind.queryset().forgotten(timezone.now(), GRACE)
    pks = forgotten.order_by("queued_at").values_list("pk", flat=True)[:AT_ONCE]
    lost = [pk for pk in pks if (call, (pk,)) not in waiting]
    for pk in lost:
        queue.enqueue(kind.task, pk)
    return len(lost)
