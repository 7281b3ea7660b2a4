"""Looks that sleep and look around, for ``test_lookouts``; loaded by a lookout, without the portal."""

import os
import time
from pathlib import Path


def warm_up():
    pass


def look(file, arguments):
    kind, *more = arguments
    if kind == "sleep once":
        return sleep_once(Path(f"{more[0]}.seen"))
    if kind == "sleep":
        time.sleep(600)
    if kind == "environment":
        return " ".join(sorted(os.environ))
    return " ".join(sorted(name for name in os.listdir("/proc/self/fd") if is_open(int(name))))


def is_open(number):
    """Not the folder itself, which was open while it was read."""
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def sleep_once(seen):
    if seen.exists():
        return "slept before"
    seen.touch()
    time.sleep(600)
    return ""
