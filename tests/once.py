"""What the processes of the suite share: the one that comes first makes it, the others wait."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def shared_folder(factory: pytest.TempPathFactory, config: pytest.Config) -> Path:
    """The folder that all processes of this run of the suite know."""
    own = factory.getbasetemp()
    return own.parent if hasattr(config, "workerinput") else own


def make_once(folder: Path, make: Callable[[Path], None]) -> None:
    """Have ``folder`` made: ``make`` is told where, a place that is not there yet."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return
        part = folder.with_suffix(".part")
        # Of a try that was broken off: every later one would only tell of it.
        shutil.rmtree(part, ignore_errors=True)
        make(part)
        part.rename(folder)
