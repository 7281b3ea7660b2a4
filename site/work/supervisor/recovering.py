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

from work.processes import own_name
from work.supervisor.children import Job, Process, Starter, signal_session

logger = logging.getLogger(__name__)

# By classes of work, what living workers have pulled from their queue and not yet begun.
InHand = Mapping[str, Sequence[str]]

# A task that was taken and not yet claimed shows itself as lost only some seconds later.
AGAIN_AFTER = (0.0, 4.0, 9.0)
# Also when nothing was noticed.
AT_LEAST_EVERY = 60.0
AFTER_FAILURE = 5.0
LONGEST = 30.0


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
        elif self._due and min(self._due) <= now:
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
        self.process = self._start(
            Job("recovery", [*self._command, *options], files=[self.pipe]), None
        )
        if self.process is not None:
            # Late when nobody could be started; then the others keep their distance.
            due = min(self._due)
            self._due = {other + now - due for other in self._due if other > due}
            self._taken, self._rows = self._rows, {}
            self._until = now + LONGEST

    def _look_at_process(self, process: Process, now: float) -> None:
        if process.poll() is None and now < self._until:
            return
        self._end_process(process)
        self.process = None
        answer = self._read_answer() if process.returncode == 0 else ""
        if not answer:
            logger.error("Rows of dead processes could not be given back; trying again")
            self._rows = self._taken | self._rows
        next_due = json.loads(answer) if answer else AFTER_FAILURE
        self._due.add(now + min(next_due or AT_LEAST_EVERY, AT_LEAST_EVERY))

    def _read_answer(self) -> str:
        with suppress(BlockingIOError):
            return os.read(self._answer, 65536).decode()
        return ""

    def _end_process(self, process: Process) -> None:
        signal_session(process.pid, signal.SIGKILL)
        process.wait()
