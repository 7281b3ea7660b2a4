"""The web server beside the test, with one process and four threads, and little patience."""

from __future__ import annotations

import http.client
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection

from tests.browser.portal import free_port
from tests.patience import PATIENCE, wait_until
from work.management.commands.serve import web_job

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


def ask_for_code(port: int, token: str, mobile: str) -> Asked:
    form = urlencode({"csrfmiddlewaretoken": token, "mobile": mobile})
    return ask(port, "/accounts/login/", form, f"csrftoken={token}")


def token_of(port: int) -> str:
    """What a form of this server is sent with."""
    page = read(ask(port, "/accounts/login/"))
    return page.headers["Set-Cookie"].split("csrftoken=")[1].split(";")[0]
