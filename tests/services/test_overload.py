"""All threads of a server are busy: who waits, who is turned away, and what they read."""

from __future__ import annotations

import http.client
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection

from accounts.models import SmsMessage
from tests.browser.portal import free_port
from tests.patience import PATIENCE, wait_until
from web.outages.answers import DATABASE, OVERLOAD, STANDSTILL
from work.management.commands.serve import web_job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

THREADS = 4
LOCK = 3  # for so long a page waits for one, by these settings
Asked = http.client.HTTPConnection


@pytest.fixture
def port(transactional_db, tmp_path: Path) -> Iterator[int]:
    """The web server as ``serve`` starts it, with one process, on the test's database."""
    port = free_port()
    job = web_job(f"127.0.0.1:{port}", None)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.services.settings_crowded",
        "PYTHONPATH": f"{django_settings.BASE_DIR}:{django_settings.SITE_DIR}",
        "SERVED_DATABASE": str(connection.settings_dict["NAME"]),
    }
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*job.command, "--workers=1"], env=environment, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: _is_there(port), told=(tmp_path / "log").read_text)
        yield port
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _is_there(port: int) -> bool:
    try:
        return read(ask(port, "/health/live")).status == 200
    except OSError:
        return False


def ask(port: int, path: str, body: str = "", cookie: str = "") -> Asked:
    """A request that has been sent and not been answered."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    headers = {"Cookie": cookie} if cookie else {}
    line.request("POST" if body else "GET", path, body, headers | form)
    return line


def read(line: Asked) -> http.client.HTTPResponse:
    answer = line.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    line.close()
    return answer


def test_readers_are_turned_away_before_others(port: int, house: None) -> None:
    page = read(ask(port, "/accounts/login/"))
    token = page.headers["Set-Cookie"].split("csrftoken=")[1].split(";")[0]
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writers = [ask_for_code(port, token, f"0913000010{number}") for number in range(THREADS)]
        signed_in = ask(port, "/services/", cookie=f"sessionid={'x' * 32}")
        reader, health = ask(port, "/services/"), ask(port, "/health/live")
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
    page = read(ask(port, "/accounts/login/"))
    token = page.headers["Set-Cookie"].split("csrftoken=")[1].split(";")[0]
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


def test_a_lock_keeps_all_threads_and_nobody_waits_behind_them(port: int, house: None) -> None:
    """The process says that it lives, who asks is told to come again; nothing is written twice."""
    page = read(ask(port, "/accounts/login/"))
    token = page.headers["Set-Cookie"].split("csrftoken=")[1].split(";")[0]
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        people = [ask_for_code(port, token, f"091300002{number:02}") for number in range(20)]
        seconds = []
        for _ in range(10):
            begun = time.monotonic()
            assert read(ask(port, "/health/live")).status == 200
            seconds.append(time.monotonic() - begun)
        told = [read(line) for line in people[THREADS:]]
        other.execute("ROLLBACK")
        served = [read(line).status for line in people[:THREADS]]

    print("a look at /health/live took at most", max(seconds))
    # The lock is held for longer than anybody waits for it.
    assert max(seconds) < LOCK
    assert {answer.status for answer in told} == {503}
    assert {answer.headers["Retry-After"] for answer in told} == {"30"}
    behind = [answer for answer in told if STANDSTILL.title in answer.text]
    assert 'name="mobile" value="091300002' in behind[-1].text
    assert set(served) <= {200, 302, 503}


def ask_for_code(port: int, token: str, mobile: str) -> Asked:
    form = urlencode({"csrfmiddlewaretoken": token, "mobile": mobile})
    return ask(port, "/accounts/login/", form, f"csrftoken={token}")
