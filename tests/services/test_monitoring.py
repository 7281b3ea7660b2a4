"""A real Prometheus scrapes a served portal; promtool tries the rules; an error is reported."""

from __future__ import annotations

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import brotli
import pytest
import yaml
from django.conf import settings

from tests.browser.portal import DemoHouse, Portal, free_port
from tests.migrated import place_migrated_database
from tests.patience import wait_until
from work import declare_task, enqueue, tracing

pytestmark = pytest.mark.services

MONITORING = settings.BASE_DIR / "docs" / "monitoring"
TOKEN = "s3cret-of-the-scraper"


@dataclass
class WatchedHouse(DemoHouse):
    """A portal without demo data, which writes JSON and is watched with a token."""

    def environment(self, folder: Path) -> dict[str, str]:
        watched = {"METRICS_TOKEN": TOKEN, "LOG_FORMAT": "json", "WEB_WORKERS": "2"}
        return super().environment(folder) | watched

    def build(self) -> None:
        place_migrated_database(self.folder / "portal.sqlite3")


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    house = WatchedHouse(tmp_path / "house", free_port())
    house.build()
    portal = Portal(house, tmp_path / "served")
    try:
        portal.wait_until_ready()
        yield portal
    finally:
        code = portal.stop()
    assert code == 0, portal.last_words


@contextmanager
def prometheus(portal: Portal, folder: Path) -> Iterator[str]:
    """The address of a Prometheus that scrapes the portal every second."""
    folder.mkdir()
    address = f"127.0.0.1:{free_port()}"
    job = {
        "job_name": "portal",
        "scrape_interval": "1s",
        "scrape_timeout": "1s",
        "authorization": {"credentials": TOKEN},
        "static_configs": [{"targets": [portal.address.removeprefix("http://")]}],
    }
    rules = [str(MONITORING / "alerts.yml")]
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump({"scrape_configs": [job], "rule_files": rules}))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={address}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://{address}"
    finally:
        process.kill()
        process.wait()


def found(address: str, query: str) -> list[dict[str, object]]:
    """What Prometheus answers to a query; nothing while it is starting."""
    words = urllib.parse.urlencode({"query": query})
    try:
        with urllib.request.urlopen(f"{address}/api/v1/query?{words}", timeout=5) as answer:
            return json.load(answer)["data"]["result"]
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return []


def test_prometheus_reads_what_all_processes_have_counted(portal: Portal, tmp_path: Path) -> None:
    for _ in range(10):
        urllib.request.urlopen(f"{portal.address}/accounts/login/").close()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{portal.address}/metrics")

    page = 'django_http_responses_total_by_status_view_method_total{view="account_login"}'
    with prometheus(portal, tmp_path / "prometheus") as address:
        wait_until(lambda: found(address, "up == 1"))
        wait_until(lambda: found(address, f"{page} == 10"), told=lambda: str(found(address, page)))
        for name in ("portal_queue_length", "portal_letters_pending", "portal_steps_total"):
            assert found(address, name), name
        assert found(address, "portal_figure_unread == 1") == []
        assert found(address, 'portal_finding{check="disk"}')

    _look_at_the_log(portal)


def _look_at_the_log(portal: Portal) -> None:
    """Every line is an object, whoever wrote it."""
    lines = [json.loads(line) for line in portal.log.read_text().splitlines()]
    loggers = {line["logger"] for line in lines}
    assert {"web.requests", "gunicorn.error"} <= loggers
    visits = [line for line in lines if line.get("view") == "account_login"]
    assert len({line["request_id"] for line in visits}) == 10


def test_each_alert_is_fired_by_its_fault(tmp_path: Path) -> None:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
    stories = yaml.safe_load((MONITORING / "alerts.test.yml").read_text())["tests"]
    fired = [
        check["alertname"]
        for story in stories
        for check in story["alert_rule_test"]
        if check["exp_alerts"]
    ]
    assert sorted(fired) == sorted(rule["alert"] for rule in rules)

    done = subprocess.run(
        ["promtool", "test", "rules", "alerts.test.yml"],
        cwd=MONITORING,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- Numbers of requests --------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_writes_its_log_under_the_number_of_the_request(
    start_worker, wait_for, tmp_path: Path
) -> None:
    tracing.begin_trace("5f0c9d2e7ab14c338d0b")
    # A function at the top of a module like any other task.
    enqueue(declare_task("chores")(logging.warning), "Somebody asked for this")
    tracing.end_trace()
    start_worker("chores")
    log = tmp_path / "worker.log"
    wait_for(lambda: "Somebody asked for this [5f0c9d2e7ab14c338d0b]\n" in log.read_text())


# --- Reports of errors ------------------------------------------------------------

BREAKING = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from web import health

def broken(checks):
    mobile = "09130000001"
    raise RuntimeError("no such number: " + mobile)

health.ask_checks = broken
client = Client(raise_request_exception=False)
answer = client.get("/health/ready?q=09130000001", HTTP_HOST="localhost", HTTP_COOKIE="a=secret")
print(answer["X-Request-ID"])
if settings.SENTRY_DSN:
    import sentry_sdk
    sentry_sdk.flush()
"""


class Receiver(BaseHTTPRequestHandler):
    """Takes what is reported."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[
            self.headers["Content-Encoding"]
        ]
        self.server.taken.append(unpack(body).decode())  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.taken = []  # type: ignore[attr-defined]
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def test_an_error_is_reported_with_its_number_and_with_nobody_in_it(
    receiver: HTTPServer, tmp_path: Path
) -> None:
    place_migrated_database(tmp_path / "portal.sqlite3")
    done = subprocess.run(
        [sys.executable, "-c", BREAKING],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "PYTHONPATH": f"{settings.SITE_DIR}:{settings.BASE_DIR}",
            "DATA_DIR": str(tmp_path),
            "SENTRY_DSN": f"http://key@127.0.0.1:{receiver.server_port}/1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    number = done.stdout.strip()
    reports = [text for text in receiver.taken if "RuntimeError" in text]  # type: ignore[attr-defined]
    assert len(reports) == 1
    assert f'"request_id":"{number}"' in reports[0].replace('": "', '":"')
    assert "no such number: ***" in reports[0]
    for word in ("09130000001", "secret", "REMOTE_ADDR", "Cookie"):
        assert word not in reports[0], word
