"""Runs the web server and the workers under one parent, and keeps each of them running."""

import logging
import os
import select
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from work.queue import rest_after_death
from work.supervisor.children import Child, Job
from work.supervisor.recovering import Recover, Recovering
from work.supervisor.status import write_status
from work.supervisor.watchdog import PATIENCE

logger = logging.getLogger(__name__)

TICK = 0.2
STATUS_EVERY = 5.0


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


class Serving:
    """Runs the children until a stop is asked for.

    ``recover`` is called, in a process of its own, with the queue's rows that dead processes
    held, and the seconds that each shall rest.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        recover: Recover,
        status: Path,
        grace: float = 30.0,
        patience: float = PATIENCE,
    ) -> None:
        self._children = [Child(job, patience) for job in jobs]
        self._recovering = Recovering(recover)
        self._status = status
        self._status_due = 0.0
        self._grace = grace
        self._wanted = False
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
        self._stop()
        return 0

    def _want_stop(self, number: int, frame: object) -> None:
        self._wanted = True

    def _watch(self) -> None:
        now = self._clock.tick()
        for child in self._children:
            self._attend(child, now)
        self._recovering.attend(now)
        if now >= self._status_due:
            write_status(self._status, self._children, now)
            self._status_due = now + STATUS_EVERY
        select.select([child.pipe for child in self._children], [], [], TICK)
        # Beats come in bursts; one look per tick is enough.
        time.sleep(TICK / 4)

    def _attend(self, child: Child, now: float) -> None:
        child.start_when_due(now)
        child.listen(now)
        if child.process is None:
            return
        for pid in child.watchdog.notice_deaths():
            logger.warning("A process of %s has died (%d)", child.job.name, pid)
            self._ask_for_recovery(child.watchdog.lost_rows(), now)
        if child.has_ended():
            logger.error("%s ended by itself (%s)", child.job.name, child.process.returncode)
            self._start_anew(child, now)
        elif frozen := child.watchdog.frozen(now):
            self._end_frozen(child, frozen, now)
        elif not child.job.lasts and child.watchdog.stalled(now):
            logger.error("%s stands still; restarting it", child.job.name)
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
