"""The database's cache, with one statement for each write.

Django's own asks four things of the database for every write: how many rows there are, which
reads the whole table, a savepoint, whether the key is there, and the row itself; and of two who
write the same new key at once, one's value is lost. Limits on tries are counted in this cache.
"""

from __future__ import annotations

import base64
import pickle
from datetime import UTC, datetime
from random import randrange
from typing import Any

from django.apps import AppConfig
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.management import call_command
from django.db import connections, router
from django.utils.timezone import now

# On average one write in so many looks whether the table has grown too long.
LOOKS_ONE_IN = 200


class CacheAway(Exception):
    """Raised when the shared cache does not answer, to whoever must not do without it."""


class OneStatementCache(DatabaseCache):
    """Keeps a value by inserting its row or, where the key is known, by changing it.

    Unlike Django's, it raises the database's errors: a turn that could not be counted
    must not pass for one that was.
    """

    _table: str

    def _base_set(
        self, mode: str, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT
    ) -> bool:
        if mode == "touch":
            return bool(super()._base_set(mode, key, value, timeout))  # type: ignore[misc]
        connection = connections[router.db_for_write(self.cache_model_class)]
        if randrange(LOOKS_ONE_IN) == 0:
            self._shorten(connection)
        time = connection.ops.adapt_datetimefield_value
        words = [key, self._packed(value), time(self._expiry(timeout))]
        table = connection.ops.quote_name(self._table)
        statement = (
            f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "
            "ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
        )
        if mode == "add":
            # What is there stays, unless it has run out.
            statement += f" WHERE {table}.expires < %s"
            words.append(time(now().replace(microsecond=0)))
        with connection.cursor() as cursor:
            cursor.execute(statement, words)
            return bool(cursor.rowcount)

    def _packed(self, value: Any) -> str:
        # As Django's own reading unpacks it.
        return base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("latin1")

    def _expiry(self, timeout: float | None) -> datetime:
        seconds = self.get_backend_timeout(timeout)
        if seconds is None:
            return datetime.max.replace(microsecond=0)
        return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=0)

    def _shorten(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(self._table)}")
            (rows,) = cursor.fetchone()
            if rows > self._max_entries:
                self._cull(  # type: ignore[attr-defined]
                    connection.alias, cursor, now().replace(microsecond=0), rows
                )


def keep_cache_table(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the table of the database cache where there is none.

    Not a migration: whether there is such a cache is a setting, which may change later.
    """
    call_command("createcachetable", database=using, verbosity=0)
