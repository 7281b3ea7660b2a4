"""Where data lies: database, files, cache."""

import dj_database_url

from config.settings import environment
from config.settings.environment import DATA_DIR, SITE_DIR

SQLITE = "django.db.backends.sqlite3"
# Django's own, which gives up a server that stands still.
POSTGRES = "db.postgres"
DJANGOS_POSTGRES = "django.db.backends.postgresql"
SQLITE_OPTIONS = {
    # Writers queue at BEGIN instead of failing at COMMIT (IMMEDIATE), readers never wait (WAL).
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;"
    ),
}
# A server that does not answer at all is given up after seconds, not after minutes.
POSTGRES_OPTIONS = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def database_settings(url: str) -> dict[str, object]:
    """Django's settings for one database; SQLite in DATA_DIR when no URL is given."""
    settings: dict[str, object] = (
        {**dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)}
        if url
        # Not by way of a URL, in which a folder's «#» or «%» would mean something else.
        else {"ENGINE": SQLITE, "NAME": str(DATA_DIR / "portal.sqlite3")}
    )
    if settings["ENGINE"] == DJANGOS_POSTGRES:
        settings["ENGINE"] = POSTGRES
        settings["OPTIONS"] = POSTGRES_OPTIONS | dict(settings.get("OPTIONS") or {})  # type: ignore[call-overload]
    if settings["ENGINE"] == SQLITE:
        settings["OPTIONS"] = SQLITE_OPTIONS
        # Opening one costs as much as a page's queries, and an idle one holds nothing.
        settings["CONN_MAX_AGE"] = None
    return settings


# What a page waits for: a lock that another one holds (on SQLite the turn to write), one statement.
PAGE_LOCK_SECONDS = 8
PAGE_STATEMENT_SECONDS = 15

DATABASES = {"default": database_settings(environment.DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What people hand in and what is issued to them: private, never under a public URL.
PRIVATE_ROOT = DATA_DIR / "private"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [SITE_DIR / "static"]
# For the user alone that the portal runs as.
PRIVATELY = {
    "base_url": None,
    "file_permissions_mode": 0o600,
    "directory_permissions_mode": 0o700,
}
# manage.py makes everything for that user; the web server in front reads these two folders.
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "db.file_storage.WholeFileStorage"},
    "private": {
        "BACKEND": "db.file_storage.WholeFileStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, **PRIVATELY},
    },
    "staticfiles": {"BACKEND": "db.static_files.PackedFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024


def cache_settings(redis_url: str, redis_class: str) -> dict[str, object]:
    """Limits on codes and tries live in the cache: it must be shared by all processes."""
    if redis_url:
        return {"BACKEND": f"db.redis_cache.{redis_class}", "LOCATION": redis_url}
    return {
        "BACKEND": "db.cache.OneStatementCache",
        "LOCATION": "cache",
        # Above this number of entries a third is thrown away, limits included.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }


CACHES = {
    # Pages are shown without it.
    "default": cache_settings(environment.REDIS_URL, "ReadersRedisCache"),
    # The same entries, for what is refused when it cannot be counted.
    "counters": cache_settings(environment.REDIS_URL, "CountingRedisCache"),
}
