"""Tells systemd that the portal serves and that its parent lives; says nothing to anybody else.

systemd restarts a parent from which it has not heard for ``WatchdogSec``: one that is stopped or hangs.
"""

import os
import socket
import time
from contextlib import suppress

ADDRESS = "NOTIFY_SOCKET"
MICROSECONDS = "WATCHDOG_USEC"


class ServiceManager:
    """What started this process and wants to hear of it, if anything does.

    Its variables are taken out of the environment: the children are not asked.
    """

    def __init__(self) -> None:
        self._address = os.environ.pop(ADDRESS, "")
        # Four times as often as it must be: a round may have to wait for the origin.
        self._every = int(os.environ.pop(MICROSECONDS, "0")) / 4_000_000
        self._due = 0.0
        self._told = ""

    def tell_once(self, state: str) -> None:
        """Say READY=1 or STOPPING=1, unless that was said last."""
        if state != self._told:
            self._told = state
            self._send(state)

    def tell_alive(self) -> None:
        """Say from time to time that this process goes round."""
        now = time.monotonic()
        if self._every and now >= self._due:
            self._due = now + self._every
            self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if not self._address:
            return
        # "@" stands for the NUL with which names begin that lie in no folder.
        address = self._address.replace("@", "\0", 1)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, suppress(OSError):
            line.setblocking(False)
            line.sendto(state.encode(), address)
