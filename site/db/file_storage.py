"""File storage in folders, where a file has its name only once all of it is there."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.core.files.move import file_move_safe
from django.core.files.storage import FileSystemStorage, Storage
from django.db import InterfaceError, OperationalError

# The end of the name of a file that is being written; a process that was killed leaves it behind.
PARTIAL: Final = ".partial"
_NO_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class WholeFileStorage(FileSystemStorage):
    """Writes beside the name and takes the name when all is written.

    A disk that fills up in the middle, or a killed process, leaves no half of a file under a
    name that somebody may open.
    """

    def _save(self, name: str, content: Any) -> str:
        partial = f"{name}.{uuid4().hex}{PARTIAL}"
        try:
            super()._save(partial, content)  # type: ignore[misc]
            return self._take_name(partial, name)
        finally:
            Path(self.path(partial)).unlink(missing_ok=True)

    def _take_name(self, partial: str, name: str) -> str:
        """The name that was free; another one where somebody has been faster."""
        while True:
            try:
                self._place_file(self.path(partial), self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name

    @staticmethod
    def _place_file(partial: str, place: str) -> None:
        try:
            os.link(partial, place)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            # A file system without links, such as a mount of another system.
            file_move_safe(partial, place)


@contextmanager
def kept_if_recorded(storage: Storage) -> Iterator[Callable[[str, Any], str]]:
    """Gives a ``save(name, content)`` whose files go again when the block that records them fails.

    Whoever was interrupted, or lost the database in the middle, may have committed: what was to be
    recorded stays, and where no row names it the sweep takes it away.
    """
    saved: list[str] = []

    def save_file(name: str, content: Any) -> str:
        saved.append(storage.save(name, content))
        return saved[-1]

    try:
        yield save_file
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        for name in saved:
            storage.delete(name)
        raise
