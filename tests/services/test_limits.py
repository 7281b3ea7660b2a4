"""Fifty requests at once to several server processes: exactly the allowed number of messages."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection

from accounts.models import RecoveryRequest, SmsMessage
from signin import code_turns
from tests.browser.portal import free_port
from tests.patience import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

SERVERS, WORKERS, AT_ONCE = 2, 2, 50
SIGN_IN, RECOVERY = "/accounts/login/", "/accounts/recovery/"


@pytest.fixture
def ports(transactional_db, tmp_path: Path) -> Iterator[list[int]]:
    """Two gunicorns with two workers each, on the test's database and its cache."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.services.settings_served",
        "PYTHONPATH": f"{django_settings.BASE_DIR}:{django_settings.SITE_DIR}",
        "SERVED_DATABASE": str(connection.settings_dict["NAME"]),
    }
    ports = [free_port() for _ in range(SERVERS)]
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", f"--workers={WORKERS}"]
    servers = []
    for port in ports:
        with (tmp_path / f"{port}.log").open("wb") as log:
            servers.append(
                subprocess.Popen(
                    [*command, "--threads=4", "--timeout=120", f"--bind=127.0.0.1:{port}"],
                    cwd=django_settings.BASE_DIR,
                    env=environment,
                    stdout=log,
                    stderr=log,
                )
            )
    try:
        for port in ports:
            _wait_for(port, tmp_path / f"{port}.log")
        yield ports
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(PATIENCE)


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if _answer(port, "GET", "/health/live").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


def _answer(port: int, method: str, path: str, body: str = "", cookie: str = ""):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    line.request(method, path, body, headers)
    answer = line.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    line.close()
    return answer


def at_once(ports: list[int], path: str, number_of: Callable[[int], str]) -> Counter[int]:
    """The statuses of fifty forms that fifty browsers send in the same moment."""
    forms = []
    page = _answer(ports[0], "GET", path)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    cookie = page.getheader("Set-Cookie").partition(";")[0]
    for number in range(AT_ONCE):
        body = urlencode({"csrfmiddlewaretoken": token, "mobile": number_of(number)})
        forms.append((ports[number % len(ports)], body))
    start, seen = Barrier(AT_ONCE), []

    def send(port: int, body: str) -> None:
        start.wait()
        seen.append(_answer(port, "POST", path, body, cookie).status)

    threads = [Thread(target=send, args=form) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(seen)


def test_codes_and_recoveries_keep_to_their_limits(ports):
    # One number: one message a minute.
    seen = at_once(ports, SIGN_IN, lambda n: "09130000001")
    assert sum(seen.values()) == AT_ONCE
    assert set(seen) <= {200, 302}
    assert seen[302] == 1
    assert SmsMessage.objects.filter(recipient="09130000001").count() == 1

    # Five numbers, ten each: one message each.
    seen = at_once(ports, RECOVERY, lambda n: f"0913000001{n % 5}")
    assert seen == {302: AT_ONCE}
    wishes = Counter(RecoveryRequest.objects.values_list("mobile", flat=True))
    assert wishes == {f"0913000001{n}": 1 for n in range(5)}


def test_the_fifth_of_the_hour_is_the_last(ports):
    for mobile, taken in (("09130000002", 4), ("09130000003", 5)):
        for _ in range(taken):
            assert code_turns.FIVE_AN_HOUR.take(f"{mobile}@127.0.0.0/24") == 0

    at_once(ports, SIGN_IN, lambda n: ("09130000002", "09130000003")[n % 2])

    sent = Counter(SmsMessage.objects.values_list("recipient", flat=True))
    assert sent == {"09130000002": 1}
