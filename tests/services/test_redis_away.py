"""A Redis that is frozen, gone and back: readers do without, what counts refuses, nobody hangs."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import caches

from db import redis_cache
from db.cache import CacheAway
from tests.patience import PATIENCE, wait_until
from web.rate_limits import Limit

pytestmark = pytest.mark.services
LIMIT = Limit("story", 2, 60)


@pytest.fixture
def redis(tmp_path: Path, settings) -> Iterator[subprocess.Popen[bytes]]:
    socket = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    kinds = {"default": "ReadersRedisCache", "counters": "CountingRedisCache"}
    settings.CACHES = {
        name: {"BACKEND": f"db.redis_cache.{kind}", "LOCATION": f"unix://{socket}"}
        for name, kind in kinds.items()
    }
    wait_until(socket.exists)
    yield server
    server.kill()
    server.wait(PATIENCE)


@pytest.fixture(autouse=True)
def _asked_again_at_once(monkeypatch):
    """Redis is not left alone after it has not answered, so that no story waits for that."""
    monkeypatch.setattr(redis_cache, "LEFT_ALONE", 0.0)
    monkeypatch.setattr(redis_cache, "SECONDS", 0.2)


def test_readers_and_counting_doors(redis) -> None:
    cache = caches["default"]
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert LIMIT.take("somebody") == 0

    os.kill(redis.pid, signal.SIGSTOP)
    assert_away(cache)
    os.kill(redis.pid, signal.SIGCONT)
    wait_until(lambda: cache.get("b") == 2)
    assert LIMIT.take("somebody") == 0
    assert LIMIT.take("somebody") > 0  # what was counted before the outage still counts

    redis.kill()
    redis.wait(PATIENCE)
    assert_away(cache)


def assert_away(cache) -> None:
    assert cache.get("a", "unknown") == "unknown"
    assert "a" not in cache
    assert cache.get_many(["a"]) == {}
    cache.set("a", 3)
    cache.delete("a")
    assert LIMIT.left("somebody") == 2
    for count in (LIMIT.take, lambda key: cache.add(key, 1)):
        with pytest.raises(CacheAway):
            count("somebody")


def test_a_server_that_is_gone_is_left_alone_for_a_while(redis, monkeypatch) -> None:
    monkeypatch.setattr(redis_cache, "LEFT_ALONE", PATIENCE)
    cache = caches["default"]
    redis.kill()
    redis.wait(PATIENCE)
    assert cache.get("a") is None

    asked = []
    monkeypatch.setattr(redis_cache, "_ask_server", asked.append)
    assert cache.get("a") is None
    assert asked == []
    redis_cache.ReadersRedisCache._quiet_until = 0.0
