"""Notices a child whose processes have died, are frozen, or live and have stopped working.

It listens to the lines of ``work.supervisor.heartbeat``. A task has four stations: pulled from
the queue, started, ended, settled. A task that rests between two stations while no
process runs anything rests on a lock whose holder is dead.
"""

from collections import Counter
from collections.abc import Callable

from work.processes import is_alive, is_stopped

# Between two stations a task normally rests for milliseconds.
PATIENCE = 5.0
# Processes say once a second that they live. One that was stopped by a signal is believed
# frozen soon; one that merely says nothing may be waiting for a busy machine.
STOPPED_FOR = 4.0
SILENT_FOR = 20.0


class Watchdog:
    """Follows one child from its start; a restarted child gets a new one.

    Times are seconds of any clock that never goes back.
    """

    def __init__(
        self,
        now: float,
        patience: float = PATIENCE,
        alive: Callable[[int], bool] = is_alive,
        stopped: Callable[[int], bool] = is_stopped,
    ) -> None:
        self.patience = patience
        self.ready = False
        self.has_worked = False  # has done a task, to its end
        self._alive = alive
        self._stopped = stopped
        self._quiet_since = now
        self._beats: dict[int, float] = {}  # process → its last sign of life
        self._held: Counter[str] = Counter()  # pulled, not yet started
        self._running: dict[int, str] = {}  # process → its row
        self._ended: Counter[str] = Counter()  # result not yet recorded
        self._lost: list[str] = []  # rows whose process died
        self._died: list[int] = []  # processes whose death is still to be told
        self._in_doubt = False  # somebody died who may have held a lock

    def hear(self, line: str, now: float) -> None:
        """Take in one line of the pulse."""
        word, pid, row = line.split()
        if word in ("alive", "left", "ready"):
            self._hear_of_process(word, int(pid), now)
        else:
            self._hear_of_task(word, int(pid), row, now)

    def _hear_of_process(self, word: str, pid: int, now: float) -> None:
        if word == "left":
            self._beats.pop(pid, None)
        else:
            self._beats[pid] = now
        self.ready |= word == "ready"

    def _hear_of_task(self, word: str, pid: int, row: str, now: float) -> None:
        # Further pulls behind a lock that nobody will open are no sign of life.
        if word != "pulled" or not self._held:
            self._quiet_since = now
        if word == "pulled":
            self._held[row] += 1
        elif word in ("dropped", "started"):
            self._held -= Counter([row])
        if word == "started":
            self._running[pid] = row
            # One that was stopped before its first beat is missed from here on.
            self._beats.setdefault(pid, now)
        elif word == "ended":
            self._running.pop(pid, None)
            self._ended[row] += 1
        elif word == "settled":
            self.has_worked = True
            self._ended -= Counter([row])

    def notice_deaths(self) -> list[int]:
        """The processes that have died without saying that they leave; each is told once."""
        self._look_for_dead()
        died, self._died = self._died, []
        return died

    def _look_for_dead(self) -> None:
        dead = [pid for pid in {*self._beats, *self._running} if not self._alive(pid)]
        for pid in dead:
            self._beats.pop(pid, None)
            if pid in self._running:
                self._lost.append(self._running.pop(pid))
            else:
                self._in_doubt = True
        self._died += dead

    def frozen(self, now: float) -> list[int]:
        """The processes that exist and give no sign of life."""
        silent = {pid: now - at for pid, at in self._beats.items()}
        return [
            pid
            for pid, seconds in silent.items()
            if seconds >= SILENT_FOR or (seconds >= STOPPED_FOR and self._stopped(pid))
        ]

    def stalled(self, now: float) -> bool:
        """Whether tasks rest, nothing runs, and it has been so for longer than the patience.

        Once a process has died that may have held a lock, nothing runs is enough; and what
        runs elsewhere is no excuse for a task that was taken and does not start.
        """
        self._look_for_dead()
        if self._in_doubt and not self._running:
            return True
        if self._running and not self._in_doubt:
            self._quiet_since = now
        resting = bool(self._held or self._ended)
        return resting and now - self._quiet_since >= self.patience

    def last_beat(self) -> float | None:
        """The oldest of the last signs of life of its processes; None before the first."""
        return min(self._beats.values(), default=None)

    def lost_rows(self) -> list[int]:
        """The queue's rows whose process died while it worked on them; each is told once."""
        lost, self._lost = self._lost, []
        return _numbers(lost)

    def unstarted(self) -> list[str]:
        """What was pulled from the queue and waits for a process that begins it."""
        return list(self._held)

    def held_rows(self) -> list[int]:
        """The queue's rows that were pulled and not settled, in no order."""
        return _numbers([*self._held, *self._running.values(), *self._ended, *self._lost])


def _numbers(rows: list[str]) -> list[int]:
    return [int(row) for row in rows if row.isdigit()]
