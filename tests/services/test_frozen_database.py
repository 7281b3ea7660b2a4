"""A PostgreSQL that stands still: what is asked of it is given up in seconds, and it is found again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError

from config.settings.stores import database_settings
from db.postgres import base
from db.postgres.base import DatabaseWrapper, Silence
from db.time_limits import limit_statements
from tests.patience import wait_until
from tests.services.postgres import postgres

pytestmark = pytest.mark.services

# A new connection gets two seconds, the least that the driver allows; nobody waits for ever.
SOON = 20


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with postgres() as address:
        yield address


@pytest.fixture
def asked(address, monkeypatch, django_db_blocker) -> Iterator[DatabaseWrapper]:
    """A connection as a page has it."""
    monkeypatch.setattr(base, "LOOK_AFTER", 0.2)
    with django_db_blocker.unblock():
        wrapper = connection_to(address)
        yield wrapper
        wrapper.close()
    Silence.end()


def connection_to(address: str) -> DatabaseWrapper:
    settings = database_settings(address)
    options = {**settings["OPTIONS"], "connect_timeout": 2}  # type: ignore[dict-item]
    rest = {"TIME_ZONE": None, "ATOMIC_REQUESTS": False, "AUTOCOMMIT": True}
    wrapper = DatabaseWrapper({**rest, **settings, "OPTIONS": options})
    wrapper.ensure_connection()
    limit_statements(wrapper)
    return wrapper


def ask(wrapper: DatabaseWrapper, statement: str = "SELECT 1") -> object:
    with wrapper.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def processes_of(wrapper: DatabaseWrapper) -> list[int]:
    """The server's process for this connection, and its first process."""
    own = int(str(ask(wrapper, "SELECT pg_backend_pid()")))
    first = int(Path(f"/proc/{own}/stat").read_text().rpartition(")")[2].split()[1])
    return [own, first]


def test_a_server_that_stands_still_is_given_up(asked: DatabaseWrapper) -> None:
    processes = processes_of(asked)
    for number in processes:
        os.kill(number, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        with pytest.raises(OperationalError, match="stands still"):
            ask(asked)
        assert time.monotonic() - begun < SOON
        asked.close()  # as the end of the request does

        # Left alone for a moment: nobody waits for a new connection either.
        Silence.begin(SOON)
        with pytest.raises(OperationalError, match="a moment ago"):
            asked.ensure_connection()
        Silence.until = 0.0
        with pytest.raises(OperationalError, match="timeout"):
            asked.ensure_connection()
        assert Silence.is_on()
    finally:
        for number in processes:
            os.kill(number, signal.SIGCONT)
    wait_until(lambda: not Silence.is_on())
    assert ask(asked) == 1
    assert not Silence.lasts


def test_one_process_that_stands_still_is_given_up_as_well(asked, monkeypatch) -> None:
    """The server answers others: this call has the time that a statement may take, and no more."""
    own, _ = processes_of(asked)
    asked.watch(-base.BEYOND_STATEMENT)
    os.kill(own, signal.SIGSTOP)
    try:
        with pytest.raises(OperationalError, match="stands still"):
            ask(asked)
    finally:
        os.kill(own, signal.SIGCONT)


def test_a_slow_statement_is_no_silence(asked: DatabaseWrapper) -> None:
    """It is looked after several times, and ends."""
    assert ask(asked, "SELECT 1 FROM pg_sleep(0.8)") == 1
    assert not Silence.lasts
