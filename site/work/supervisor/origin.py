"""The origin: one process that has loaded the portal, and of which the other children are forks.

What is loaded once takes its time and its memory once. The serving parent asks over a line of its
own; each fork becomes the parent's child, as if the parent had started it, so that the death of the
origin ends nobody. A new one is loaded then, and until it is there nobody else is started.
"""

import json
import logging
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from work.supervisor.children import Child, Job, Process, signal_session, start_by_command

logger = logging.getLogger(__name__)

# Seconds; a fork takes some hundredths.
ANSWER_WITHIN = 5.0
MODULE = "work.supervisor.origin_program"


class ForkedProcess:
    """A child that this process has not started itself; used as subprocess.Popen is."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended; subprocess.TimeoutExpired when that takes longer."""
        began = time.monotonic()
        while (code := self.poll()) is None:
            if timeout is not None and time.monotonic() - began >= timeout:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        os.kill(self.pid, signal.SIGTERM)


class Origin:
    """Keeps the origin's process as a child, and has it fork."""

    def __init__(self, python: str, path: str, files: Sequence[int]) -> None:
        job = Job("origin", [python, "-m", MODULE], path, files)
        self.child = Child(job, start=self._start_program)
        self._line: socket.socket | None = None

    def fork(self, job: Job, pulse: int | None = None) -> Process | None:
        """A fork that does what the job's command would do; None when there is no origin to ask."""
        if self.child.process is None or not self.child.watchdog.ready:
            return None
        order = {"command": list(job.command), "pulse": pulse, "dies_by": job.dies_by}
        pid = self._ask(json.dumps({**order, "parent": os.getpid()}))
        if pid is None:
            logger.error("The origin does not answer; restarting it")
            self.child.kill()
        return None if pid is None else ForkedProcess(pid)

    def _start_program(self, job: Job, pulse: int | None) -> Process | None:
        # A new line for each: what one was asked for and did not do, the next one need not do.
        self._hang_up()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(ANSWER_WITHIN)
        with theirs:
            command = [*job.command, str(theirs.fileno())]
            files = [*job.files, theirs.fileno()]
            return start_by_command(replace(job, command=command, files=files), pulse)

    def _ask(self, order: str) -> int | None:
        if self._line is None:
            return None
        try:
            self._line.send(order.encode())
            return int(self._line.recv(64))
        except (OSError, ValueError):
            return None

    def _hang_up(self) -> None:
        """End whom the dead one has forked too late; who reports later finds nobody, and ends."""
        if self._line is None:
            return
        with self._line as line:
            line.shutdown(socket.SHUT_RD)
            while said := _read_late(line):
                signal_session(int(said), signal.SIGKILL)


def _read_late(line: socket.socket) -> bytes:
    """What is still to be read; that the other one has gone is told first, and once."""
    with suppress(ConnectionResetError):
        return line.recv(64)
    return line.recv(64)
