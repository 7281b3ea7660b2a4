"""Runs the web server and the worker under one parent.

Each child leads a session of its own, so that a key pressed in the terminal
reaches the parent alone, and so that everything a dead child left behind can
be ended with it.
"""

import ctypes
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from work.supervisor import heartbeat
from work.supervisor.watchdog import PATIENCE, Watchdog

logger = logging.getLogger(__name__)

TICK = 0.2
PR_SET_PDEATHSIG = 1


class Serving:
    """Runs both children until a stop is asked for or one of them dies.

    ``put_back`` is called with the queue's rows that a stalled worker held.
    """

    def __init__(
        self,
        web: Sequence[str],
        workers: Mapping[str, Sequence[str]],
        *,
        put_back: Callable[[list[int]], object],
        grace: float = 30.0,
        patience: float = PATIENCE,
    ) -> None:
        self._commands = {"web": list(web)}
        self._commands |= {name: list(command) for name, command in workers.items()}
        self._workers = list(workers)
        self._put_back = put_back
        self._grace = grace
        self._patience = patience
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._wanted = False
        self._pipe, self._pulse = os.pipe()
        # Neither side may wait for the other: a lost beat is better than a stuck worker.
        os.set_blocking(self._pipe, False)
        os.set_blocking(self._pulse, False)
        self._rest = b""

    def run(self) -> int:
        """Serve; the exit code: 0 after a wanted stop, 1 when a child died by itself."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # What was switched off on purpose (nohup, a background job) stays off.
            if signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._want_stop)
        for name in self._commands:
            self._start(name)
        self._watchdog = self._new_watchdog()
        while not self._wanted and not self._dead():
            self._watch()
        for name in self._dead():
            logger.error("%s ended by itself (%s)", name, self._children[name].returncode)
        self._stop()
        return 0 if self._wanted else 1

    def _want_stop(self, number: int, frame: object) -> None:
        self._wanted = True

    def _start(self, name: str) -> None:
        self._children[name] = subprocess.Popen(
            self._commands[name],
            env={**os.environ, heartbeat.PIPE: str(self._pulse)},
            pass_fds=[self._pulse],
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )

    def _dead(self) -> list[str]:
        return [name for name, child in self._children.items() if child.poll() is not None]

    def _new_watchdog(self) -> Watchdog:
        return Watchdog(time.monotonic(), self._patience)

    def _watch(self) -> None:
        select.select([self._pipe], [], [], TICK)
        for line in self._beats():
            self._watchdog.hear(line, time.monotonic())
        if self._watchdog.stalled(time.monotonic()):
            self._restart_worker()
        else:
            # Beats come in bursts; one look per tick is enough.
            time.sleep(TICK / 4)

    def _beats(self) -> list[str]:
        """The whole lines that have arrived."""
        with suppress(BlockingIOError):
            self._rest += os.read(self._pipe, 65536)
        *lines, self._rest = self._rest.split(b"\n")
        return [line.decode() for line in lines]

    def _restart_worker(self) -> None:
        held = self._watchdog.held_rows()
        logger.error("A worker stands still with %d tasks taken; restarting all", len(held))
        for name in self._workers:
            self._kill(name)
        while self._beats():
            pass
        self._put_back(held)
        for name in self._workers:
            self._start(name)
        self._watchdog = self._new_watchdog()

    def _stop(self) -> None:
        """Ask both to end, wait for the running task, end what is left."""
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + self._grace
        for name, child in self._children.items():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(deadline - time.monotonic(), 0.1))
            # Also after a clean end: a leader killed from outside leaves its children behind.
            self._kill(name)

    def _kill(self, name: str) -> None:
        child = self._children[name]
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _end_with_parent() -> None:
    """In the child: be asked to end when the parent is killed, so that no port stays taken."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
