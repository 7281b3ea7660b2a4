"""Where the web processes keep what they count, so that whichever is scraped tells of all.

prometheus_client gives each process files of its own, named by its number, which nobody may take
away afterwards: a counter would go back. Processes that die and are started again would fill the
folder for good. So files are named by slots instead: a process holds one by a lock, which ends with
it however it dies, and its successor counts on in the same files.
"""

import fcntl
import itertools
import os
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from prometheus_client import values


class Slots:
    """The slots of one folder; a forked process takes one of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = 0
        self._number = 0
        self._held: IO[str] | None = None

    def own_slot(self) -> int:
        """The number of this process's slot."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._number = next(n for n in itertools.count() if self._take(n))
        return self._number

    def _take(self, number: int) -> bool:
        with ExitStack() as closing:
            file = closing.enter_context((self._folder / f"{number}.slot").open("a"))
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            # Open for as long as the process lives: closing it would give up the lock.
            self._held = file
            closing.pop_all()
        return True


def keep_values_in(folder: str) -> None:
    """Have all metrics that are made from now on kept below ``folder``, if there is one."""
    if folder:
        values.ValueClass = values.MultiProcessValue(Slots(Path(folder)).own_slot)
