"""All threads of the web server wait: who is answered at the desk beside them, and how."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Event
from types import SimpleNamespace

import pytest

from tests.patience import PATIENCE
from work.supervisor import patience
from work.supervisor.patience import Asked, patience_with, read_head
from work.supervisor.timed_worker import LOOK, TimedPool, is_at_desk, is_standstill

KNOWN = "Cookie: csrftoken=a; sessionid=b\r\n"


@pytest.fixture(autouse=True)
def _no_page_lies_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What other stories of this process have read is nothing to these."""
    monkeypatch.setattr(patience, "_kept_paths", set())


@pytest.fixture
def jammed(settings) -> Iterator[TimedPool]:
    """A pool whose only thread waits."""
    settings.WAIT_AT_STANDSTILL = settings.WAIT_OF_READERS = settings.WAIT_OF_OTHERS = 1000
    settings.WAIT_OF_READERS_IN_A_CROWD = 1000
    pool, ended = TimedPool(1), Event()
    pool.submit(ended.wait)
    pool.opened = ended
    yield pool
    ended.set()
    pool.shutdown()


@pytest.fixture
def asks(jammed: TimedPool) -> Iterator[Callable[..., SimpleNamespace]]:
    """Somebody asks ``jammed`` for something; ``answer()`` is where they were answered."""
    lines = []

    def ask(path: str, headers: str = "", method: str = "GET", end: str = "\r\n"):
        ours, theirs = socket.socketpair()
        lines.extend((ours, theirs))
        theirs.sendall(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}{end}".encode())
        future = jammed.submit(
            lambda conn: (is_at_desk(), is_standstill()), SimpleNamespace(sock=ours, parser=None)
        )
        return SimpleNamespace(future=future, answer=lambda: future.result(PATIENCE), line=theirs)

    yield ask
    for line in lines:
        with closing(line):
            pass


def test_whether_it_lives_is_told_at_once(jammed, asks) -> None:
    page = asks("/services/")
    assert asks("/health/live").answer() == (True, False)
    assert asks("/health/live?from=balancer", method="HEAD").answer() == (True, False)
    assert not page.future.done()
    jammed.opened.set()
    assert page.answer() == (False, False)


def test_other_looks_and_half_requests_wait_for_a_thread(jammed, asks, settings) -> None:
    """A look into the database would keep the desk too; a head that is not whole, its reader."""
    settings.WAIT_AT_STANDSTILL = 0
    waiting = [asks("/health/ready"), asks("/metrics"), asks("/services/", end="")]
    assert asks("/services/").answer() == (True, True)
    assert not any(each.future.done() for each in waiting)
    waiting[-1].line.sendall(b"\r\n")
    assert waiting.pop().answer() == (True, True)
    jammed.opened.set()
    assert {each.answer() for each in waiting} == {(False, False)}


def test_readers_are_turned_away_when_their_patience_ends_not_when_a_thread_comes(
    jammed, asks, settings
) -> None:
    settings.WAIT_OF_READERS_IN_A_CROWD = settings.WAIT_OF_READERS = 0
    known, writer = asks("/desk/", KNOWN), asks("/accounts/login/", method="POST")
    assert asks("/services/").answer() == (True, False)
    assert [each.future.done() for each in (known, writer)] == [False, False]
    settings.WAIT_AT_STANDSTILL = 0
    assert known.answer() == writer.answer() == (True, True)


def test_whose_line_is_cut_waits_for_a_thread_that_finds_out(jammed, asks) -> None:
    gone = asks("/services/", end="")
    gone.line.close()
    assert asks("/health/live").answer() == (True, False)
    jammed.opened.set()
    assert gone.answer() == (False, False)


def test_what_waits_for_a_reader_is_no_standstill(settings) -> None:
    """One of two threads reads what is on its way; a second such request waits, and others pass it."""
    settings.WAIT_AT_STANDSTILL = 0
    settings.WAIT_OF_READERS = settings.WAIT_OF_OTHERS = 1000
    pool, ended = TimedPool(2), Event()
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        theirs.sendall(b"POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        conn = SimpleNamespace(sock=ours, parser=None)
        reading = pool.submit(lambda conn: ended.wait(PATIENCE), conn)
        waiting = pool.submit(lambda conn: (is_at_desk(), is_standstill()), conn)
        for _ in range(3):
            assert pool.submit(lambda: "passed").result(PATIENCE) == "passed"
        time.sleep(3 * LOOK)
        assert not waiting.done()
        ended.set()
        assert reading.result(PATIENCE) is True
        assert waiting.result(PATIENCE) == (False, False)
    pool.shutdown()


def test_what_the_work_lets_through_ends_the_line() -> None:
    pool = TimedPool(1)

    def fail(conn: object) -> None:
        raise SystemExit

    assert pool.submit(fail, None).result(PATIENCE) is False
    assert pool.submit(lambda: "still here").result(PATIENCE) == "still here"
    pool.shutdown()


def test_the_head_alone_tells_who_asks(settings) -> None:
    assert read_head(b"GET / HTTP/1.1\r\n") is None
    assert read_head(b"\x16\x03\x01\r\n\r\n") is None
    head = f"POST /a?b=c HTTP/1.1\r\n{KNOWN}\r\nsessionid=no"
    assert read_head(head.encode()) == Asked("POST", "/a", True, has_query=True)
    assert read_head(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nsessionid=no") == Asked("GET", "/a", False)
    app = b"GET /api/v3/me/ HTTP/1.1\r\nx-session-token: x\r\n\r\n"
    assert read_head(app) == Asked("GET", "/api/v3/me/", True)
    waits = [patience_with(Asked("GET", "/", False), crowd) for crowd in (0, 1000)]
    assert waits == [settings.WAIT_OF_READERS, settings.WAIT_OF_READERS_IN_A_CROWD]


def test_readers_of_a_page_that_lies_there_wait_like_those_who_work(settings) -> None:
    kept, queried = Asked("GET", "/guides/", False), Asked("GET", "/guides/", False, has_query=True)
    crowd = settings.WAIT_OF_READERS + 1
    assert patience_with(kept, crowd) == settings.WAIT_OF_READERS_IN_A_CROWD

    patience.note_kept("/guides/")

    assert patience_with(kept, crowd) == settings.WAIT_OF_OTHERS
    assert patience_with(queried, crowd) == settings.WAIT_OF_READERS_IN_A_CROWD


@pytest.mark.django_db
def test_a_page_is_kept_from_its_first_reader_on_and_no_page_with_a_form(house, client) -> None:
    assert [client.get(path).status_code for path in ("/services/", "/track/")] == [200, 200]

    crowd = 1000
    waits = [patience_with(Asked("GET", path, False), crowd) for path in ("/services/", "/track/")]
    assert waits[0] > waits[1]
