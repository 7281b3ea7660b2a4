"""Reading of environment variables; no other module reads them.

Every setting that an operator may give is read here by name, so that the
table in ``docs/settings.md`` can be held against this file by a test, and a
missing or malformed value stops the start with a sentence that says which.
"""

import ipaddress
import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

# The column that names a key holds no more.
MOST_OF_AN_ID = 40

SITE_DIR = Path(__file__).resolve().parents[2]
BASE_DIR = SITE_DIR.parent


def read_text(name: str, default: str | None = None) -> str:
    """The value of ``name``; raises ImproperlyConfigured when it is needed and absent."""
    value = os.environ.get(name, default)
    if value is None or (default is None and not value):
        raise ImproperlyConfigured(f"The environment must give {name}; see docs/settings.md.")
    return value


def read_number(name: str, default: int) -> int:
    """A whole number; raises ImproperlyConfigured when the value is something else."""
    value = read_text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def read_named_words(name: str) -> dict[str, str]:
    """A comma-separated list of ``id:word``, in its order; what is no such pair stops the start."""
    pairs = [entry.partition(":") for entry in read_words(name, "")]
    if any(not (key_id and word) or len(key_id) > MOST_OF_AN_ID for key_id, _, word in pairs):
        raise ImproperlyConfigured(f"{name} must name each key as id:key, separated by commas.")
    if len({key_id for key_id, _, _ in pairs}) < len(pairs):
        raise ImproperlyConfigured(f"{name} gives two keys one id.")
    return {key_id: word for key_id, _, word in pairs}


