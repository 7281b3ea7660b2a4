"""All threads of a server are busy: who waits, who is turned away, and what they read."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import pytest
from django.db import connection

from accounts.models import SmsMessage
from tests.services.crowded_portal import THREADS, ask, ask_for_code, port, read, token_of
from web.outages.answers import DATABASE, OVERLOAD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
__all__ = ["port"]


def test_readers_are_turned_away_before_others(port: int, house: None) -> None:
    token = token_of(port)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writers = [ask_for_code(port, token, f"0913000010{number}") for number in range(THREADS)]
        signed_in = ask(port, "/services/", cookie=f"sessionid={'x' * 32}")
        # A page with a form is made anew for each.
        reader, health = ask(port, "/track/"), ask(port, "/health/live")
        time.sleep(0.6)  # twice the patience of these settings
        other.execute("ROLLBACK")
        turned_away = read(reader)

        assert (turned_away.status, turned_away.headers["Retry-After"]) == (503, "30")
        assert OVERLOAD.title in turned_away.text
        assert "frame-ancestors" in turned_away.headers["Content-Security-Policy"]
        assert [read(line).status for line in (signed_in, health)] == [200, 200]
        # Some may be told to wait a second: they take turns for one address at once.
        assert {read(line).status for line in writers} <= {200, 302}
    assert read(ask(port, "/services/")).status == 200


def test_who_cannot_write_gets_the_words_back(port: int, house: None) -> None:
    """As long as another one writes, reading goes on."""
    token = token_of(port)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = ask_for_code(port, token, "09130000107")
        assert read(ask(port, "/services/")).status == 200
        answer = read(writer)
        other.execute("ROLLBACK")

    assert answer.status == 503
    assert DATABASE.title in answer.text
    assert 'name="mobile" value="09130000107"' in answer.text
    assert read(ask_for_code(port, token, "09130000107")).status == 302
    assert SmsMessage.objects.filter(recipient="09130000107").count() == 1
