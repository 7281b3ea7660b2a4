"""Processes by name: whose work is this, and does that one still live?

A number alone is given to another process soon after; together with the moment at
which the process began, in ticks of the running kernel, it is not. Only Linux tells that
moment: elsewhere a process has no name, and nobody is ever taken for gone.
"""

import hashlib
import os
import time
from functools import lru_cache
from pathlib import Path

# Ended, and not yet buried by its parent.
ENDED = frozenset("ZX")
STOPPED = frozenset("Tt")


def own_name() -> str:
    """The name of this process, "" where none can be told; it fits into 60 characters."""
    return name_process(os.getpid())


@lru_cache(maxsize=8)
def name_process(pid: int) -> str:
    """``<host>:<number>:<beginning>`` of a process that lives, "" when it cannot be told."""
    seen = _look_at(pid)
    host = host_name()
    return f"{host}:{pid}:{seen[1]}" if seen and host else ""


@lru_cache(maxsize=1)
def host_name() -> str:
    """A name for the processes that see each other: this kernel since its start, this container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        space = os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{space}".encode()).hexdigest()[:16]


def is_gone(name: str) -> bool:
    """Whether the process of that name has certainly ended: it was one of this host, and is not."""
    host, _, rest = name.partition(":")
    if not name or host != host_name():
        return False
    pid, _, began = rest.partition(":")
    seen = _look_at(int(pid))
    return seen is None or seen[0] in ENDED or seen[1] != began


def began_before(name: str, other: str) -> bool:
    """Whether, of two processes of this host, that of ``name`` began first."""
    return _ticks_of(name) < _ticks_of(other)


def seconds_since_begin(name: str) -> float:
    """How long ago the process of that name has begun, whether or not it lives."""
    now = time.clock_gettime(time.CLOCK_BOOTTIME)
    return now - _ticks_of(name) / os.sysconf("SC_CLK_TCK")


def _ticks_of(name: str) -> int:
    return int(name.rpartition(":")[2])


def is_alive(pid: int) -> bool:
    """Whether the process exists and has not ended."""
    seen = _look_at(pid)
    if seen is not None:
        return seen[0] not in ENDED
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not host_name()


def is_stopped(pid: int) -> bool:
    """Whether somebody has stopped it with a signal (SIGSTOP)."""
    seen = _look_at(pid)
    return seen is not None and seen[0] in STOPPED


def _look_at(pid: int) -> tuple[str, str] | None:
    """Its state, a letter, and when it began; None when it is not there or nobody tells."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The second field is the program's name, which may hold anything.
    fields = said.rpartition(")")[2].split()
    return fields[0], fields[19]
