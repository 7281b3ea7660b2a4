"""Errors of neighbours (database, cache, disk) that pass, told from faults of the program."""

from __future__ import annotations

import errno
from enum import StrEnum
from typing import Final

from django.db import InterfaceError, OperationalError

from db.cache import CacheAway


class Outage(StrEnum):
    """Which neighbour fails, and how."""

    DATABASE = "database_away"
    CACHE = "cannot_count"
    DISK_FULL = "disk_full"
    DISK = "disk_away"


_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
# The last two: a folder of another host that is gone.
_UNUSABLE: Final = {
    *(errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO),
    *(errno.ESTALE, errno.ENOTCONN),
}
# Primary result codes of SQLite. Its «no such table» is an OperationalError too, and a fault of ours.
_SQLITE_FULL: Final = 13
# Busy, locked, memory, read-only, I/O, open, protocol.
_SQLITE_AWAY: Final = {5, 6, 7, 8, 10, 14, 15}
_POSTGRES_FULL: Final = "53100"


def find_outage(error: BaseException | None) -> Outage | None:
    """The outage that ``error`` tells of; None for a fault of the program."""
    if isinstance(error, CacheAway):
        return Outage.CACHE
    if isinstance(error, OperationalError | InterfaceError):
        return _outage_of_database(error)
    if isinstance(error, OSError):
        return _outage_of_disk(error)
    return None


def _outage_of_database(error: Exception) -> Outage | None:
    if getattr(error.__cause__, "sqlstate", None) == _POSTGRES_FULL:
        return Outage.DISK_FULL
    extended = getattr(error.__cause__, "sqlite_errorcode", None)
    if extended is None:
        return Outage.DATABASE
    primary = extended & 0xFF
    if primary == _SQLITE_FULL:
        return Outage.DISK_FULL
    return Outage.DATABASE if primary in _SQLITE_AWAY else None


def _outage_of_disk(error: OSError) -> Outage | None:
    if error.errno in _FULL:
        return Outage.DISK_FULL
    return Outage.DISK if error.errno in _UNUSABLE else None
