"""Places of this host for work that takes its processor: never more at a time than there are.

A place is a lock on a file below ``PLACES_DIR``. The system gives it back when the last process
that holds it is gone, however that ended: a program that is started in a place inherits the lock
and keeps the place for as long as it runs, also when its parent is killed meanwhile.
"""

import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

# Before a program that is started in a place: the pages come first.
CALMLY: Final = ("nice", "-n", "10")
LOOK_AGAIN: Final = 0.02
# Of the threads of one process a single one waits, so that the others go on serving.
_ONE_WAITS: Final = threading.BoundedSemaphore(1)


class NoPlace(Exception):
    """All places are taken."""


@contextmanager
def take_place(patience: float) -> Iterator[int]:
    """A place of this host, as the file descriptor that a program in it is to inherit.

    Raises NoPlace when none has become free within ``patience`` seconds; at once, when another
    thread of this process waits already.
    """
    place = _find_free()
    if place is None:
        place = _wait_for_one(patience)
    if place is None:
        raise NoPlace
    try:
        yield place
    finally:
        os.close(place)


def _wait_for_one(patience: float) -> int | None:
    if not _ONE_WAITS.acquire(blocking=False):
        return None
    try:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN)
            if (place := _find_free()) is not None:
                return place
        return None
    finally:
        _ONE_WAITS.release()


def _find_free() -> int | None:
    folder = Path(settings.PLACES_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(settings.PLACES_AT_ONCE):
        # Hosts may share the folder; each has places of its own.
        name = folder / f"{socket.gethostname()}-{number}"
        place = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place
        os.close(place)
    return None
