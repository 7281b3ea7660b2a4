"""Looks into files of strangers, each in a child of a process that waits for them.

A process that looks into files has a lookout for each module that looks
(:mod:`submissions.documents.sandbox.lookout`): a program of low priority, started with the first look,
started again when it has ended. The portal's own processes have threads and are not forked for a look.
"""

from __future__ import annotations

import functools
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from submissions.documents.sandbox import lookout
from work.places import CALMLY

logger = logging.getLogger(__name__)

ROOT: Final = str(Path(__file__).parents[2])
CHUNK: Final = 1 << 16


class LookoutEnded(Exception):
    """The lookout has ended before the look had: nothing is known of the file."""


class LookoutLine:
    """The line from this process to its lookout for one module."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._starting = threading.Lock()
        self._line: socket.socket | None = None
        self.program: subprocess.Popen[bytes] | None = None

    def ask(self, paper: IO[bytes], arguments: Sequence[str], place: int, patience: float) -> str:
        """What a look says of a file; nothing when it did not come to an end within so many seconds."""
        until = time.monotonic() + patience
        try:
            return self._ask_once(paper, arguments, place, until)
        except LookoutEnded:
            paper.seek(0)
        try:
            return self._ask_once(paper, arguments, place, until)
        except LookoutEnded:
            logger.warning("The lookout of %s ended twice with a file", self._module)
            return ""

    def _ask_once(
        self, paper: IO[bytes], arguments: Sequence[str], place: int, until: float
    ) -> str:
        line = self._start()
        answer, theirs = socket.socketpair()
        with answer:
            with theirs:
                files = [paper.fileno(), place, theirs.fileno()]
                try:
                    socket.send_fds(line, [json.dumps(list(arguments)).encode()], files)
                except OSError as gone:
                    self._hang_up(line)
                    raise LookoutEnded from gone
            try:
                said, ended, status = _read_all(answer, until).rpartition(lookout.END)
            except TimeoutError:
                return ""
            except OSError as gone:
                self._hang_up(line)
                raise LookoutEnded from gone
        if not ended:
            self._hang_up(line)
            raise LookoutEnded
        if status != b"0":
            logger.warning("A look by %s ended with %s", self._module, status.decode())
            return ""
        return said.decode()

    def _start(self) -> socket.socket:
        """The line to the lookout, which is started where none is there."""
        with self._starting:
            if self._line is None:
                self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    program = ["-sP", "-m", lookout.__name__, str(theirs.fileno()), self._module]
                    # It learns nothing of the portal: no key, no password, no address.
                    self.program = subprocess.Popen(
                        [*CALMLY, sys.executable, *program],
                        pass_fds=[theirs.fileno()],
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        env={"PYTHONPATH": ROOT},
                    )
            return self._line

    def _hang_up(self, line: socket.socket) -> None:
        """Have the next look start a lookout, unless another thread has done so already."""
        with self._starting:
            if self._line is not line:
                return
            line.close()
            self._line = None
            assert self.program is not None
            self.program.kill()
            self.program.wait()

    def close(self) -> None:
        """End the lookout, if there is one."""
        if self._line is not None:
            self._hang_up(self._line)

    def forget(self) -> None:
        """In a fork: the lookout is the parent's."""
        self._starting = threading.Lock()
        if self._line is not None:
            self._line.close()
            self._line = None
        self.program = None


@functools.cache
def line_to_lookout(module: str) -> LookoutLine:
    """This process's line to the lookout that looks with a module."""
    line = LookoutLine(module)
    os.register_at_fork(after_in_child=line.forget)
    return line


def _read_all(answer: socket.socket, until: float) -> bytes:
    """What comes until the other side ends. Raises TimeoutError, OSError."""
    content = bytearray()
    while True:
        answer.settimeout(max(until - time.monotonic(), 0.001))
        more = answer.recv(CHUNK)
        if not more:
            return bytes(content)
        content += more
