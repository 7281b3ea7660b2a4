"""The lookout as a program: ``-m submissions.documents.sandbox.lookout LINE MODULE``.

It has loaded what a look needs and forks a child for each, since loading pypdf costs ten times a usual
look. It knows nothing of the portal, has one thread, and ends with the process that has started it
(:mod:`submissions.documents.lookouts`), or when nobody has asked it anything for some minutes.

``MODULE`` has ``warm_up()``, which loads, and ``look(file, arguments)``, which holds its process to its
limits and says what it finds. The child has the file, the line on which it answers and its place on this
host; of other looks it has nothing.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

#: Between what a child has said and how it ended.
END: Final = b"\0"
MESSAGE: Final = 1 << 16
#: Seconds without a look, after which the memory is given back.
IDLE: Final = 300
#: Behind the three standard files.
PLACE: Final = 3
#: Of Linux, as in ``work.supervisor.kernel``, which would bring Django along.
PR_SET_PDEATHSIG: Final = 1
KERNEL: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


class Lookout:
    """Starts a child for each message on the line, and tells whoever asked how it ended."""

    def __init__(self, line: socket.socket, module: ModuleType) -> None:
        self._line = line
        self._module = module
        self._running: dict[int, socket.socket] = {}  # by process
        self._bell, rings = os.pipe()
        os.set_blocking(rings, False)
        signal.set_wakeup_fd(rings, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._poll = select.poll()
        for file in (line.fileno(), self._bell):
            self._poll.register(file, select.POLLIN)

    def serve(self) -> None:
        """Fork until the other side has ended or has been silent for long; nothing runs on then."""
        try:
            while ready := self._wait():
                if self._bell in ready:
                    os.read(self._bell, MESSAGE)
                self._tell_ends()
                self._end_unasked(ready)
                if self._line.fileno() in ready and not self._take():
                    return
        finally:
            for child in self._running:
                os.kill(child, signal.SIGKILL)

    def _wait(self) -> set[int]:
        """The files on which something came; none when it has been silent for long."""
        while True:
            ready = {file for file, _ in self._poll.poll(IDLE * 1000)}
            if ready or not self._running:
                return ready

    def _take(self) -> bool:
        """Start the next look; False when nobody will ask any more."""
        said, files, _, _ = socket.recv_fds(self._line, MESSAGE, 3)
        if not said:
            return False
        paper, place, answer = files
        child = os.fork()
        if child == 0:
            self._look(paper, place, answer, json.loads(said))
        os.close(paper)
        os.close(place)
        self._running[child] = socket.socket(fileno=answer)
        # Nothing comes on it but its end: whoever asked has gone.
        self._poll.register(answer, select.POLLIN)
        return True

    def _look(self, paper: int, place: int, answer: int, arguments: list[str]) -> None:
        """The child: has its own files alone, says what it finds, and comes back nowhere."""
        code = 1
        try:
            if KERNEL:
                KERNEL.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for file, number in ((paper, 0), (answer, 1), (place, PLACE)):
                os.dup2(file, number)
            os.closerange(PLACE + 1, os.sysconf("SC_OPEN_MAX"))
            with suppress(OSError):
                Path("/proc/self/comm").write_text("look")
            with os.fdopen(0, "rb", closefd=False) as content:
                said = self._module.look(content, arguments)
            with os.fdopen(1, "wb", closefd=False) as told:
                told.write(said.encode())
            code = 0
        finally:
            os._exit(code)

    def _tell_ends(self) -> None:
        while self._running:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            answer = self._running.pop(child)
            self._poll.unregister(answer)
            with answer, suppress(OSError):
                answer.setblocking(False)
                answer.send(END + str(os.waitstatus_to_exitcode(status)).encode())

    def _end_unasked(self, ready: set[int]) -> None:
        for child, answer in self._running.items():
            if answer.fileno() in ready:
                os.kill(child, signal.SIGKILL)


def main(line: socket.socket, module: str) -> None:
    """Load what looks and be a lookout."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    looker = import_module(module)
    looker.warm_up()
    # What is loaded now stays shared: no collection touches it in the children.
    gc.collect()
    gc.freeze()
    Lookout(line, looker).serve()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
