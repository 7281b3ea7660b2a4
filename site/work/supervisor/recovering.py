"""Has the rows of dead processes given back, while the serving parent goes on watching.

The database may be away or busy: each attempt is a process of its own, which may take its time. It
is told what it needs on its command line (see the command ``recover``) and answers on a pipe.
"""

import json
import logging
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from work.processes import is_stopped, own_name
from work.supervisor.children import DIES_WITHIN, NOT_STARTED, Job, Process, Starter, signal_session

logger = logging.getLogger(__name__)

# By classes of work, what living workers have pulled from their queue and not yet begun.
InHand = Mapping[str, Sequence[str]]

# A task that was taken and not yet claimed shows itself as lost only some seconds later.
AGAIN_AFTER = (0.0, 4.0, 9.0)
# Also when nothing was noticed.
AT_LEAST_EVERY = 60.0
AFTER_FAILURE = 5.0
LONGEST = 30.0
# It works for less than a second; one that somebody has stopped for as long is frozen.
STOPPED_FOR = 2.0
# Begun later than this, nobody could be started before; and the rest after one was killed.
SOON = 1.0


class Recovering:
    """When to recover next, and the process that does it."""

    def __init__(
        self, command: Sequence[str], start: Starter, in_hand: Callable[[], InHand]
    ) -> None:
        self._command = command
        self._start = start
        self._in_hand = in_hand
        self._rows: dict[int, float] = {}
        self._taken: dict[int, float] = {}
        self._due: set[float] = set()
        self._not_before = 0.0
        self._stopped_since: float | None = None
        self.process: Process | None = None
        self._answer, self.pipe = os.pipe()
        os.set_blocking(self._answer, False)

    def ask(self, now: float, rows: Mapping[int, float] | None = None) -> None:
        """Recover as soon as possible, and twice again a little later.

        ``rows`` of the queue were held by somebody who died; each rests for so many seconds.
        """
        self._rows |= rows or {}
        self._due |= {now + seconds for seconds in AGAIN_AFTER}

    def attend(self, now: float) -> None:
        """Begin what is due, end what takes too long; never waits."""
        if self.process is not None:
            self._look_at_process(self.process, now)
        elif self._due and max(min(self._due), self._not_before) <= now:
            self._begin(now)

    def end(self) -> None:
        """Wait a little for what has been begun."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
            self._end_process(self.process)

    def _begin(self, now: float) -> None:
        told = {"--rows": self._rows, "--in-hand": self._in_hand(), "--answer": self.pipe}
        options = [f"{name}={json.dumps(value)}" for name, value in told.items()]
        options.append(f"--served-by={own_name()}")
        self._read_answer()
        job = Job("recovery", [*self._command, *options], files=[self.pipe])
        try:
            self.process = self._start(job, None)
        except OSError as error:
            logger.error("Nobody can be started to give rows back: %s", error)
            self._not_before = now + NOT_STARTED
        if self.process is not None:
            # Nobody could be started for a while: then the others keep their distance.
            late = now - min(self._due)
            moved = late if late > SOON else 0.0
            self._due = {due + moved for due in self._due if due + moved > now}
            self._taken, self._rows = self._rows, {}
            self._until, self._stopped_since = now + LONGEST, None

    def _look_at_process(self, process: Process, now: float) -> None:
        if process.poll() is None and now < self._until and not self._is_frozen(process, now):
            return
        self._end_process(process)
        self.process = None
        answer = self._read_answer() if process.returncode == 0 else ""
        if not answer:
            logger.error("Rows of dead processes could not be given back; trying again")
            self._rows = self._taken | self._rows
        soon = now + (self._rest_told(answer) if answer else self._rest_after(process))
        # Each death asks for several looks; if each of them asked for another one, they would never end.
        if not any(due <= soon for due in self._due):
            self._due.add(soon)

    def _is_frozen(self, process: Process, now: float) -> bool:
        if not is_stopped(process.pid):
            self._stopped_since = None
            return False
        if self._stopped_since is None:
            self._stopped_since = now
        return now - self._stopped_since >= STOPPED_FOR

    def _rest_told(self, answer: str) -> float:
        told = json.loads(answer)
        return AT_LEAST_EVERY if told is None else min(float(told), AT_LEAST_EVERY)

    def _rest_after(self, process: Process) -> float:
        """Seconds until it is tried again: soon, where somebody has stopped or killed it."""
        return SOON if (process.returncode or 0) < 0 else AFTER_FAILURE

    def _read_answer(self) -> str:
        with suppress(BlockingIOError):
            return os.read(self._answer, 65536).decode()
        return ""

    def _end_process(self, process: Process) -> None:
        signal_session(process.pid, signal.SIGKILL)
        # One that waits for a disk that does not answer cannot die yet; nobody waits for it.
        with suppress(subprocess.TimeoutExpired):
            process.wait(DIES_WITHIN)
