"""A PostgreSQL that lives as long as a test: its own cluster, port and files.

Needs the server's programs (Debian: postgresql), not a running server.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.patience import PATIENCE

# Nothing of it must outlive the test, so nothing has to reach the disk.
IN_A_HURRY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=250")
# As docs/operation.md sets it for a disk without a head: PostgreSQL's own guess is of 1996.
AS_DOCUMENTED = ("random_page_cost=1.1",)
ADDRESSES = "127.0.0.1"


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a new, empty database, as DATABASE_URL takes it.

    Raises RuntimeError when PostgreSQL is not installed or does not start.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="miz-postgres-"))
    if os.geteuid() == 0:
        # The server refuses to run as root.
        shutil.chown(folder, "postgres", "postgres")
    try:
        _run(programs / "initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust",
             "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")  # fmt: skip
        with _server(programs, folder) as port:
            yield f"postgres://postgres@127.0.0.1:{port}/portal"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4]))
    elsewhere = shutil.which("initdb")
    if found:
        return found[-1].parent
    if elsewhere:
        return Path(elsewhere).parent
    raise RuntimeError("PostgreSQL is not installed; `make test` installs it (Debian: postgresql).")


@contextmanager
def _server(programs: Path, folder: Path) -> Iterator[int]:
    port = free_port()
    settings = (
        *IN_A_HURRY,
        *AS_DOCUMENTED,
        f"listen_addresses={ADDRESSES}",
        "unix_socket_directories=",
    )
    options = [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            _as_postgres(programs / "postgres", "-D", folder / "data", "-p", port, *options),
            stdout=log,
            stderr=log,
        )
    try:
        _wait_until_it_answers(server, port, folder / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(PATIENCE)


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Also makes the database, which is the proof."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            address = f"postgres://postgres@127.0.0.1:{port}/postgres"
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE portal")
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")) from error
            time.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_postgres(*command: object) -> list[str]:
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]


def _run(*command: object) -> None:
    done = subprocess.run(_as_postgres(*command), capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
