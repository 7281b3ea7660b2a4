"""The caches in Redis: one for readers, which can do without it, and one that counts.

Both ask the same server for the same keys, and wait for it about a second.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from db.cache import CacheAway

logger = logging.getLogger(__name__)

# A web thread waits no longer than this for one answer.
SECONDS = 1.0
# A server that did not answer is left alone by readers for so long: pages stay fast.
LEFT_ALONE = 5.0


class _QuickClient(RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        patience = {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
        # The client's own retries would multiply the patience.
        super().__init__(servers, **{"retry": Retry(NoBackoff(), 0), **patience, **options})


class CountingRedisCache(RedisCache):
    """Raises CacheAway when Redis does not answer: what cannot be counted is not let through."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _QuickClient

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_ask_server(super().add, *args, **kwargs))

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return _ask_server(super().get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _ask_server(super().set, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_ask_server(super().delete, *args, **kwargs))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return int(_ask_server(super().incr, *args, **kwargs))


class ReadersRedisCache(CountingRedisCache):
    """Knows nothing and keeps nothing while Redis does not answer.

    ``add`` and ``incr`` still raise: locks, single use and counting are built on these two, also
    in the libraries that take this cache.
    """

    _quiet_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(super().get, default, key, default, version)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._try(super().set, None, key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._try(super().delete, False, key, version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        missing = object()
        return self.get(key, missing, version) is not missing

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        missing = object()
        found = {key: self.get(key, missing, version) for key in keys}
        return {key: value for key, value in found.items() if value is not missing}

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        for key, value in data.items():
            self.set(key, value, timeout, version)
        return []

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        for key in keys:
            self.delete(key, version)

    def _try(self, ask: Callable[..., Any], instead: Any, *args: Any) -> Any:
        # One number for all threads of the process; the worst that a race does is one more try.
        if time.monotonic() < ReadersRedisCache._quiet_until:
            return instead
        with suppress(CacheAway):
            return ask(*args)
        ReadersRedisCache._quiet_until = time.monotonic() + LEFT_ALONE
        return instead


def _ask_server(ask: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return ask(*args, **kwargs)
    except RedisError as error:
        logger.warning("Redis does not answer: %s", error)
        raise CacheAway(str(error)) from error
