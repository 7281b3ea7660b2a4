"""Strangers who send slowly or not at all: everybody else comes in as if they were not there.

A thread that waits for somebody's request serves nobody. There are four here, and more strangers.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.patience import PATIENCE, wait_until
from tests.services.crowded_portal import THREADS, Asked, ask, port, read
from work.supervisor.arriving import MOST_WAITING

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
__all__ = ["port"]

FORM = b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n"
BEGINNINGS = {
    "nothing": b"",
    "half a head": b"GET /services/ HTTP/1.1\r\nHost: loc",
    "half a form": FORM % 1000 + b"\r\nmobile=",
    "a part of a large body": FORM % (10 * MOST_WAITING) + b"\r\nmobile=",
    "a body in pieces": FORM[:-20] + b"Transfer-Encoding: chunked\r\n\r\n4\r\nmobi\r\n",
}
LIVE = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
Line = socket.socket


@contextmanager
def strangers(port: int, told: bytes) -> Iterator[list[Line]]:
    """Three for each thread, who all begin so and then say no more."""
    with ExitStack() as kept:
        lines = []
        for _ in range(3 * THREADS):
            line = socket.create_connection(("127.0.0.1", port), PATIENCE)
            lines.append(kept.enter_context(line))
            line.sendall(told)
        yield lines


def test_who_sends_slowly_keeps_nobody_out(port: int) -> None:
    for name, told in BEGINNINGS.items():
        with strangers(port, told):
            began = time.monotonic()
            answers = [read(ask(port, "/accounts/login/")).status for _ in range(2 * THREADS)]
            taken = time.monotonic() - began
        print(f"{len(answers)} pages behind {3 * THREADS} who send {name}: {taken:.2f} s")
        assert set(answers) == {200}, name


def test_what_comes_slowly_is_answered_when_it_is_there_and_cut_when_it_is_not(port: int) -> None:
    read_byte_by_byte(port)
    read_in_one_breath(port)
    wait_for_a_reader(port)
    cut_a_head_without_end(port)
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as silent:
        wait_until(lambda: silent.recv(1) == b"")


def read_byte_by_byte(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in LIVE:
            line.sendall(bytes([byte]))
        assert line.recv(12) == b"HTTP/1.1 200"


def read_in_one_breath(port: int) -> None:
    """Two requests and a half, and then the rest."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.sendall(LIVE + LIVE + LIVE[:20])
        heard = b""
        while heard.count(b"ok\n") < 2:
            heard += line.recv(65536)
        line.sendall(LIVE[20:])
        while heard.count(b"ok\n") < 3:
            heard += line.recv(65536)
        assert heard.count(b"HTTP/1.1 200") == 3


def wait_for_a_reader(port: int) -> None:
    """As many threads as may read strangers' bodies; one more gets its turn when a stranger is gone."""
    with strangers(port, BEGINNINGS["a part of a large body"]) as lines:
        waiting: Asked = ask(port, "/accounts/login/", "mobile=" + "0" * 2 * MOST_WAITING)
        assert read(ask(port, "/accounts/login/")).status == 200
        for line in lines:
            line.close()
        assert read(waiting).status == 403


def cut_a_head_without_end(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.sendall(LIVE[:-2])
        with pytest.raises(ConnectionError):
            for _ in range(10_000):
                line.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")
