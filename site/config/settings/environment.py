"""The only place that reads the environment.

Every setting that an operator may give is read here by name, so that the
table in ``docs/settings.md`` can be held against this file by a test, and a
missing or malformed value stops the start with a sentence that says which.
"""

import os
from pathlib import Path
from typing import Any

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
WORK_BROKER = text("WORK_BROKER", "orm")
REDIS_URL = text("REDIS_URL") if WORK_BROKER == "redis" else text("REDIS_URL", "")
PORT = number("PORT", 8000)
WEB_WORKERS = number("WEB_WORKERS", 2)
SITE_URL = text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
SMS_GATEWAY = text("SMS_GATEWAY", "outbox")
KAVENEGAR_URL = text("KAVENEGAR_URL", "https://api.kavenegar.com")
KAVENEGAR_API_KEY = text("KAVENEGAR_API_KEY", "")
KAVENEGAR_SENDER = text("KAVENEGAR_SENDER", "")
KAVENEGAR_CODE_TEMPLATE = text("KAVENEGAR_CODE_TEMPLATE", "")
SMS_TRIAL = number("SMS_TRIAL", 0) != 0
SMS_GUESTS = words("SMS_GUESTS", "")
SMS_PRICE_PER_PART = number("SMS_PRICE_PER_PART", 0)


def _dolat() -> dict[str, Any]:
    """«دولت من»: empty without a client id. The provider publishes no discovery document."""
    client_id = text("DOLAT_CLIENT_ID", "")
    if not client_id:
        return {}
    return {
        "client_id": client_id,
        "secret": text("DOLAT_SECRET"),
        "issuer": text("DOLAT_ISSUER"),
        "authorize_url": text("DOLAT_AUTHORIZE_URL"),
        "token_url": text("DOLAT_TOKEN_URL"),
        "jwks_url": text("DOLAT_JWKS_URL"),
        "userinfo_url": text("DOLAT_USERINFO_URL", ""),
        "scope": text("DOLAT_SCOPE", "openid profile").split(),
        "claims": {
            "national_id": text("DOLAT_CLAIM_NATIONAL_ID", "nationalCode"),
            "legal_id": text("DOLAT_CLAIM_LEGAL_ID", "legalId"),
            "mobile": text("DOLAT_CLAIM_MOBILE", "phone_number"),
            "first_name": text("DOLAT_CLAIM_FIRST_NAME", "given_name"),
            "last_name": text("DOLAT_CLAIM_LAST_NAME", "family_name"),
        },
    }


DOLAT = _dolat()

# The registers of the state: Shahkar (mobile numbers) and the civil registry.
MOBILE_OWNERSHIP = text("MOBILE_OWNERSHIP", "local")
CIVIL_REGISTRY = text("CIVIL_REGISTRY", "local")
ZIBAL_TOKEN = text("ZIBAL_TOKEN", "")
ZIBAL_URL = text("ZIBAL_URL", "https://api.zibal.ir/v1/facility").rstrip("/")
