"""Arriving: a request gets a thread when it is there, not while it is on its way.

gunicorn gives each new line to a thread, which waits for the request: some seconds for its first byte,
and for the rest as long as it takes. As many silent strangers as there are threads would keep
everybody else outside. Here the lines wait by themselves, until the head has come and, of a form, the
body too. A larger body is read by the thread, as it comes; ``timed_worker`` sees to it that
such threads are never all.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, BaseSelector

from gunicorn.workers.gthread import TConn

from work.supervisor.patience import rest_of_request

# For how long a request may be on its way before it gets a thread, and how much of it waits: what
# surely finds room with the kernel before anybody reads.
SECONDS = 10.0
MOST_WAITING = 32 * 1024


def read_ahead(conn: TConn) -> bytes:
    """What has come of the next request, of which nothing is taken off the line."""
    with suppress(BlockingIOError):
        return _held(conn) + conn.sock.recv(MOST_WAITING, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    return _held(conn)


def _held(conn: TConn) -> bytes:
    """What gunicorn has read with the request before."""
    return bytes(conn.parser.unreader.buf.getvalue()) if conn.parser else b""


def is_there(told: bytes) -> bool:
    """Whether a thread can read what begins so without waiting, or is to read it as it comes."""
    rest = rest_of_request(told)
    return rest is not None and (rest <= 0 or len(told) + rest > MOST_WAITING)


@dataclass
class _Arrival:
    until: float
    heard: int


class Arriving:
    """The lines of one worker on which a request is to come.

    ``take(conn)`` is called when it is there, ``drop(conn)`` when it does not come; at most ``places``
    lines wait, and the oldest makes way for one more.
    """

    def __init__(
        self, places: int, take: Callable[[TConn], None], drop: Callable[[TConn], None]
    ) -> None:
        self._places, self._take, self._drop = places, take, drop
        # In the order of their times.
        self._lines: dict[TConn, _Arrival] = {}

    def expect(self, conn: TConn, poller: BaseSelector) -> None:
        """Give the request on this line to a thread, now or when it is there."""
        told = self._hear(conn)
        if told is None:
            self._drop(conn)
        elif is_there(told):
            self._take(conn)
        else:
            self._let_wait(conn, told, poller)

    def drop_late(self, poller: BaseSelector, *, ends: bool) -> None:
        """Close the lines whose time is over; all of them when the worker ``ends``."""
        now = time.monotonic()
        for conn, arrival in tuple(self._lines.items()):
            if arrival.until > now and not ends:
                break
            self._leave(conn, poller)
            self._drop(conn)

    def _hear(self, conn: TConn) -> bytes | None:
        """What has come; None from a line that is cut."""
        try:
            return read_ahead(conn)
        except OSError:
            return None

    def _let_wait(self, conn: TConn, told: bytes, poller: BaseSelector) -> None:
        if len(self._lines) >= self._places:
            oldest = next(iter(self._lines))
            self._leave(oldest, poller)
            self._drop(oldest)
        conn.sock.setblocking(False)
        self._lines[conn] = _Arrival(time.monotonic() + SECONDS, len(told))
        _wake_after(conn, len(told) - len(_held(conn)))
        poller.register(conn.sock, EVENT_READ, partial(self._hear_more, poller, conn))

    def _hear_more(self, poller: BaseSelector, conn: TConn, line: socket.socket) -> None:
        arrival, told = self._lines[conn], self._hear(conn)
        if told is not None and is_there(told):
            self._leave(conn, poller)
            _wake_after(conn, 0)
            self._take(conn)
        elif told is None or len(told) <= arrival.heard or len(told) >= MOST_WAITING:
            # Cut, ended by the other side, or a head without an end.
            self._leave(conn, poller)
            self._drop(conn)
        else:
            arrival.heard = len(told)
            _wake_after(conn, len(told) - len(_held(conn)))

    def _leave(self, conn: TConn, poller: BaseSelector) -> None:
        del self._lines[conn]
        poller.unregister(conn.sock)


def _wake_after(conn: TConn, there: int) -> None:
    """Let the line be heard of when more than these bytes are there, as they are not taken off it."""
    with suppress(OSError):
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, there + 1)
