"""Files of people without a row, and rows without their file.

A process that is killed between the writing of a file and the commit of its row leaves a file
that no page shows and nobody would ever take away; a backup that was put back in part leaves rows
whose file is gone. Both are looked for a little at every sweep, all of them once a day. What a person has
to look at is found at /health/work until a later round, or ``check_files``, finds it no more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.core.cache import cache
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.timezone import now

from work.sweeps import register_chore
from work.watch import register_finding

logger = logging.getLogger(__name__)

# A younger file may belong to a row that is just being written.
LEAST_AGE: Final = timedelta(days=1)
# What one sweep looks at: names in the storage, the folders they lie in, rows.
NAMES: Final = 1000
FOLDERS: Final = 50
ROWS: Final = 200
# After a whole round, which begins anew when the entry of the cache has run out.
REST: Final = 24 * 60 * 60
# A crash leaves one file or two. More of them in one round means that the database is not the one
# the files belong to: so a round removes at its end only, and then nothing until a person has looked.
MOST_STRAYS: Final = 20
# Where the cache keeps what the last round has found, for whoever asks after the work.
LEFT: Final = "stray-files-left"
MISSING: Final = "missing-files-found"

NameFinder = Callable[[list[str]], Iterable[str]]
_finders: list[NameFinder] = []


def register_names(finder: NameFinder) -> None:
    """Have files kept whose names ``finder(names)`` gives back; file fields need no finder.

    Called from AppConfig.ready().
    """
    _finders.append(finder)


def remove_strays() -> int:
    """The chore: look at the next names, at the end of a round remove those of no row; how many."""
    progress = cache.get("stray-files") or {"folders": [""], "after": ""}
    if not progress["folders"]:
        return 0
    names, after = next_names(progress)
    strays = [*progress.get("strays", []), *find_strays(names)][: MOST_STRAYS + 1]
    if len(strays) > MOST_STRAYS:
        after["folders"] = []
    cache.set("stray-files", after | {"strays": strays}, REST)
    return 0 if after["folders"] else _end_round(strays)


def _end_round(strays: list[str]) -> int:
    if len(strays) > MOST_STRAYS:
        logger.error(
            "More than %d files of no row, such as %s: all are left for a person",
            MOST_STRAYS,
            strays[0],
        )
        note_found(LEFT, len(strays))
        return 0
    # A round takes minutes or hours.
    strays = find_strays(strays)
    remove_files(strays)
    note_found(LEFT, 0)
    return len(strays)


def report_missing() -> int:
    """The chore: ask for the files of the next rows; how many are missing. Each is logged."""
    progress: dict[str, Any] = cache.get("missing-files") or {"field": 0, "after": 0}
    fields = file_fields()
    if progress["field"] >= len(fields):
        return 0
    field = fields[progress["field"]]
    rows = _rows_with_file(field).filter(pk__gt=progress["after"]).order_by("pk")[:ROWS]
    found = list(rows.values_list("pk", field.name))
    last = found[-1][0] if len(found) == ROWS else None
    missing = report_missing_of(field, found)
    in_round = progress.get("missing", 0) + missing
    after = {"field": progress["field"] + (last is None), "after": last or 0, "missing": in_round}
    cache.set("missing-files", after, REST)
    if missing or after["field"] >= len(fields):
        note_found(MISSING, in_round)
    return missing


def note_found(what: str, count: int) -> None:
    """Remember how many files somebody has to look at, until the next look at all of them."""
    cache.set(what, count, timeout=None)


def check_files_and_rows() -> str:
    """Whether files and rows fit together, as far as the last round has seen."""
    left, missing = cache.get(LEFT), cache.get(MISSING)
    found = [f"{left} or more files of no row, none is removed"] if left else []
    found += [f"{missing} rows without their file"] if missing else []
    return ", ".join(found) + ": miz check_files" if found else ""


def register_all() -> None:
    """Tell the sweep and ``work.watch`` of all this; called from AppConfig.ready()."""
    register_chore(remove_strays, "files of no row")
    register_chore(report_missing, "missing files")
    register_finding(check_files_and_rows, "files and rows")


def report_missing_of(field: models.FileField, rows: Iterable[tuple[Any, str]]) -> int:
    """Log each of ``rows`` (key, name) whose file is not there; how many."""
    missing = [(pk, name) for pk, name in rows if not field.storage.exists(name)]
    for pk, name in missing:
        logger.error("The file %s of %s %s is missing", name, field.model._meta.label, pk)
    return len(missing)


def list_rows(field: models.FileField) -> Iterator[tuple[Any, str]]:
    """Key and file name of every row that names a file."""
    return _rows_with_file(field).values_list("pk", field.name).iterator()


def next_names(progress: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The next names of the private storage, and where to go on; nothing after the last folder."""
    folders, after = list(progress["folders"]), progress["after"]
    names: list[str] = []
    for _ in range(FOLDERS):
        if not folders or len(names) >= NAMES:
            break
        within, files = _list_folder(folders[0])
        fresh = sorted(name for name in files if name > after)
        taken = fresh[: NAMES - len(names)]
        names += [_join(folders[0], name) for name in taken]
        if len(taken) < len(fresh):
            after = taken[-1]
        else:
            folders, after = [_join(folders[0], name) for name in within] + folders[1:], ""
    return names, {"folders": folders, "after": after}


def find_strays(names: list[str]) -> list[str]:
    """Those of ``names`` that no row knows and that are no longer young.

    Asked twice: between the questions of one round a name may go over from one table to another.
    """
    return _unknown(_unknown([name for name in names if _is_old(name)]))


def _unknown(names: list[str]) -> list[str]:
    named: set[str] = set()
    for field in file_fields():
        rows = _rows_with_file(field).filter(**{f"{field.name}__in": names})
        named.update(rows.values_list(field.name, flat=True))
    for find in _finders:
        named.update(find(names))
    return [name for name in names if name not in named]


def remove_files(names: list[str]) -> None:
    """Remove files of no row from the private storage, each with a line in the log."""
    for name in names:
        _private().delete(name)
        logger.warning("The file %s belonged to no row and was removed", name)


def file_fields() -> list[models.FileField]:
    """The fields of all models that name files of the private storage."""
    fields = (field for model in apps.get_models() for field in model._meta.local_fields)
    private = _private()
    return [f for f in fields if isinstance(f, models.FileField) and f.storage is private]


def _rows_with_file(field: models.FileField) -> models.QuerySet[Any]:
    return field.model._base_manager.exclude(**{field.name: ""})


def _is_old(name: str) -> bool:
    try:
        return bool(_private().get_modified_time(name) < now() - LEAST_AGE)
    except FileNotFoundError:
        # Its task has taken it away meanwhile.
        return False


def _list_folder(folder: str) -> tuple[list[str], list[str]]:
    try:
        within, files = _private().listdir(folder)
    except FileNotFoundError:
        return [], []
    return sorted(within), files


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _private() -> Storage:
    return storages["private"]
