"""Strangers leave their lines open after the last answer: nobody waits for them to close.

The server gives each of them two seconds. When it waited by the thread that takes in all lines, ten
of them kept everybody else outside for twenty.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.patience import PATIENCE, wait_until
from tests.services.crowded_portal import ask, port, read
from work.supervisor import lingering

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
__all__ = ["port"]

STRANGERS = 10


@pytest.fixture
def strangers(port: int) -> Iterator[list[socket.socket]]:
    """Each has asked for one page, with no other one to follow, and has read the answer's head."""
    with ExitStack() as kept:
        lines = []
        for _ in range(STRANGERS):
            line = socket.create_connection(("127.0.0.1", port), PATIENCE)
            lines.append(kept.enter_context(line))
            line.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        for line in lines:
            assert line.recv(12) == b"HTTP/1.1 200"
        yield lines


def test_who_leaves_a_line_open_keeps_nobody_out(port: int, strangers: list[socket.socket]) -> None:
    began = time.monotonic()
    for _ in range(STRANGERS):
        assert read(ask(port, "/health/live")).status == 200
    taken = time.monotonic() - began

    print(f"/health/live, {STRANGERS} times behind {STRANGERS} open lines: {taken:.2f} s")
    assert taken < STRANGERS * lingering.SECONDS / 2


def test_an_open_line_is_read_to_its_end_and_then_closed(
    port: int, strangers: list[socket.socket]
) -> None:
    """The server says that nothing follows, listens a little longer, and closes."""
    for line in strangers:
        assert b"ok\n" in b"".join(iter(lambda line=line: line.recv(65536), b""))
        line.sendall(b"more")  # is still taken, and thrown away

    def is_closed(line: socket.socket) -> bool:
        try:
            line.sendall(b"more")
        except ConnectionError:
            return True
        return False

    wait_until(lambda: all(is_closed(line) for line in strangers))


def test_who_sends_without_end_is_cut(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.sendall(
            b"POST /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Content-Length: 1000000000\r\n\r\n"
        )
        with pytest.raises(ConnectionError):
            for _ in range(10_000):
                line.sendall(b"x" * 65536)
