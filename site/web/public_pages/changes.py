"""Changes of what everybody may read, noted by the database itself.

Triggers see what Django's signals do not: updates of many rows at once, the statements of the page
tree, imports. Each adds a row, in the transaction of the change, so the state that a reader sees
and the rows that count it become visible together.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.apps import AppConfig
from django.db import connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from web.models import PublicChange

# Above this number all but a new last one are removed, at the next sweep.
MOST = 100

_watched: set[type[models.Model]] = set()


class PublicState(NamedTuple):
    """The state of all watched tables; another after every change, and never the same again."""

    last: int
    changes: int


def watch(*kinds: type[models.Model]) -> None:
    """Note changes of these tables. Called from AppConfig.ready()."""
    _watched.update(kinds)


def watched_tables() -> frozenset[str]:
    """The names of the tables whose changes are noted."""
    return frozenset(kind._meta.db_table for kind in _watched)


def read_state() -> PublicState:
    """The state now, as this connection sees it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX(id), 0), COUNT(*) FROM {PublicChange._meta.db_table}")
        return PublicState(*cursor.fetchone())


def drop_old_changes() -> int:
    """Remove what only counts. A new row takes their place, so that no state comes back."""
    last, changes = read_state()
    if changes <= MOST:
        return 0
    PublicChange.objects.create()
    return PublicChange.objects.filter(pk__lte=last).delete()[0]


def keep_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Set the triggers anew after every ``migrate``: SQLite loses those of a table it rebuilds."""
    database = connections[using]
    there = set(database.introspection.table_names())
    if PublicChange._meta.db_table not in there:
        return
    write = _SETTING[database.vendor]
    with database.cursor() as cursor:
        for table in sorted(watched_tables() & there):
            write(database, cursor, table)


def _set_on_sqlite(database: BaseDatabaseWrapper, cursor: CursorWrapper, table: str) -> None:
    for act in ("INSERT", "UPDATE", "DELETE"):
        name = database.ops.quote_name(f"public_{act.lower()}_{table}")
        cursor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {act} ON {database.ops.quote_name(table)} "
            # Its triggers know no DEFAULT VALUES; NULL is the next number.
            f"BEGIN INSERT INTO {PublicChange._meta.db_table} (id) VALUES (NULL); END"
        )


def _set_on_postgresql(database: BaseDatabaseWrapper, cursor: CursorWrapper, table: str) -> None:
    # One for a statement, however many rows it changes.
    name, place = (database.ops.quote_name(word) for word in (f"public_{table}", table))
    cursor.execute(
        "CREATE OR REPLACE FUNCTION note_public_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN INSERT INTO {PublicChange._meta.db_table} DEFAULT VALUES; RETURN NULL; END $$"
    )
    cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {place}")
    cursor.execute(
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {place} "
        "FOR EACH STATEMENT EXECUTE FUNCTION note_public_change()"
    )


_SETTING = {"sqlite": _set_on_sqlite, "postgresql": _set_on_postgresql}
