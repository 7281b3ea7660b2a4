"""Reports of the children's processes to the serving parent, and their ties to it.

django-q2's processes hand tasks to each other through locked pipes. One that
is killed with -9 while holding such a lock stops all the others, and nothing
inside notices. So each writes a short line to a pipe of the serving parent
whenever it touches a task, and once a second that it lives;
``work.supervisor.watchdog`` draws the conclusions.

A line is ``<word> <process id> <row of the queue>``; Redis has no rows, but marks
(``work.queue.mark_call``). "-" stands for none.
"""

import multiprocessing
import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing import util
from typing import Any

from work.supervisor.kernel import die_with_parent

# The pipe's number, inherited by the children of `serve`; unset everywhere else.
PIPE = "WORK_PULSE_FD"
EVERY = 1.0


class Pulse:
    """The way to the serving parent of this process and of those that it forks."""

    pipe: int | None = None
    beating: int | None = None  # the process whose thread beats


def send_beat(word: str, row: object = None) -> None:
    """Tell the serving parent, if there is one; a parent that is gone is no error."""
    with suppress(OSError):
        _write(word, row)


def _write(word: str, row: object = None) -> None:
    if Pulse.pipe is None:
        return
    line = f"{word} {os.getpid()} {'-' if row is None else row}\n"
    # A full pipe loses a beat, and the next one comes.
    with suppress(BlockingIOError):
        os.write(Pulse.pipe, line.encode())


def connect_heartbeat() -> None:
    """Beat, and listen to django-q2's own signals, in a child that `serve` has started."""
    # Taken out: what a child starts on its own (a look into a file) is no part of the portal.
    pipe = os.environ.pop(PIPE, None)
    if pipe is None:
        return
    Pulse.pipe = int(pipe)
    begin_beating()
    util.register_after_fork(Pulse, _begin_in_fork)
    from django_q import signals

    signals.pre_execute.connect(_report_started)
    signals.post_execute_in_worker.connect(_report_ended)


def begin_beating() -> None:
    """Say once a second that this process lives, until it or the serving parent ends."""
    if Pulse.pipe is None or os.getpid() == Pulse.beating:
        return
    Pulse.beating = os.getpid()
    send_beat("alive")
    threading.Thread(target=_beat, name="pulse", daemon=True).start()


def _beat() -> None:
    while True:
        try:
            _write("alive")
        except BrokenPipeError:
            # Nobody serves any more; what runs may end, no more is begun.
            Pulse.pipe = None
            os.kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(EVERY)


def is_served() -> bool:
    """Whether the serving parent is there, as far as this process has noticed."""
    return Pulse.pipe is not None


def _begin_in_fork(pulse: type[Pulse]) -> None:
    """In each process of django-q2: die with the one that forked it, say when it leaves."""
    parent = multiprocessing.parent_process()
    die_with_parent(signal.SIGKILL)
    if parent is not None and os.getppid() != parent.pid:
        os.kill(os.getpid(), signal.SIGKILL)
    begin_beating()
    util.Finalize(None, send_beat, args=("left",), exitpriority=0)


def _report_started(task: dict[str, Any], **kwargs: Any) -> None:
    send_beat("started", task.get("ack_id"))


def _report_ended(task: dict[str, Any], **kwargs: Any) -> None:
    send_beat("ended", task.get("ack_id"))
