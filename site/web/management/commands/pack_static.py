"""``manage.py pack_static``: have the files of our pages packed, if they are not what was packed before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand

# Beside the packed files: a digest of what they were made of.
PACKED_OF: Final = "packed_of"


class Command(BaseCommand):
    help = "Packs the static files as collectstatic does, when one of them has changed."

    def handle(self, **options: Any) -> None:
        note = Path(staticfiles_storage.path(PACKED_OF))
        sources = _digest_of_sources()
        if note.exists() and note.read_text("utf-8") == sources:
            return
        note.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        note.write_text(sources, "utf-8")


def _digest_of_sources() -> str:
    """Changes with any file that a page may name, and with the way in which they are packed."""
    told = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for line in sorted(_sources()):
        told.update(line.encode())
    return told.hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            there = Path(storage.path(name)).stat()
            yield f"{name} {there.st_size} {there.st_mtime_ns}\n"
