"""Processes that a test has started, found by a mark in their environment."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def marked_processes(name: str, value: object) -> dict[int, str]:
    """The processes that have ``name=value`` in their environment, with their command lines."""
    mark = f"{name}={value}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                found[int(folder.name)] = b" ".join(words).decode()
    return found


def parent_of(pid: int) -> int | None:
    """The process that started it, or that has taken it over; None when it is gone."""
    with suppress(OSError):
        # The second field is the program's name, which may hold anything.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None
