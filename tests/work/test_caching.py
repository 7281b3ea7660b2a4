"""The cache in the database: what limits are counted in keeps what it was told."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection

from db import cache as caching


@pytest.fixture
def never_looks(monkeypatch):
    monkeypatch.setattr(caching, "randrange", lambda many: 1)


@pytest.fixture
def always_looks(monkeypatch):
    monkeypatch.setattr(caching, "randrange", lambda many: 0)


@pytest.mark.django_db
def test_a_value_is_kept_changed_and_forgotten(never_looks):
    cache.set("a", [1.5], 60)
    cache.set("a", {"b": "ب"}, 60)
    cache.set("for-ever", 1, None)

    assert cache.get_many(["a", "for-ever"]) == {"a": {"b": "ب"}, "for-ever": 1}
    assert cache.touch("a", 120)
    cache.set("a", 2, -1)
    assert cache.get("a") is None


@pytest.mark.django_db
def test_adding_leaves_what_is_there_unless_it_has_run_out(never_looks):
    assert cache.add("lock", "first", 60)
    assert not cache.add("lock", "second", 60)
    assert cache.get("lock") == "first"

    cache.set("lock", "old", -5)
    assert cache.add("lock", "third", 60)
    assert cache.get("lock") == "third"


@pytest.mark.django_db
def test_a_write_is_one_statement(never_looks, django_assert_num_queries):
    with django_assert_num_queries(3):
        cache.set("a", 1)
        cache.set("a", 2)
        cache.add("a", 3)


@pytest.mark.django_db
def test_a_table_that_has_grown_too_long_is_shortened(always_looks, monkeypatch):
    monkeypatch.setattr(cache._connections[cache._alias], "_max_entries", 20)
    for number in range(10):
        cache.set(f"old-{number}", number, -5)
    for number in range(15):
        cache.set(f"new-{number}", number, 60)

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone()[0] <= 21
    # What has run out goes first; what holds stays as long as that is enough.
    assert all(cache.get(f"new-{number}") == number for number in range(15))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_the_same_key_at_once_one_does():
    start, answers = Barrier(8), []

    def add(number):
        start.wait()
        try:
            answers.append(cache.add("turn", number, 60))
        finally:
            connection.close()

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]
