"""What the machine in front asks before it sends anybody here."""

import pytest
from django.core.cache.backends.base import BaseCache
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from web import health

pytestmark = pytest.mark.django_db


def asked(client):
    answer = client.get("/health/ready")
    assert answer["Content-Type"] == "text/plain"
    return answer.status_code, answer.content.decode()


def test_all_is_well(client):
    assert asked(client) == (200, "ok\n")


def test_that_it_lives_is_told_to_everybody_and_costs_nothing(
    client, maryam, django_assert_num_queries
):
    client.force_login(maryam)
    with django_assert_num_queries(0):
        assert client.get("/health/live").content == b"ok\n"


def test_the_database_is_away(client, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError("connection refused")

    monkeypatch.setattr(health, "connection", Away())
    monkeypatch.setattr(health, "check_migrations", str)
    status, words = asked(client)
    assert status == 503
    assert "database: no answer" in words


def test_the_cache_forgets(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert asked(client) == (503, "shared_cache: does not keep what it is given\n")


def test_the_cache_is_away(client, settings):
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.AwayCache"}}
    assert asked(client) == (503, "shared_cache: no answer\n")


def test_a_migration_is_not_applied(client):
    newest = max(name for app, name in health._newest_migrations() if app == "accounts")
    MigrationRecorder.Migration.objects.filter(app="accounts", name=newest).delete()
    assert asked(client) == (503, f"migrations: not applied: accounts.{newest}\n")


class AwayCache(BaseCache):
    def __init__(self, location, params):
        super().__init__(params)

    def set(self, *args, **kwargs):
        raise ConnectionError("refused")
