"""An office as it stood before the rebuild, upgraded with the code of this checkout.

What is kept beside this file is told in its README.md.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import storages
from django.db import connections
from django.test import Client

from config.settings.base import database_settings
from persian.collation import PERSIAN, compare
from submissions.models import Submission
from tests.archives import unpack
from tests.patience import PATIENCE, wait_until

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
REBUILT = "main_before_the_rebuild"
PEOPLE = json.loads((HERE / f"{REBUILT}.people.json").read_text("utf-8"))
MOMENT = datetime.fromisoformat(PEOPLE["moment"])

Row = tuple[Any, ...]


class Office:
    """A database and the private files that belong to it, in one folder."""

    def __init__(self, folder: Path, moment: datetime = MOMENT) -> None:
        self.folder = folder
        self.moment = moment
        self.database = folder / "portal.sqlite3"
        self.private = folder / "private"

    @classmethod
    def unpacked(cls, folder: Path, name: str = REBUILT, moment: datetime = MOMENT) -> Office:
        """The office as it was dumped."""
        office = cls(folder, moment)
        dump = gzip.decompress((HERE / f"{name}.sql.gz").read_bytes())
        with closing(sqlite3.connect(office.database)) as there:
            there.create_collation(PERSIAN, compare)
            there.executescript(dump.decode())
        if (packed := HERE / f"{name}.files.tar.gz").exists():
            unpack(packed, office.private)
        return office

    def ask(self, query: str) -> list[Row]:
        """What the database answers, past all code of ours."""
        with closing(sqlite3.connect(self.database, timeout=20)) as there:
            return there.execute(query).fetchall()

    def tell(self, commands: str) -> None:
        """Change what is there, past all code of ours."""
        with closing(sqlite3.connect(self.database, timeout=20)) as there:
            there.create_collation(PERSIAN, compare)
            there.executescript(commands)

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` there and wait for its end."""
        return subprocess.run(
            self._command(*command),
            cwd=ROOT,
            env=self._environment(self.moment),
            capture_output=True,
            text=True,
            # All migrations take some ten seconds of the processor.
            timeout=4 * PATIENCE,
        )

    def work_off(self, *, minutes_later: int = 0) -> None:
        """Let the real workers of all classes run until nothing waits in the queue."""
        moment = MOMENT + timedelta(minutes=minutes_later)
        workers = [self._start_worker(name, moment) for name in settings.WORK_CLASSES]

        def ended() -> bool:
            return any(worker.poll() is not None for worker in workers)

        try:
            wait_until(lambda: ended() or not self._has_tasks(), told=self._last_words)
            assert not ended(), self._last_words()
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            for worker in workers:
                worker.wait(PATIENCE)
        finally:
            for worker in workers:
                if worker.poll() is None:
                    os.killpg(worker.pid, signal.SIGKILL)
                    worker.wait()

    def _start_worker(self, name: str, moment: datetime) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command("qcluster", "--name", name),
            cwd=ROOT,
            env=self._environment(moment),
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "worker.log").open("ab"),
            start_new_session=True,
        )

    def _last_words(self) -> str:
        return (self.folder / "worker.log").read_text(errors="replace")[-3000:]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process works in the office: its database and its files are those of Django here."""
        usual, shelf = connections["default"], vars(storages["private"])
        facts = {**usual.settings_dict, **database_settings(""), "NAME": str(self.database)}
        usual_facts, usual_location = connections.settings["default"], shelf.get("location")
        connections.settings["default"] = facts
        connections["default"] = connections.create_connection("default")
        shelf["location"] = str(self.private)
        ContentType.objects.clear_cache()
        try:
            yield
        finally:
            connections["default"].close()
            connections.settings["default"] = usual_facts
            connections["default"] = usual
            shelf["location"] = usual_location
            if usual_location is None:
                del shelf["location"]
            ContentType.objects.clear_cache()

    def _has_tasks(self) -> bool:
        return bool(self.ask("SELECT 1 FROM django_q_ormq LIMIT 1"))

    def _command(self, *command: str) -> list[str]:
        settings = "--settings=tests.project.upgrade.settings"
        return [sys.executable, "manage.py", *command, settings]

    def _environment(self, moment: datetime) -> dict[str, str]:
        return {
            **os.environ,
            "UPGRADED_DATABASE": str(self.database),
            "UPGRADED_PRIVATE": str(self.private),
            "UPGRADED_MOMENT": moment.isoformat(),
        }


class Browser(Client):
    """A browser as somebody left it open; ``held`` is what else they had, see README.md."""

    def __init__(self, name: str) -> None:
        super().__init__(enforce_csrf_checks=True)
        self.held: dict[str, Any] = PEOPLE["browsers"][name]
        for cookie, value in self.held["cookies"].items():
            self.cookies[cookie] = value

    def send(self, address: str, sent: dict[str, Any] | None = None, **more: Any) -> Any:
        """Post a form: as the open page has it (``sent``), or with the token of a fresh page."""
        if sent is None:
            self.get(address)
            sent = {}
        if "csrfmiddlewaretoken" not in sent and "csrftoken" in self.cookies:
            sent = {**sent, "csrfmiddlewaretoken": self.cookies["csrftoken"].value}
        return self.post(address, sent | more)

    @property
    def case(self) -> Submission:
        """The request that they have to do with, as it is now."""
        return Submission.objects.get(tracking_code=self.held["case"])

    @property
    def user(self) -> str:
        """The key of who is signed in; empty when nobody is."""
        return str(self.session.get("_auth_user_id", ""))
