"""Gunicorn's threaded worker, which also tells how long a request has waited for its thread.

Requests wait inside gunicorn, before Django sees them: how many there are can be told by their
age alone. ``get_thread_pool`` is the worker's documented place for a pool of one's own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# Whoever waits less has met no queue.
AT_ONCE = 0.1

_current = threading.local()
_through_at_once = time.monotonic()


def seconds_waited() -> float:
    """How long the request of this thread has waited until it was begun; 0 in other servers."""
    return float(getattr(_current, "waited", 0.0))


def seconds_of_crowd() -> float:
    """For how long no request of this process has found a thread at once."""
    return time.monotonic() - _through_at_once


def _note_wait(asked: float) -> None:
    global _through_at_once
    now = time.monotonic()
    _current.waited = now - asked
    if now - asked < AT_ONCE:
        _through_at_once = now


class TimedPool(ThreadPoolExecutor):
    """Notes for each job how long it has lain in the queue."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        asked = time.monotonic()

        def begin() -> Any:
            _note_wait(asked)
            return fn(*args, **kwargs)

        return super().submit(begin)


class TimedWorker(ThreadWorker):
    """Named in ``serve`` as gunicorn's worker class."""

    def get_thread_pool(self) -> TimedPool:
        return TimedPool(max_workers=self.cfg.threads)
