"""The kills once more: the other database, the other queue, two hosts; at full size only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.patience import PATIENCE, wait_until
from tests.services.postgres import postgres

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis that listens on a file of that folder only."""
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    try:
        wait_until(socket.exists)
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


@pytest.mark.parametrize(
    ("database", "broker", "hosts"),
    [
        ("SQLite", "redis", 1),
        ("PostgreSQL", "orm", 1),
        ("PostgreSQL", "redis", 1),
        ("PostgreSQL", "orm", 2),
        ("PostgreSQL", "redis", 2),
    ],
)
def test_kills(tmp_path: Path, database: str, broker: str, hosts: int) -> None:
    if hosts > 1 and os.geteuid() != 0:
        pytest.skip("Only root can make a second host (unshare).")
    with (
        postgres() if database == "PostgreSQL" else nullcontext("") as address,
        redis(tmp_path) if broker == "redis" else nullcontext("") as queue,
    ):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n0", "-rP", "-p", "no:cacheprovider",
             "--prove", "tests/services/test_kills.py"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address, "WORK_BROKER": broker,
                 "REDIS_URL": queue, "KILL_HOSTS": str(hosts)},
            capture_output=True,
            text=True,
        )  # fmt: skip
    print(done.stdout[-4000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
