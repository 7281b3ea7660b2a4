"""The portal as an operator starts it: ``manage.py serve`` with the demo data, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tests.migrated import place_migrated_database
from tests.patience import PATIENCE
from tests.services.postgres import free_port as free_port

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]


@dataclass
class DemoHouse:
    """A data folder with the demo data, made once; every story starts from a copy of it, at its port."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, folder: Path) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "PORT": str(self.port),
            "SITE_URL": self.address,
            "WEB_WORKERS": "1",
            # As in production.
            "STAFF_IDLE_MINUTES": "30",
        }

    def build(self) -> None:
        """What ``make run`` does before it serves."""
        place_migrated_database(self.folder / "portal.sqlite3")
        for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
            self._manage(command)

    def pack_static(self) -> None:
        """What ``make run`` does for whoever comes for the first time."""
        self._manage(["pack_static"])

    def copy_to(self, folder: Path) -> None:
        """The same data where a story serves it; another process may have made it for its own port."""
        shutil.copytree(self.folder, folder)
        database = folder / "portal.sqlite3"
        with closing(sqlite3.connect(database, timeout=PATIENCE)) as there, there:
            there.execute("UPDATE wagtailcore_site SET port = ?", [self.port])

    def _manage(self, command: Sequence[str]) -> None:
        done = subprocess.run(
            [*MANAGE, *command],
            env=self.environment(self.folder),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(command)}: {done.stderr[-3000:]}"


class Portal:
    """One running portal with a worker; ``stop`` asks it to end and looks at how it did."""

    def __init__(self, house: DemoHouse, folder: Path) -> None:
        house.copy_to(folder)
        self.address = house.address
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [*MANAGE, "serve", "--grace", "15"],
                env=house.environment(folder),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"It ended at once:\n{self.last_words}"
            if self._answers():
                return
            time.sleep(0.1)
        raise AssertionError(f"It does not answer after {PATIENCE} s:\n{self.last_words}")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health/live", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    @property
    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    @property
    def failures(self) -> list[str]:
        """What the log calls an error or a traceback, and what browsers report of our policy."""
        marks = (
            *(" ERROR ", " CRITICAL ", "Traceback (most recent call last)"),
            "Content security policy:",
        )
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if any(mark in line for mark in marks)]

    def stop(self) -> int:
        """The exit code after SIGTERM: 0 when web and worker ended in good order."""
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise


@contextmanager
def served(house: DemoHouse, folder: Path) -> Iterator[Portal]:
    """A portal that ends in good order and whose log tells of no failure."""
    portal = Portal(house, folder)
    try:
        portal.wait_until_ready()
        yield portal
    finally:
        code = portal.stop()
    assert code == 0, f"It did not stop in good order ({code}):\n{portal.last_words}"
    assert not portal.failures, f"Its log tells of failures:\n{portal.last_words}"