def read_words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list, without empty entries."""
    return [word.strip() for word in read_text(name, default).split(",") if word.strip()]


def read_choice(name: str, *known: str) -> str:
    """One of the known words, the first unless another is given; another stops the start."""
    word = read_text(name, known[0])
    if word not in known:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(known)}, not {word!r}.")
    return word


def read_networks(name: str, default: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses and networks; raises ImproperlyConfigured for a word that is neither."""
    try:
        return [ipaddress.ip_network(word) for word in read_words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from error


DATA_DIR = Path(read_text("DATA_DIR", str(BASE_DIR / "var"))).resolve()
SECRET_KEY_FALLBACKS = read_words("SECRET_KEY_FALLBACKS", "")
AUDIT_KEYS = read_named_words("AUDIT_KEYS")
DATABASE_URL = read_text("DATABASE_URL", "")
WORK_BROKER = read_text("WORK_BROKER", "orm")
REDIS_URL = read_text("REDIS_URL") if WORK_BROKER == "redis" else read_text("REDIS_URL", "")
PORT = read_number("PORT", 8000)
WEB_WORKERS = read_number("WEB_WORKERS", 2)
WORK_CODES = read_number("WORK_CODES", 2)
WORK_LETTERS = read_number("WORK_LETTERS", 1)
WORK_MESSAGES = read_number("WORK_MESSAGES", 1)
WORK_CHORES = read_number("WORK_CHORES", 1)
WORK_WEBHOOKS = read_number("WORK_WEBHOOKS", 1)
SITE_URL = read_text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
LOG_FORMAT = read_text("LOG_FORMAT", "line")
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT must be 'line' or 'json', not {LOG_FORMAT!r}.")
API_TOKEN_DAYS = read_number("API_TOKEN_DAYS", 365)
if API_TOKEN_DAYS < 1:
    raise ImproperlyConfigured("API_TOKEN_DAYS must be at least one day.")
METRICS_FROM = read_networks("METRICS_FROM", "127.0.0.0/8,::1")
WEBHOOK_NETWORKS = read_networks("WEBHOOK_NETWORKS", "")
METRICS_TOKEN = read_text("METRICS_TOKEN", "")
CERTIFICATE_FILES = read_words("CERTIFICATE_FILES", "")
SEAL_FILE = read_text("SEAL_FILE", "")
SEAL_PASSWORD = read_text("SEAL_PASSWORD", "")
SEAL_ROOTS = read_words("SEAL_ROOTS", "")
SEAL_CRLS = read_words("SEAL_CRLS", "")
TSA_URL = read_text("TSA_URL", "")
PROOF_KEY_FILE = read_text("PROOF_KEY_FILE", "")
PROOF_FORMER_KEYS = read_words("PROOF_FORMER_KEYS", "")
SENTRY_DSN = read_text("SENTRY_DSN", "")
PROMETHEUS_MULTIPROC_DIR = read_text("PROMETHEUS_MULTIPROC_DIR", "")
SMS_GATEWAY = read_text("SMS_GATEWAY", "outbox")
KAVENEGAR_URL = read_text("KAVENEGAR_URL", "https://api.kavenegar.com")
KAVENEGAR_API_KEY = read_text("KAVENEGAR_API_KEY", "")
KAVENEGAR_SENDER = read_text("KAVENEGAR_SENDER", "")
KAVENEGAR_CODE_TEMPLATE = read_text("KAVENEGAR_CODE_TEMPLATE", "")
SMS_TRIAL = read_number("SMS_TRIAL", 0) != 0
SMS_GUESTS = read_words("SMS_GUESTS", "")
SMS_CODES_AN_HOUR = read_number("SMS_CODES_AN_HOUR", 300)
SMS_PRICE_PER_PART = read_number("SMS_PRICE_PER_PART", 0)
API_CALLS_A_MINUTE = read_number("API_CALLS_A_MINUTE", 300)
API_CALLS_OF_STRANGERS = read_number("API_CALLS_OF_STRANGERS", 120)
CORS_ORIGINS = read_words("CORS_ORIGINS", "")
CORS_CREDENTIALS = read_number("CORS_CREDENTIALS", 0) != 0


def _dolat_settings() -> dict[str, Any]:
    """«دولت من»: empty without a client id. The provider publishes no discovery document."""
    client_id = read_text("DOLAT_CLIENT_ID", "")
    if not client_id:
        return {}
    return {
        "client_id": client_id,
        "secret": read_text("DOLAT_SECRET"),
        "issuer": read_text("DOLAT_ISSUER"),
        "authorize_url": read_text("DOLAT_AUTHORIZE_URL"),
        "token_url": read_text("DOLAT_TOKEN_URL"),
        "jwks_url": read_text("DOLAT_JWKS_URL"),
        "userinfo_url": read_text("DOLAT_USERINFO_URL", ""),
        "scope": read_text("DOLAT_SCOPE", "openid profile").split(),
        "claims": {
            "national_id": read_text("DOLAT_CLAIM_NATIONAL_ID", "nationalCode"),
            "legal_id": read_text("DOLAT_CLAIM_LEGAL_ID", "legalId"),
            "mobile": read_text("DOLAT_CLAIM_MOBILE", "phone_number"),
            "first_name": read_text("DOLAT_CLAIM_FIRST_NAME", "given_name"),
            "last_name": read_text("DOLAT_CLAIM_LAST_NAME", "family_name"),
        },
    }


DOLAT = _dolat_settings()

# The registers of the state: Shahkar (mobile numbers) and the civil registry.
MOBILE_OWNERSHIP = read_text("MOBILE_OWNERSHIP", "local")
CIVIL_REGISTRY = read_text("CIVIL_REGISTRY", "local")
ZIBAL_TOKEN = read_text("ZIBAL_TOKEN", "")
ZIBAL_URL = read_text("ZIBAL_URL", "https://api.zibal.ir/v1/facility").rstrip("/")

# The government network (ECE); empty without an address of our own.
ECE_ADDRESS = read_text("ECE_ADDRESS", "")
ECE_CODE = read_text("ECE_CODE", "")
ECE_SHOW_AS = read_choice("ECE_SHOW_AS", "jalali", "gregorian")
ECE_SMTP_HOST = read_text("ECE_SMTP_HOST") if ECE_ADDRESS else ""
ECE_SMTP_PORT = read_number("ECE_SMTP_PORT", 587)
ECE_SMTP_TLS = read_choice("ECE_SMTP_TLS", "starttls", "tls")
ECE_SMTP_USER = read_text("ECE_SMTP_USER", "")
ECE_SMTP_PASSWORD = read_text("ECE_SMTP_PASSWORD", "")
ECE_IMAP_HOST = read_text("ECE_IMAP_HOST") if ECE_ADDRESS else ""
ECE_IMAP_PORT = read_number("ECE_IMAP_PORT", 993)
ECE_IMAP_TLS = read_choice("ECE_IMAP_TLS", "tls", "starttls")
ECE_IMAP_USER = read_text("ECE_IMAP_USER") if ECE_ADDRESS else ""
ECE_IMAP_PASSWORD = read_text("ECE_IMAP_PASSWORD") if ECE_ADDRESS else ""
ECE_IMAP_FOLDER = read_text("ECE_IMAP_FOLDER", "INBOX")
ECE_CA_FILE = read_text("ECE_CA_FILE", "")
ECE_AUTH_SERVER = read_text("ECE_AUTH_SERVER", "")
