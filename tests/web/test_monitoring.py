"""Who may look at /metrics and /health/work, and what stands there."""

from __future__ import annotations

import ipaddress
import json
import multiprocessing
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.files.storage import FileSystemStorage
from django.db import OperationalError
from prometheus_client.multiprocess import MultiProcessCollector

from web import health
from web.monitoring.process_values import Slots
from work import host_watch, sweeps, watch

MONITORING = configured.BASE_DIR / "docs" / "monitoring"
OURS = re.compile(r"\b((?:portal|django_http)_[a-z_]+)\b")
CLOSED = ["/metrics", "/health/work"]


@pytest.fixture
def swept(db: None) -> None:
    sweeps.sweep()


# --- Who may look -----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", CLOSED)
def test_from_elsewhere_there_is_nothing(client, path):
    assert client.get(path, REMOTE_ADDR="10.0.0.7").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", CLOSED)
def test_behind_a_proxy_the_address_that_it_forwards_counts(client, settings, path):
    settings.TRUSTED_PROXIES = 1
    said = {"REMOTE_ADDR": "127.0.0.1"}
    # nginx appends whom it sees; what stands before that is the visitor's own invention.
    stranger = "127.0.0.1, 203.0.113.9"
    assert client.get(path, HTTP_X_FORWARDED_FOR=stranger, **said).status_code == 404
    assert client.get(path, HTTP_X_FORWARDED_FOR="no address", **said).status_code == 404
    settings.TRUSTED_PROXIES = 2
    assert client.get(path, HTTP_X_FORWARDED_FOR="203.0.113.9", **said).status_code == 404
    # Without a proxy in between it is the machine itself.
    assert client.get(path, **said).status_code in {200, 503}


@pytest.mark.django_db
@pytest.mark.parametrize("path", CLOSED)
def test_a_network_that_is_named_may_look_with_the_token_alone(client, settings, path):
    settings.METRICS_FROM = [ipaddress.ip_network("10.0.0.0/24")]
    settings.METRICS_TOKEN = "s3cret"
    here = {"REMOTE_ADDR": "10.0.0.7"}

    for given in ("", "Bearer", "Bearer s3cre", "Bearer s3cretx", "Basic s3cret", "Bearer é"):
        assert client.get(path, HTTP_AUTHORIZATION=given, **here).status_code == 404, given
    right = {"HTTP_AUTHORIZATION": "Bearer s3cret"}
    assert client.get(path, **right, **here).status_code in {200, 503}
    assert client.get(path, **right, REMOTE_ADDR="10.0.1.7").status_code == 404


def test_life_asks_for_nothing_but_the_process(client):
    """Without the mark the database is closed to this test."""
    assert client.get("/health/live", REMOTE_ADDR="203.0.113.9").content == b"ok\n"


