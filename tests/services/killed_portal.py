"""A whole portal beside the test whose processes are killed, and somebody who keeps knocking."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

from tests.patience import wait_until
from tests.processes import marked_processes, parent_of

ROOT = Path(__file__).resolve().parents[2]
# Seconds that systemd waits, as docs/operation.md has it.
RESTART = 0.2
# The only role that is hit («serve»); any by chance when it is not named.
ONLY = os.environ.get("KILL_ONLY", "")
# Among the command lines of the portal; what the operator's own tools start is no part of it.
PROGRAMS = ("manage.py", "gunicorn", "origin_program")


class KilledPortal:
    """``serve`` with everything it starts; whoever kills it has it started again."""

    # Whether the whole host may be killed, and not only a process.
    mortal = False
    is_up = True

    def __init__(self, folder: Path, database: str, ledger: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = {
            **os.environ,
            "KILLED_FOLDER": str(folder),
            "KILLED_DATABASE": database,
            "SMS_LEDGER": str(ledger),
            "DJANGO_SETTINGS_MODULE": "tests.services.settings_killed",
            "PYTHONPATH": str(ROOT),
        }

    def start(self) -> None:
        """Serve, as an operator does."""
        self.server = subprocess.Popen(
            self.command(),
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            start_new_session=True,
        )

    def command(self) -> list[str]:
        """What the operator starts."""
        return [sys.executable, str(ROOT / "manage.py"), "serve", f"--bind=127.0.0.1:{self.port}"]

    def processes(self) -> dict[int, str]:
        """All processes of it; a look into a file, which lives for a moment, is none."""
        found = marked_processes("KILLED_FOLDER", self.folder)
        return {pid: command for pid, command in found.items() if is_ours(command)}

    def first_process(self) -> int | None:
        """The serving parent; None while it is not there."""
        return self.server.pid

    def role_of(self, pid: int) -> str:
        """What a process does: serve, web, web worker, letters cluster, letters worker and so on."""
        command, first = self.processes().get(pid, ""), self.first_process()
        if pid == first:
            return "serve"
        is_child = parent_of(pid) == first
        if "gunicorn" in command:
            return "web" if is_child else "web worker"
        if "qcluster" in command:
            return f"{command.split()[-1]} " + ("cluster" if is_child else "worker")
        if "watch_hosts" in command:
            return "hosts"
        # The origin of the others, or who gives back what dead ones held.
        return "origin" if "origin_program" in command else "recovery"

    def hit_one(self, dice: random.Random, number: int) -> str:
        """Send the signal to one process by chance; what it was."""
        victim = dice.choice([pid for pid in sorted(self.processes()) if self._may_be_hit(pid)])
        role = self.role_of(victim)
        with suppress(ProcessLookupError):
            os.kill(victim, number)
        if role == "serve" and number == signal.SIGKILL:
            self.server.wait()
            time.sleep(RESTART)
            self.start_if_gone()
        elif role == "serve":
            # Nobody watches the parent but systemd, and that only its end.
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGCONT)
        return role

    def _may_be_hit(self, pid: int) -> bool:
        return not ONLY or self.role_of(pid) == ONLY

    def start_if_gone(self) -> None:
        """What systemd does."""
        if self.server.poll() is not None:
            self._end_all()
            self.start()

    def end(self) -> None:
        """Kill all that is left."""
        self._end_all()
        self.server.wait()

    def last_words(self) -> str:
        """The end of its log."""
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def _end_all(self) -> None:
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.processes(), told=self.processes)


def is_ours(command: str) -> bool:
    """Whether that command line is one of the portal's own."""
    tool = command.startswith(("nsenter", "unshare", "sh"))
    return not tool and any(program in command for program in PROGRAMS)


class Knocker(threading.Thread):
    """Asks for a page all the time, each time on a new line, and notes how long it took."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._url = f"http://127.0.0.1:{port}/health/live"
        self._ended = threading.Event()
        self._answered = time.monotonic()
        self.longest = 0.0

    def run(self) -> None:
        while not self._ended.wait(0.05):
            with suppress(OSError), urllib.request.urlopen(self._url, timeout=10) as answer:
                answer.read()
                self.longest = max(self.longest, self.silence())
                self._answered = time.monotonic()

    def silence(self) -> float:
        """Seconds since the last answer."""
        return time.monotonic() - self._answered

    def begin_anew(self) -> None:
        """Forget what was."""
        self.longest, self._answered = 0.0, time.monotonic()

    def end(self) -> None:
        self._ended.set()
        self.join()
