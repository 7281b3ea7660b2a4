"""Two hosts on one machine: each has processes, a name and a data folder of its own.

A host is a set of namespaces (``unshare``), which root alone may make. Of its files it shares the
private ones with the other, by a mount; the database and Redis are the same. When its first process is
killed the kernel ends all the others, as when a machine loses its power.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.patience import wait_until
from tests.processes import marked_processes, parent_of
from tests.services.killed_portal import KilledPortal

# Its first process buries every orphan, as the init of a machine does.
BOOT = """trap "" CHLD
mount --bind "$1" "$2" && hostname "$3" && exec sleep infinity"""
NAMESPACES = ("--pid", "--mount", "--uts")


class KilledHost(KilledPortal):
    """A portal on a host of its own, which can be killed as a whole."""

    mortal = True
    is_up = False

    def __init__(self, folder: Path, database: str, ledger: Path, shared: Path) -> None:
        super().__init__(folder, database, ledger)
        self._shared = shared
        for part in (shared, folder / "private", folder / "tmp"):
            part.mkdir(exist_ok=True)
        self.env["TMPDIR"] = str(folder / "tmp")

    def start(self) -> None:
        """Switch the host on, if it is off, and serve."""
        if not self.is_up:
            self._boot()
        super().start()

    def command(self) -> list[str]:
        inside = [f"--{name[2:]}" for name in NAMESPACES]
        return ["nsenter", f"--target={self._init}", *inside, "--", *super().command()]

    def first_process(self) -> int | None:
        found = (pid for pid in self.processes() if parent_of(pid) == self.server.pid)
        return next(found, None)

    def hit_one(self, dice: random.Random, number: int) -> str:
        role = super().hit_one(dice, number)
        self._wake_tool()
        return role

    def die(self) -> str:
        """The power goes: every process ends at once, and nobody starts any."""
        os.kill(self._init, signal.SIGKILL)
        self._unshare.wait()
        self._wake_tool()
        self.server.wait()
        wait_until(lambda: not self.processes(), told=self.processes)
        self.is_up = False
        return "host"

    def start_if_gone(self) -> None:
        if self.is_up:
            self._wake_tool()
            super().start_if_gone()

    def end(self) -> None:
        if self.is_up:
            self.die()

    def _boot(self) -> None:
        shutil.rmtree(self.folder / "tmp")
        (self.folder / "tmp").mkdir()
        self._unshare = subprocess.Popen(
            ["unshare", *NAMESPACES, "--fork", "--mount-proc", "--kill-child", "sh", "-c", BOOT,
             "boot", str(self._shared), str(self.folder / "private"), self.folder.name],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            start_new_session=True,
        )  # fmt: skip
        wait_until(lambda: self._first_of_all() is not None)
        self._init = self._first_of_all() or 0
        self.is_up = True

    def _first_of_all(self) -> int | None:
        found = marked_processes("KILLED_FOLDER", self.folder)
        sleeping = (pid for pid, command in found.items() if command.startswith("sleep"))
        return next(sleeping, None)

    def _wake_tool(self) -> None:
        # nsenter stops itself with the process that it waits for.
        with suppress(ProcessLookupError):
            os.kill(self.server.pid, signal.SIGCONT)
