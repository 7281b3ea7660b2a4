"""The database backend: Django's for PostgreSQL, with connections that notice a frozen server.

A server whose host is frozen, or whose disk stands still, takes what it is sent and says nothing.
Neither ``statement_timeout``, which is the server's own, nor the timeouts of TCP, whose packets the
host still answers, ever end such a call: the thread would be lost, and after eight of them the site.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base

# How long a page's statement may be silent before the server is asked whether it still answers.
LOOK_AFTER = 2.0
# A server that did not answer is left alone for so long, so that pages are refused at once.
LEFT_ALONE = 2.0
# Beyond the server's own limit for a statement nothing is waited for.
BEYOND_STATEMENT = 3.0


class Silence:
    """What a process knows of a server that does not answer: until when it is left alone."""

    until = 0.0
    lasts = False

    @classmethod
    def is_on(cls) -> bool:
        """Whether the server is left alone now."""
        return time.monotonic() < cls.until

    @classmethod
    def begin(cls, seconds: float) -> None:
        """The server did not answer."""
        cls.lasts, cls.until = True, time.monotonic() + seconds

    @classmethod
    def end(cls) -> None:
        """The server has answered."""
        cls.lasts, cls.until = False, 0.0


class WatchfulConnection(psycopg.Connection[Any]):
    """A connection that is closed when its server has fallen silent; see ``watch``."""

    _most: float | None = None
    _answers: Callable[[], bool]

    def watch(self, most: float, answers: Callable[[], bool]) -> None:
        """From now on wait for ``most`` seconds, and less when ``answers()`` says that nobody is there."""
        self._most, self._answers = most, answers

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        return super().wait(gen if self._most is None else self._watched(gen), *args, **kwargs)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """``gen``, which is asked to go on ten times a second although nothing has come."""
        begun = look_at = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if not ready and time.monotonic() > look_at + LOOK_AFTER:
                    self._look(begun)
                    look_at = time.monotonic()
                state = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _look(self, begun: float) -> None:
        if self._most is None or (time.monotonic() < begun + self._most and self._answers()):
            return
        # Nothing more is said to this server on it: not even that what was begun is void.
        self.close()
        raise psycopg.OperationalError("the server stands still")


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL, asked over connections that can be watched."""

    # The driver as Django's backend asks for it, with connections of ours.
    Database = SimpleNamespace(  # type: ignore[assignment]
        **{**vars(psycopg), "connect": WatchfulConnection.connect}
    )

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; at once an error while a silent server is left alone."""
        if Silence.is_on():
            raise psycopg.OperationalError("the server did not answer a moment ago")
        if Silence.lasts:
            # One tries, and nobody waits with it.
            Silence.begin(conn_params.get("connect_timeout", 0) + LEFT_ALONE)
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            Silence.begin(LEFT_ALONE)
            raise
        Silence.end()
        return connection

    def watch(self, statement_seconds: float) -> None:
        """Have this connection closed when the server stands still while a statement runs."""
        self.connection.watch(statement_seconds + BEYOND_STATEMENT, self._server_answers)

    def _server_answers(self) -> bool:
        """Whether another connection could be opened. A server that refuses one does answer."""
        if Silence.is_on():
            return False
        try:
            psycopg.connect(**self.get_connection_params()).close()
        except psycopg.errors.ConnectionTimeout:
            Silence.begin(LEFT_ALONE)
            return False
        except psycopg.OperationalError:
            return True
        return True
