"""Lingering: a line that has had its last answer stays open until the other side has read it.

Closed at once, with something of the request still unread, it would lose the end of the answer. gunicorn
waits for the other side in the thread that takes in everybody's lines, up to two seconds for each: whoever
leaves the line open, or is slow, keeps all others from coming in. Here the lines wait by themselves.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, BaseSelector

# For how long, and for how much of what nobody wants to read any more; as gunicorn has it.
SECONDS = 2.0
MOST_UNREAD = 65536


class Lingering:
    """The lines of one worker that are about to be closed; ``closed()`` is called after each."""

    def __init__(self, closed: Callable[[], None]) -> None:
        self._closed = closed
        # Until when each stays, in the order of these times, and how much it may still send.
        self._lines: dict[socket.socket, tuple[float, int]] = {}

    def end_line(self, line: socket.socket, poller: BaseSelector) -> None:
        """Say that no more is answered, and close as soon as the other side has heard it."""
        self._lines[line] = time.monotonic() + SECONDS, MOST_UNREAD
        try:
            line.shutdown(socket.SHUT_WR)
            line.setblocking(False)
            poller.register(line, EVENT_READ, partial(self._read_on, poller))
        except OSError:
            self._close_line(line)

    def close_late(self, poller: BaseSelector) -> None:
        """Close those whose time is over."""
        now = time.monotonic()
        for line, (until, _) in tuple(self._lines.items()):
            if until > now:
                break
            poller.unregister(line)
            self._close_line(line)

    def _read_on(self, poller: BaseSelector, line: socket.socket) -> None:
        until, left = self._lines[line]
        try:
            left -= len(line.recv(left)) or left
        except BlockingIOError:
            return
        except OSError:
            left = 0
        self._lines[line] = until, left
        if not left:
            poller.unregister(line)
            self._close_line(line)

    def _close_line(self, line: socket.socket) -> None:
        del self._lines[line]
        with suppress(OSError):
            line.close()
        self._closed()
