"""The number under which one request is known: in its logs, its answer, and what it has done later.

It goes along with a task of the queue beside the arguments, so tasks know nothing of it. What
runs of its own accord, like a sweep, gets a number of its own.
"""

import re
import secrets
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_finished

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Beside func, args and kwargs in a task of django-q2.
KEY = "request_id"

_current: ContextVar[str] = ContextVar("request_id", default="")


def current_id() -> str:
    """The number of what this thread does now; empty when it has none."""
    return _current.get()


def begin_trace(given: str = "") -> str:
    """Go on under the number ``given`` when it is well-formed, or under a new one; which."""
    number = given if WELL_FORMED.fullmatch(given) else secrets.token_hex(6)
    _current.set(number)
    return number


def end_trace(**kwargs: Any) -> None:
    """What this thread does from here on belongs to something else."""
    _current.set("")


def connect_tracing() -> None:
    """Have tasks take the number along and workers go on under it; end it with the request."""
    from django_q import signals

    signals.pre_enqueue.connect(_send_along, dispatch_uid="work.tracing")
    signals.pre_execute.connect(_take_up, dispatch_uid="work.tracing")
    signals.post_execute_in_worker.connect(end_trace, dispatch_uid="work.tracing")
    request_finished.connect(end_trace, dispatch_uid="work.tracing")


def _send_along(task: dict[str, Any], **kwargs: Any) -> None:
    if current_id():
        task[KEY] = current_id()


def _take_up(task: dict[str, Any], **kwargs: Any) -> None:
    begin_trace(task.get(KEY, ""))