@pytest.mark.django_db
def test_a_stranger_hears_one_word_of_readiness(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    answer = client.get("/health/ready", REMOTE_ADDR="203.0.113.9")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


# --- What calls somebody ----------------------------------------------------------


def asked(client, path="/health/work"):
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


def test_all_is_well(client, swept):
    assert asked(client) == (200, "ok\n")
    status, words = asked(client, "/health/work?format=json")
    facts = json.loads(words)
    assert (status, facts["status"], facts["findings"]) == (200, "ok", [])
    assert set(facts["checked"]) == {
        *("queues", "due rows", "sweep", "audit trail", "disk", "private files", "workers"),
        *("files and rows", "certificates", "messages", "letters", "shared_cache"),
        *("government network", "bounced letters"),
        "requests and work",
    }


def test_what_is_found_is_told_to_people_and_to_machines(client, swept, monkeypatch):
    monkeypatch.setattr(host_watch, "LEAST_FREE_BYTES", 10**18)
    status, words = asked(client)
    assert status == 503
    assert re.fullmatch(r"disk: \d+ MB are free, \d+% of the disk\n", words)
    status, words = asked(client, "/health/work?format=json")
    [finding] = json.loads(words)["findings"]
    assert (status, finding["check"]) == (503, "disk")
    assert 'portal_finding{check="disk"} 1.0' in client.get("/metrics").content.decode()


@pytest.mark.django_db
def test_a_check_that_breaks_is_a_finding(client, swept, monkeypatch):
    def broken():
        raise OperationalError("away")

    monkeypatch.setitem(watch._findings, "letters", broken)
    assert asked(client) == (503, "letters: no answer\n")


def test_files_that_cannot_be_written_are_found(client, swept, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(FileSystemStorage, "save", refuse)
    assert asked(client) == (503, "private files: not writable: Read-only file system\n")
    assert "portal_private_files_writable 0.0" in client.get("/metrics").content.decode()


def test_the_look_at_the_private_files_leaves_none(settings, swept):
    assert host_watch.check_private_files() == ""
    assert list((Path(settings.PRIVATE_ROOT) / "health").iterdir()) == []


# --- What is counted ----------------------------------------------------------------


def exposed(client):
    return client.get("/metrics").content.decode()


@pytest.mark.django_db
def test_every_metric_of_the_rules_and_of_the_board_is_exposed(client, swept):
    client.get("/health/live")
    text = exposed(client)
    shown = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
    shown |= {f"{name}_{end}" for name in shown for end in ("bucket", "count", "sum")}
    for page in ("alerts.yml", "alerts.test.yml", "grafana.json"):
        named = set(OURS.findall((MONITORING / page).read_text()))
        assert len(named) > 10
        assert named - shown == set(), page


@pytest.mark.django_db
def test_requests_are_told_apart_by_view_and_by_no_word_of_a_stranger(client):
    client.get("/health/ready")
    client.get("/no/such/S0912", REMOTE_ADDR="203.0.113.9")
    client.generic("SELECT1", "/health/ready")
    text = exposed(client)
    assert 'latency_seconds_by_view_method_count{method="GET",view="health_ready"}' in text
    assert 'method="<invalid method>"' in text
    for word in ("S0912", "SELECT1", "203.0.113"):
        assert word not in text


@pytest.mark.django_db
def test_a_refusal_or_an_error_is_measured_once(client, monkeypatch):
    def broken(checks):
        raise RuntimeError

    monkeypatch.setattr(health, "ask_checks", broken)
    client.raise_request_exception = False
    count = 'django_http_requests_latency_seconds_by_view_method_count{method="GET",view="health_ready"}'

    def measured():
        found = re.search(rf"^{re.escape(count)} (\S+)$", exposed(client), re.MULTILINE)
        return float(found[1]) if found else 0

    before = measured()
    assert client.get("/health/ready").status_code == 500
    assert measured() == before + 1
    assert 'django_http_exceptions_total_by_type_total{type="RuntimeError"}' in exposed(client)


@pytest.mark.django_db
def test_one_figure_that_cannot_be_read_hides_no_other(client, swept, monkeypatch):
    def broken():
        raise OperationalError("away")

    figure = watch.Figure("portal_late_cases", "", broken)
    monkeypatch.setitem(watch._figures, "portal_late_cases", figure)
    text = exposed(client)
    assert 'portal_figure_unread{figure="portal_late_cases"} 1.0' in text
    assert "portal_letters_pending 0.0" in text


# --- Several processes --------------------------------------------------------------

COUNTING = """
import sys
from web.monitoring.process_values import keep_values_in
keep_values_in(sys.argv[1])
from prometheus_client import Counter
turns = Counter("turns", "Turns.")
turns.inc()
print(flush=True)
sys.stdin.readline()
"""


def test_a_process_that_dies_leaves_its_files_to_the_next_one(tmp_path, start_counting):
    first, second = start_counting(), start_counting()
    first.kill()
    first.wait()
    for _ in range(3):
        follower = start_counting()
        follower.kill()
        follower.wait()
    second.kill()
    second.wait()

    assert len(list(tmp_path.glob("*.db"))) == 2
    [metric] = MultiProcessCollector(None, str(tmp_path)).collect()
    assert [sample.value for sample in metric.samples if sample.name == "turns_total"] == [5]


LOADING = """
import sys, threading
import django
django.setup()
from django.core.handlers.base import BaseHandler
sys.setswitchinterval(1e-6)
failures, together = [], threading.Barrier(20)
threading.excepthook = failures.append
def load():
    together.wait()
    BaseHandler().load_middleware()
threads = [threading.Thread(target=load) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit(str(failures[0].exc_value) if failures else 0)
"""


def test_threads_that_load_the_middleware_at_once_share_its_metrics():
    paths = f"{configured.SITE_DIR}:{configured.BASE_DIR}"
    done = subprocess.run(
        [sys.executable, "-c", LOADING],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PYTHONPATH": paths,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def start_counting(tmp_path):
    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", COUNTING, str(tmp_path)],
            env={
                **os.environ,
                "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
                "PYTHONPATH": str(configured.SITE_DIR),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout
        process.stdout.readline()
        return process

    return start


def test_a_fork_takes_a_slot_of_its_own(tmp_path):
    slots = Slots(tmp_path)
    assert slots.own_slot() == 0
    fork = multiprocessing.get_context("fork")
    told = fork.SimpleQueue()
    child = fork.Process(target=lambda: told.put(slots.own_slot()))
    child.start()
    assert told.get() == 1
    child.join()
    assert slots.own_slot() == 0
