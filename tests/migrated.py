"""A migrated database to begin with: made once for a set of migrations, copied by whoever needs one."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import inspect
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

KEPT = settings.BASE_DIR / ".pytest_cache" / "migrated"


def place_migrated_database(target: Path) -> None:
    """Put an SQLite file at ``target`` in which every migration of today's code has run.

    ``migrate`` on it has nothing to do but to announce that it ran. Raises
    CalledProcessError when the migrations do not go through.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    made = KEPT / f"{_digest_of_migrations()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        # The other process of the suite waits here for what this one makes.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, target)


def _digest_of_migrations() -> str:
    """Changes with any migration, ours or of a library."""
    digest = hashlib.sha256()
    loader = MigrationLoader(None)
    for key in sorted(loader.disk_migrations):
        source = inspect.getsourcefile(sys.modules[type(loader.disk_migrations[key]).__module__])
        assert source is not None, key
        digest.update(repr(key).encode() + Path(source).read_bytes())
    return digest.hexdigest()[:16]


def _make(made: Path) -> None:
    for older in KEPT.glob("*.sqlite3*"):
        older.unlink()
    folder = settings.SCRATCH / "migrated"
    folder.mkdir()
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "WORK_BROKER": "orm",
        },
        check=True,
    )
    # One file without a journal beside it, whole or not there.
    part = made.with_suffix(".part")
    part.unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(folder / "portal.sqlite3")) as migrated,
        contextlib.closing(sqlite3.connect(part)) as copy,
    ):
        migrated.backup(copy)
    part.rename(made)
    shutil.rmtree(folder)
