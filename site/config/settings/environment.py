"""The only place that reads the environment.

Every setting that an operator may give is read here by name, so that the
table in ``docs/settings.md`` can be held against this file by a test, and a
missing or malformed value stops the start with a sentence that says which.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SITE_DIR = Path(__file__).resolve().parents[2]
BASE_DIR = SITE_DIR.parent


def text(name: str, default: str | None = None) -> str:
    """The value of ``name``; raises ImproperlyConfigured when it is needed and absent."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise ImproperlyConfigured(f"The environment must give {name}; see docs/settings.md.")
    return value


def number(name: str, default: int) -> int:
    """A whole number; raises ImproperlyConfigured when the value is something else."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list, without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


DATA_DIR = Path(text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATABASE_URL = text("DATABASE_URL", "")
REDIS_URL = text("REDIS_URL", "")
PORT = number("PORT", 8000)
WEB_WORKERS = number("WEB_WORKERS", 2)
SITE_URL = text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
SMS_GATEWAY = text("SMS_GATEWAY", "outbox")
