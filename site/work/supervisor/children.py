"""A child of `serve`: a command that is started, listened to, ended, and started again.

Each child leads a session of its own, so that a key pressed in the terminal
reaches the parent alone, and so that everything a dead child left behind can
be ended with it.
"""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from work.supervisor import heartbeat
from work.supervisor.kernel import die_with_parent
from work.supervisor.watchdog import PATIENCE, Watchdog

logger = logging.getLogger(__name__)

# Who lives shorter than this, and has not done any work, has died at once.
STEADY = 10.0
# A start costs about a second; what waits for it should not wait much longer.
LONGEST_REST = 8.0
# Seconds after which whoever has been killed is left alone.
DIES_WITHIN = 1.0
# Seconds until a process is asked for again that the host could not give.
NOT_STARTED = 1.0


def rest_before_start(quick_deaths: int) -> float:
    """Seconds until a child that died so often at once, one after the other, is started again."""
    return min(2.0 ** (quick_deaths - 2), LONGEST_REST) if quick_deaths > 1 else 0.0


@dataclass(frozen=True)
class Job:
    """What a child is to do.

    ``path``: a folder where its Python looks for modules; ``files``: open files that it needs;
    ``lasts``: its processes go on while another one takes its place.
    """

    name: str
    command: Sequence[str]
    path: str = ""
    files: Sequence[int] = ()
    lasts: bool = False

    @property
    def dies_by(self) -> int:
        """The signal by which it ends when the serving parent is killed."""
        return signal.SIGTERM if self.lasts else signal.SIGKILL


class Process(Protocol):
    """What is needed of a process that runs, whoever has started it."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


# Starts what is to be done, with the pipe for its beats; None when that cannot be now.
Starter = Callable[[Job, int | None], Process | None]


def start_by_command(job: Job, pulse: int | None = None) -> Process | None:
    """A process of its own for the job's command."""
    paths = [job.path, os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    files = list(job.files)
    if pulse is not None:
        env[heartbeat.PIPE] = str(pulse)
        files.append(pulse)
    return subprocess.Popen(
        list(job.command),
        env=env,
        pass_fds=files,
        start_new_session=True,
        preexec_fn=partial(die_with_parent, job.dies_by),
    )


class Child:
    """A job with the process that does it, if there is one, and its watchdog.

    ``now`` is everywhere in seconds of a clock that never goes back.
    """

    def __init__(
        self, job: Job, patience: float = PATIENCE, start: Starter = start_by_command
    ) -> None:
        self.job = job
        self.process: Process | None = None
        self._start = start
        self.starts = 0
        self.since = 0.0  # seconds of the epoch, for people
        self._patience = patience
        self._began = 0.0
        self._quick_deaths = 0
        self._due = 0.0
        self._left: list[int] = []  # sessions whose leader has died
        self.pipe, self.pulse = os.pipe()
        # Neither side may wait for the other: a lost beat is better than a stuck worker.
        os.set_blocking(self.pipe, False)
        os.set_blocking(self.pulse, False)
        self._rest = b""

    def start_when_due(self, now: float) -> None:
        """Start it, unless it is there, rests after having died at once, or cannot be started yet."""
        if self.process is not None or now < self._due:
            return
        try:
            self.process = self._start(self.job, self.pulse)
        except OSError as error:
            # No memory, too many processes or files: whatever runs goes on, the web above all.
            logger.error("%s cannot be started: %s", self.job.name, error)
            self._due = now + NOT_STARTED
        if self.process is None:
            return
        self.starts += 1
        self.since = time.time()
        self._began = now
        self.watchdog = Watchdog(now, self._patience)

    def listen(self, now: float) -> None:
        """Hand the whole lines that have arrived to the watchdog."""
        with suppress(BlockingIOError):
            self._rest += os.read(self.pipe, 65536)
        *lines, self._rest = self._rest.split(b"\n")
        if self.process is not None:
            for line in lines:
                self.watchdog.hear(line.decode(), now)
        if self._left and self.process is not None and self.watchdog.ready:
            self._end_left(signal.SIGTERM)

    def has_ended(self) -> bool:
        """Whether its first process is there no more."""
        return self.process is not None and self.process.poll() is not None

    def bury(self, now: float) -> None:
        """End what is left of it and say when it may be started again."""
        if self.process is None:
            return
        if self.job.lasts and self.process.poll() is not None:
            self._left.append(self.process.pid)
        else:
            self.kill()
        quick = now - self._began < STEADY and not self.watchdog.has_worked
        self._quick_deaths = self._quick_deaths + 1 if quick else 0
        self._due = now + rest_before_start(self._quick_deaths)
        self.process = None
        # What a dead one has said says nothing about the next.
        with suppress(BlockingIOError):
            while os.read(self.pipe, 65536):
                pass
        self._rest = b""

    def ask_to_end(self) -> None:
        """Let its processes end what they do, and no more."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
        self._end_left(signal.SIGTERM)

    def wait(self, seconds: float) -> None:
        """Wait for its end, but no longer than that."""
        if self.process is not None:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)

    def kill(self) -> None:
        """End every process of it at once, those that a dead leader has left behind too."""
        self._end_left(signal.SIGKILL)
        if self.process is not None:
            signal_session(self.process.pid, signal.SIGKILL)
            # One that waits for a disk that does not answer cannot die yet; nobody waits for it.
            self.wait(DIES_WITHIN)

    def _end_left(self, number: int) -> None:
        self._left = [pid for pid in self._left if signal_session(pid, number)]


def signal_session(leader: int, number: int) -> bool:
    """Send the signal to all that are left; False when there is nobody."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return False
    return True
