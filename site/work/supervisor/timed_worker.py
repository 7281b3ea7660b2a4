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

_current = threading.local()


def seconds_waited() -> float:
    """How long the request of this thread has waited until it was begun; 0 in other servers."""
    return float(getattr(_current, "waited", 0.0))


class TimedPool(ThreadPoolExecutor):
    """Notes for each job how long it has lain in the queue."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        asked = time.monotonic()

        def begin() -> Any:
            _current.waited = time.monotonic() - asked
            return fn(*args, **kwargs)

        return super().submit(begin)


class TimedWorker(ThreadWorker):
    """Named in ``serve`` as gunicorn's worker class."""

    def get_thread_pool(self) -> TimedPool:
        return TimedPool(max_workers=self.cfg.threads)
