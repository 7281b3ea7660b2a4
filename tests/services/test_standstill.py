"""Somebody locks what every page needs: nobody waits for long, and what was typed comes back.

On SQLite the whole file, on PostgreSQL (``test_postgres.py``) the tables that a sign-in writes to.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import connection

from accounts.models import SmsMessage
from tests.services.crowded_portal import LOCK, THREADS, ask, ask_for_code, port, read, token_of
from web.outages.answers import DATABASE, STANDSTILL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
__all__ = ["port"]


@contextmanager
def everything_locked() -> Iterator[None]:
    """Until its end nobody reads or writes."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
        return
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=name) as other:
        other.execute("LOCK TABLE cache, accounts_smsmessage IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


def test_a_lock_keeps_all_threads_and_nobody_waits_behind_them(port: int, house: None) -> None:
    """The process says that it lives, who asks is told to come again; nothing is written twice."""
    token, seconds = token_of(port), list[float]()
    with everything_locked():
        begun = time.monotonic()
        people = [ask_for_code(port, token, f"091300002{number:02}") for number in range(20)]
        for _ in range(10):
            asked = time.monotonic()
            assert read(ask(port, "/health/live")).status == 200
            seconds.append(time.monotonic() - asked)
        told = [read(line) for line in people]
        waited = time.monotonic() - begun

    print(f"/health/live took at most {max(seconds):.2f} s; all were answered after {waited:.1f} s")
    # The lock is held for longer than anybody waits for it.
    assert max(seconds) < LOCK
    assert {answer.status for answer in told} == {503}
    assert {answer.headers["Retry-After"] for answer in told[THREADS:]} == {"30"}
    behind = [answer for answer in told if STANDSTILL.title in answer.text]
    waiting = [answer for answer in told if DATABASE.title in answer.text]
    assert behind
    assert waiting
    assert all('name="mobile" value="091300002' in answer.text for answer in (*behind, *waiting))
    assert not SmsMessage.objects.exists()
    assert read(ask_for_code(port, token, "09130000299")).status == 302
    assert SmsMessage.objects.count() == 1
