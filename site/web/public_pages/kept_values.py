"""What pages need again and again and everybody reads alike, kept in the process.

Each value is made from the watched tables and kept for one state of them (``changes``): asking
for it costs that one small question, and the next change makes it anew, in all processes. Whoever
gets one only reads it: other threads hold the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from django.db import connection

from web.public_pages.changes import PublicState, read_state

ValueT = TypeVar("ValueT")
# Addresses and hosts are parts of keys, and strangers write them.
MOST = 2000


class KeptValues:
    """The values of one process, all of one state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: PublicState | None = None
        self._values: dict[Hashable, Any] = {}

    def find(self, key: Hashable, make: Callable[[], ValueT]) -> ValueT:
        """What ``make()`` returned for this key since the last change of a watched table."""
        if connection.in_atomic_block:
            # A state that is rolled back could come again and mean something else.
            return make()
        state = read_state()
        with self._lock:
            if state != self._state:
                self._state, self._values = state, {}
            if key in self._values:
                return cast(ValueT, self._values[key])
        value = make()
        self._keep(state, key, value)
        return value

    def _keep(self, state: PublicState, key: Hashable, value: object) -> None:
        # Made after the state was read: what has changed meanwhile belongs to the next one.
        with self._lock:
            if state == self._state and len(self._values) < MOST:
                self._values[key] = value

    def forget(self) -> None:
        """Begin anew: with another database under the same process, a state means nothing."""
        with self._lock:
            self._state, self._values = None, {}


kept_values = KeptValues()
