"""Order of the Persian alphabet for what people read in order.

The database sorts: PostgreSQL by a collation of ICU, SQLite by the comparison below, both under
one name, so that a column with ``db_collation=PERSIAN`` and its indexes are right in each. By
code points پ چ ژ ک گ ی would follow all other letters, and ه would precede و.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

PERSIAN = "persian"

# As the Unicode rules for Persian have it: آ is a letter of its own, and the hamzas follow ا.
_ALPHABET = "آاءبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
_PLAIN = str.maketrans("أإؤئٱيىكةۀ", "ءءءءاییکهه")
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET)}


@lru_cache(maxsize=4096)
def sort_key(text: str) -> tuple[Any, ...]:
    """The place of a text in a Persian list; texts that differ have different keys.

    Half-spaces and marks decide only between texts that are otherwise the same. Spaces and
    signs come before digits, digits before Persian letters, and those before Latin ones.
    """
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return (tuple(_weigh(char) for char in plain if _is_seen(char)), text)


def compare(one: str, other: str) -> int:
    """Negative, zero or positive as ``one`` comes before, is, or comes after ``other``."""
    first, second = sort_key(one), sort_key(other)
    return (first > second) - (first < second)


def _is_seen(char: str) -> bool:
    return unicodedata.category(char) not in ("Cf", "Mn") and char != "ـ"


def _weigh(char: str) -> tuple[int, int, str]:
    if char in _PLACE:
        return (3, _PLACE[char], "")
    if char.isspace():
        return (0, 0, "")
    if char.isdecimal():
        return (2, unicodedata.digit(char), "")
    if char.isalpha():
        return (4, 0, char.casefold())
    return (1, 0, char)


def teach_sqlite(connection: Any, **kwargs: Any) -> None:
    """Give a new connection of SQLite the order; receiver of ``connection_created``."""
    if connection.vendor == "sqlite":
        connection.connection.create_collation(PERSIAN, compare)


def create_collation(apps: Any, schema_editor: Any) -> None:
    """Give PostgreSQL the order, in a migration before the first column that is sorted by it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            f"CREATE COLLATION IF NOT EXISTS {PERSIAN} (provider = icu, locale = 'fa')"
        )
