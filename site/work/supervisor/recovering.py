"""Has the rows of dead processes given back, while the serving parent goes on watching.

The database may be away or busy: each attempt is a process of its own, which may take its time.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from work.supervisor import heartbeat

logger = logging.getLogger(__name__)

# Rows of the queue and the seconds each shall rest → the seconds until the next row is due
# whose process has died, if any is.
Recover = Callable[[Mapping[int, float]], float | None]

# A task that was taken and not yet claimed shows itself as lost only some seconds later.
AGAIN_AFTER = (0.0, 4.0, 9.0)
# Also when nothing was noticed.
AT_LEAST_EVERY = 60.0
AFTER_FAILURE = 5.0
LONGEST = 30.0

_forking = multiprocessing.get_context("fork")


class Recovering:
    """When to recover next, and the process that does it."""

    def __init__(self, recover: Recover) -> None:
        self._recover = recover
        self._rows: dict[int, float] = {}
        self._taken: dict[int, float] = {}
        self._due: set[float] = set()
        self._process: ForkProcess | None = None

    def ask(self, now: float, rows: Mapping[int, float] | None = None) -> None:
        """Recover as soon as possible, and twice again a little later."""
        self._rows |= rows or {}
        self._due |= {now + seconds for seconds in AGAIN_AFTER}

    def attend(self, now: float) -> None:
        """Begin what is due, end what takes too long; never waits."""
        if self._process is not None:
            self._look_at_process(now)
        elif self._due and min(self._due) <= now:
            self._begin(now)

    def end(self) -> None:
        """Wait a little for what has been begun."""
        if self._process is not None:
            self._process.join(1)
            self._process.kill()
            self._process.join()

    def _begin(self, now: float) -> None:
        self._due = {due for due in self._due if due > now}
        self._taken, self._rows = self._rows, {}
        self._answer, sender = _forking.Pipe(duplex=False)
        self._process = _forking.Process(
            target=_recover_in_fork, args=(self._recover, self._taken, sender)
        )
        self._process.start()
        sender.close()
        self._until = now + LONGEST

    def _look_at_process(self, now: float) -> None:
        process = self._process
        if process is None or (process.is_alive() and now < self._until):
            return
        process.kill()
        process.join()
        self._process = None
        with self._answer:
            said = self._answer.poll() and process.exitcode == 0
            next_due = self._answer.recv() if said else AFTER_FAILURE
        if not said:
            logger.error("Rows of dead processes could not be given back; trying again")
            self._rows = self._taken | self._rows
        self._due.add(now + min(next_due or AT_LEAST_EVERY, AT_LEAST_EVERY))


def _recover_in_fork(recover: Recover, rows: Mapping[int, float], answer: Connection) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    heartbeat.die_with_parent(signal.SIGKILL)
    answer.send(recover(rows))
