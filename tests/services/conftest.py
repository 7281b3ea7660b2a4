"""A real worker beside the test, on its database and files, that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.patience import wait_until
from tests.services.ece.certificates import write_certificates
from tests.services.ece.dovecot import dovecot
from tests.services.ece.network import Network, network_settings
from tests.services.ece.smtp_server import smtp_server

ROOT = Path(__file__).resolve().parents[2]

AT_FULL_SIZE = ("test_kills_elsewhere.py", "test_plans.py")
Worker = subprocess.Popen[bytes]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Hours of kills, and tables so full that plans mean something: at full size only."""
    return (
        True if collection_path.name in AT_FULL_SIZE and not config.getoption("--prove") else None
    )


@pytest.fixture
def start_worker(tmp_path: Path, settings) -> Iterator[Callable[[str], Worker]]:
    """Starts the worker of a class; all are gone afterwards. They log to ``tmp_path/worker.log``."""
    workers = []
    fast = "--settings=tests.services.settings_fast"

    def start(work_class: str) -> Worker:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster", "--name", work_class, fast],
            cwd=ROOT,
            env={
                **os.environ,
                "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
                "KILLED_PRIVATE": str(settings.PRIVATE_ROOT),
            },
            stdout=subprocess.DEVNULL,
            stderr=(tmp_path / "worker.log").open("ab"),
            start_new_session=True,
        )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        _kill(worker)


def _kill(worker: Worker) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@pytest.fixture
def kill() -> Callable[[Worker], None]:
    """Kills a worker with all its children, at once."""
    return _kill


@pytest.fixture
def wait_for(tmp_path: Path) -> Callable[[Callable[[], object]], None]:
    """Waits until something is true, or shows what the worker said."""

    def last_words() -> str:
        return (tmp_path / "worker.log").read_text(errors="replace")[-3000:]

    return lambda what: wait_until(what, told=last_words)


@pytest.fixture(scope="module")
def mail_certificates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Authority, certificate and key of the mail servers."""
    return write_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def network(mail_certificates: tuple[Path, Path, Path], settings: Any) -> Iterator[Network]:
    """Real SMTP and IMAP servers that the portal is set up for."""
    authority, certificate, key = mail_certificates
    # Below the folder that other users may go through; pytest's own are shut to them.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir=settings.SCRATCH))
    with (
        dovecot(folder, certificate, key) as box,
        smtp_server(box.deliver, certificate, key) as post,
    ):
        for name, value in network_settings(post.port, box.port, authority).items():
            setattr(settings, name, value)
        yield Network(post, box)
