"""Runs the web server and the workers under one parent, and keeps each of them running."""

import logging
import os
import select
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from work.queue import rest_after_death
from work.supervisor.children import Child, Job, Process, start_by_command
from work.supervisor.kernel import adopt_orphans
from work.supervisor.notifying import ServiceManager
from work.supervisor.origin import Origin
from work.supervisor.recovering import Recovering
from work.supervisor.status import write_status
from work.supervisor.watchdog import PATIENCE

logger = logging.getLogger(__name__)

TICK = 0.2
STATUS_EVERY = 5.0
# Look whether a child has ended, and leave it to whoever asks for its exit code.
ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT


class PatientClock:
    """Seconds that never go back, and stand still while this process was not running."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.now = 0.0

    def tick(self) -> float:
        """The time by now; what took longer than a second counts as one."""
        last, self._last = self._last, time.monotonic()
        self.now += min(self._last - last, 1.0)
        return self.now


@dataclass(frozen=True)
class Plan:
    """What is served: the children's jobs, the command that recovers, how Python finds it all.

    ``path`` is where modules lie.
    """

    jobs: Sequence[Job]
    recover: Sequence[str]
    python: str
    path: str
    status: Path


class Serving:
    """Runs the children until a stop is asked for."""

    def __init__(self, plan: Plan, *, grace: float = 30.0, patience: float = PATIENCE) -> None:
        self._children = [Child(job, patience, self._start) for job in plan.jobs]
        self._recovering = Recovering(plan.recover, self._start, self._calls_in_hand)
        self._origin: Origin | None = None
        if adopt_orphans():
            pipes = [self._recovering.pipe, *(child.pulse for child in self._children)]
            files = [file for job in plan.jobs for file in job.files]
            self._origin = Origin(plan.python, plan.path, [*files, *pipes])
            self._children.insert(0, self._origin.child)
        self._manager = ServiceManager()
        self._status = plan.status
        self._status_due = 0.0
        self._grace = grace
        self._wanted = False
        self._exit_code = 0
        self._deaths: Counter[int] = Counter()  # row of the queue → how often it was died on
        self._clock = PatientClock()

    def run(self) -> int:
        """Serve until a stop is wanted; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # What was switched off on purpose (nohup, a background job) stays off.
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._want_stop)
        # Another parent may have been killed before this one.
        self._recovering.ask(self._clock.now)
        while not self._wanted:
            self._watch()
        self._manager.tell_once("STOPPING=1")
        self._stop()
        return self._exit_code

    def _start(self, job: Job, pulse: int | None) -> Process | None:
        """Have the origin fork; where no origin can be, start a process that loads the portal."""
        return self._origin.fork(job, pulse) if self._origin else start_by_command(job, pulse)

    def _calls_in_hand(self) -> dict[str, list[str]]:
        there = [child for child in self._children if child.process is not None]
        return {child.job.name: child.watchdog.unstarted() for child in there}

    def _want_stop(self, number: int, frame: object) -> None:
        self._wanted = True

    def _watch(self) -> None:
        now = self._clock.tick()
        for child in self._children:
            self._attend(child, now)
        self._recovering.attend(now)
        self._bury_strays()
        self._tell_manager()
        if now >= self._status_due:
            write_status(self._status, self._children, now)
            self._status_due = now + STATUS_EVERY
        select.select([child.pipe for child in self._children], [], [], TICK)
        # Beats come in bursts; one look per tick is enough.
        time.sleep(TICK / 4)

    def _tell_manager(self) -> None:
        lasting = [child for child in self._children if child.job.lasts]
        if all(child.process and child.watchdog.ready for child in lasting):
            self._manager.tell_once("READY=1")
        self._manager.tell_alive()

    def _bury_strays(self) -> None:
        """Take note of the end of those who were left behind and have become ours."""
        ours = {child.process.pid for child in self._children if child.process is not None}
        if self._recovering.process is not None:
            ours.add(self._recovering.process.pid)
        with suppress(ChildProcessError):
            while (ended := os.waitid(os.P_ALL, 0, ENDED)) and ended.si_pid not in ours:
                os.waitpid(ended.si_pid, 0)

    def _attend(self, child: Child, now: float) -> None:
        child.start_when_due(now)
        child.listen(now)
        if child.process is None:
            return
        for pid in child.watchdog.notice_deaths():
            logger.warning("A process of %s has died (%d)", child.job.name, pid)
            self._ask_for_recovery(child.watchdog.lost_rows(), now)
        if child.has_ended():
            self._replace_ended(child, child.process.returncode or 0, now)
        elif frozen := child.watchdog.frozen(now):
            self._end_frozen(child, frozen, now)
        elif not child.job.lasts and child.watchdog.stalled(now):
            logger.error("%s stands still; restarting it", child.job.name)
            self._start_anew(child, now)

    def _replace_ended(self, child: Child, code: int, now: float) -> None:
        logger.error("%s ended by itself (%s)", child.job.name, code)
        is_origin = self._origin is not None and child is self._origin.child
        if is_origin and code > 0 and child.starts == 1 and not child.watchdog.ready:
            # Nothing serves yet, and what it has said above is for whoever started us.
            self._exit_code, self._wanted = code, True
            return
        self._start_anew(child, now)

    def _end_frozen(self, child: Child, frozen: list[int], now: float) -> None:
        logger.error("%s has frozen processes: %s", child.job.name, frozen)
        if not child.job.lasts:
            self._start_anew(child, now)
            return
        for pid in frozen:
            # gunicorn replaces a worker by itself, and we replace gunicorn.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _start_anew(self, child: Child, now: float) -> None:
        held = child.watchdog.held_rows()
        child.bury(now)
        child.start_when_due(now)
        self._ask_for_recovery(held, now)

    def _ask_for_recovery(self, rows: list[int], now: float) -> None:
        self._deaths.update(rows)
        rests = {row: rest_after_death(self._deaths[row]).total_seconds() for row in rows}
        self._recovering.ask(now, rests)

    def _stop(self) -> None:
        """Ask all to end, wait for the running tasks, end what is left."""
        for child in self._children:
            child.ask_to_end()
        deadline = time.monotonic() + self._grace
        for child in self._children:
            child.wait(max(deadline - time.monotonic(), 0.1))
            # Also after a clean end: a leader killed from outside leaves its children behind.
            child.kill()
        self._recovering.end()
