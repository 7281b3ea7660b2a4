"""Reports of the worker's processes to the serving parent.

django-q2's processes hand tasks to each other through locked pipes. One that
is killed with -9 while holding such a lock stops all the others, and nothing
inside notices. So each writes a short line to a pipe of the serving parent
whenever it touches a task; ``work.supervisor.watchdog`` draws the conclusions.

A line is ``<word> <process id> <row of the queue>``; Redis has no rows: "-".
"""

import os
from contextlib import suppress
from typing import Any

# The pipe's number, inherited by the worker's processes; unset outside `serve`.
PIPE = "WORK_PULSE_FD"


def send_beat(word: str, row: object = None) -> None:
    """Tell the serving parent, if there is one; a parent that is gone is no error."""
    pipe = os.environ.get(PIPE)
    if pipe is None:
        return
    line = f"{word} {os.getpid()} {'-' if row is None else row}\n"
    with suppress(OSError):
        os.write(int(pipe), line.encode())


def connect_heartbeat() -> None:
    """Listen to django-q2's own signals, in a worker that `serve` has started."""
    if PIPE not in os.environ:
        return
    from django_q import signals

    signals.pre_execute.connect(_report_started)
    signals.post_execute_in_worker.connect(_report_ended)
    signals.post_execute.connect(_report_settled)


def _report_started(task: dict[str, Any], **kwargs: Any) -> None:
    send_beat("started", task.get("ack_id"))


def _report_ended(task: dict[str, Any], **kwargs: Any) -> None:
    send_beat("ended", task.get("ack_id"))


def _report_settled(task: dict[str, Any], **kwargs: Any) -> None:
    send_beat("settled")
