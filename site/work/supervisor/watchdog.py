"""Notices a worker that has stopped working although its processes live.

It listens to the lines of ``work.supervisor.heartbeat`` and knows four stations of a task:
pulled from the queue, started, ended, settled. A task that rests between two
stations while no process runs anything rests on a lock whose holder is dead.
"""

import os
from collections import Counter
from collections.abc import Callable

# Between two stations a task normally rests for milliseconds.
PATIENCE = 15.0


def is_alive(pid: int) -> bool:
    """Whether the process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Watchdog:
    """Follows one worker from its start; a restarted worker gets a new one.

    Times are seconds of any clock that never goes back.
    """

    def __init__(
        self, now: float, patience: float = PATIENCE, alive: Callable[[int], bool] = is_alive
    ) -> None:
        self.patience = patience
        self._alive = alive
        self._quiet_since = now
        self._held: Counter[str] = Counter()  # pulled, not yet started
        self._running: dict[int, str] = {}  # process → its row
        self._unsettled = 0  # ended, result not yet recorded

    def hear(self, line: str, now: float) -> None:
        """Take in one line of the pulse."""
        word, pid, row = line.split()
        # Further pulls behind a lock that nobody will open are no sign of life.
        if word != "pulled" or not self._held:
            self._quiet_since = now
        if word == "pulled":
            self._held[row] += 1
        elif word == "dropped":
            self._let_go(row)
        elif word == "started":
            self._let_go(row)
            self._running[int(pid)] = row
        elif word == "ended":
            self._running.pop(int(pid), None)
            self._unsettled += 1
        elif word == "settled":
            self._unsettled -= 1

    def stalled(self, now: float) -> bool:
        """Whether tasks rest, nothing runs, and it has been so for longer than the patience."""
        self._running = {pid: row for pid, row in self._running.items() if self._alive(pid)}
        if self._running:
            self._quiet_since = now
        resting = bool(self._held) or self._unsettled > 0
        return resting and now - self._quiet_since >= self.patience

    def held_rows(self) -> list[int]:
        """The queue's rows that were pulled and never started, in no order."""
        return [int(row) for row in self._held if row.isdigit()]

    def _let_go(self, row: str) -> None:
        self._held -= Counter([row])
