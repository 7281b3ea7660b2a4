"""Gunicorn's threaded worker, with a desk for those who find no thread.

Requests wait inside gunicorn, before Django sees them. As long as all threads wait themselves (for
a lock of the database, say), nobody could be told anything: neither that the process lives nor
to come again. So two threads more stand at a desk. They take out of the queue who asks whether the
process lives, and whoever's patience has ended; they do no work, but say so (``web.outages.overload``).
What is still on its way keeps no thread waiting, or half of them at most (``arriving``).

``get_thread_pool`` is the worker's documented place for a pool of one's own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import TConn, ThreadWorker

from work.supervisor.arriving import Arriving, read_ahead
from work.supervisor.lingering import Lingering
from work.supervisor.patience import LIVE, Asked, patience_with, read_head, rest_of_request

logger = logging.getLogger(__name__)

# Whoever waits less has met no queue.
AT_ONCE = 0.1
AT_THE_DESK = 2
# Seconds between two looks at those who wait.
LOOK = 0.05

_current = threading.local()
_through_at_once = time.monotonic()


def seconds_waited() -> float:
    """How long the request of this thread has waited until it was begun; 0 in other servers."""
    return float(getattr(_current, "waited", 0.0))


def seconds_of_crowd() -> float:
    """For how long no request of this process has found a thread at once."""
    return time.monotonic() - _through_at_once


def is_at_desk() -> bool:
    """Whether this request found no thread: it is only to be told so."""
    return bool(getattr(_current, "at_desk", False))


def is_standstill() -> bool:
    """Whether it is at the desk because no thread has come back for long."""
    return bool(getattr(_current, "standstill", False))


class Ticket:
    """A request in the queue."""

    def __init__(self, work: Callable[[], Any], conn: TConn | None) -> None:
        self._work = work
        self._conn = conn
        self._asked: Asked | None = None
        self._since = time.monotonic()
        self.future: Future[Any] = Future()
        self.comes_slowly = (rest_of_request(self._read_ahead()) or 0) > 0

    @property
    def waited(self) -> float:
        return time.monotonic() - self._since

    def read_asked(self) -> Asked | None:
        """What is asked; None as long as that has not arrived. Nothing is taken off the line."""
        if self._asked is None:
            self._asked = read_head(self._read_ahead())
        return self._asked

    def _read_ahead(self) -> bytes:
        if self._conn is not None:
            with suppress(OSError):
                return read_ahead(self._conn)
        return b""

    def serve(self, *, at_desk: bool = False, standstill: bool = False) -> None:
        """Do the work in this thread. What gunicorn's own handler lets through ends the line."""
        _current.waited, _current.at_desk, _current.standstill = self.waited, at_desk, standstill
        goes_on = False
        try:
            goes_on = self._work()
        finally:
            self.future.set_result(goes_on)


class TimedPool(Executor):
    """Threads with one queue, and a desk for whoever has waited in it for too long.

    At most half of the threads read what is still on its way.
    """

    def __init__(self, threads: int) -> None:
        self._waiting: deque[Ticket] = deque()
        self._readers = threading.BoundedSemaphore(max(1, threads // 2))
        self._threads = ThreadPoolExecutor(threads)
        self._desk = ThreadPoolExecutor(AT_THE_DESK)
        self._moved = time.monotonic()  # when a request was last begun or ended
        self._stood = False
        self._arrived = threading.Event()
        self._closed = False
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        ticket = Ticket(partial(fn, *args, **kwargs), args[0] if args else None)
        self._waiting.append(ticket)
        self._threads.submit(self._serve_next)
        self._arrived.set()
        return ticket.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._closed = True
        self._arrived.set()
        for pool in (self._threads, self._desk):
            pool.shutdown(wait, cancel_futures=cancel_futures)

    def _serve_next(self) -> None:
        # As many turns as tickets: one whose ticket the desk has taken finds another, or none.
        ticket = self._take_ticket()
        if ticket is None:
            return
        self._note_begin(ticket.waited)
        try:
            ticket.serve()
        finally:
            self._moved = time.monotonic()
            if ticket.comes_slowly:
                self._readers.release()
                # For another one, which a turn has passed by.
                self._threads.submit(self._serve_next)

    def _take_ticket(self) -> Ticket | None:
        for ticket in tuple(self._waiting):
            if ticket.comes_slowly and not self._readers.acquire(blocking=False):
                continue
            try:
                self._waiting.remove(ticket)
            except ValueError:  # the desk has taken it, or another thread
                if ticket.comes_slowly:
                    self._readers.release()
            else:
                return ticket
        return None

    def _note_begin(self, waited: float) -> None:
        global _through_at_once
        self._moved, self._stood = time.monotonic(), False
        if waited < AT_ONCE:
            _through_at_once = self._moved

    def _watch(self) -> None:
        while self._arrived.wait() and not self._closed:
            self._arrived.clear()
            while self._waiting and not self._closed:
                time.sleep(LOOK)
                self._look_at_waiting()

    def _look_at_waiting(self) -> None:
        is_still = time.monotonic() - self._moved > settings.WAIT_AT_STANDSTILL
        for ticket in tuple(self._waiting):
            # What waits for one of the readers alone may see other threads idle.
            standstill = is_still and not ticket.comes_slowly
            if not self._has_waited_enough(ticket, standstill):
                continue
            # Gone already: a thread has come.
            with suppress(ValueError):
                self._waiting.remove(ticket)
                self._desk.submit(ticket.serve, at_desk=True, standstill=standstill)
                self._tell_once(standstill)

    def _has_waited_enough(self, ticket: Ticket, standstill: bool) -> bool:
        asked = ticket.read_asked()
        if asked is None or asked.path == LIVE:
            return asked is not None
        patience = patience_with(asked, seconds_of_crowd())
        if standstill and patience < float("inf"):
            patience = min(patience, settings.WAIT_AT_STANDSTILL)
        return ticket.waited > patience

    def _tell_once(self, standstill: bool) -> None:
        if standstill and not self._stood:
            self._stood = True
            logger.warning("All threads wait, none has come back: who asks is answered 503")


class TimedWorker(ThreadWorker):
    """Named in ``serve`` as gunicorn's worker class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lingering = Lingering(self._note_closed)
        self._arriving = Arriving(self.worker_connections // 2, self._give_to_thread, self._drop)

    def get_thread_pool(self) -> TimedPool:
        return TimedPool(self.cfg.threads)

    def enqueue_req(self, conn: TConn) -> None:
        """Called by gunicorn with a line that is to be read, in the thread that takes in all lines."""
        self._arriving.expect(conn, self.poller)

    def _give_to_thread(self, conn: TConn) -> None:
        conn.data_ready = True
        super().enqueue_req(conn)

    def _drop(self, conn: TConn) -> None:
        conn.close()
        self._note_closed()

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Called by gunicorn in the thread that takes in all lines, which waits for nobody here."""
        if fs.result():
            super().finish_request(conn, fs)
        else:
            self._lingering.end_line(conn.sock, self.poller)

    def murder_pending(self) -> None:
        """Called by gunicorn in every round."""
        super().murder_pending()
        self._arriving.drop_late(self.poller, ends=not self.alive)
        self._lingering.close_late(self.poller)

    def _note_closed(self) -> None:
        self.nr_conns -= 1
