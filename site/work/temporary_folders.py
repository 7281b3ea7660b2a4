"""Temporary folders that go with their process, however it ends.

A process that is killed, and a worker's child that ends without Python's last
rites, leave their folder behind. The name tells whose it was, and the next one
to ask for a folder clears those away whose process is gone.
"""

import atexit
import multiprocessing
import os
import re
import shutil
import tempfile
from pathlib import Path


def make_folder(name: str) -> Path:
    """A new empty folder for this process alone, gone when the process is.

    ``name`` says what it is for; only the user of this process can look into it.
    """
    _clear_away(name)
    made = Path(tempfile.mkdtemp(prefix=f"{name}-{os.getpid()}-"))
    atexit.register(_remove_folder, made, os.getpid())
    return made


def _clear_away(name: str) -> None:
    """Those folders of the same name that nobody lives in any more."""
    for left in Path(tempfile.gettempdir()).glob(f"{name}-*"):
        owner = re.fullmatch(rf"{re.escape(name)}-(\d+)-.+", left.name)
        if owner and not _is_alive(int(owner[1])):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OverflowError, PermissionError):
        return True
    return True


def _remove_folder(made: Path, owner: int) -> None:
    # A forked child runs its parent's last rites too.
    if os.getpid() != owner:
        return
    # The worker's first process comes here as soon as it has started the others.
    for child in multiprocessing.active_children():
        if not child.daemon:
            child.join()
    shutil.rmtree(made, ignore_errors=True)
