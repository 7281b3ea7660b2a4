"""The embedded default: one machine, SQLite, files in var/. ``make run`` uses it."""

from config.settings.base import *
from config.settings.base import environment
from config.settings.stores import STORAGES

DEVELOPMENT = True
DEBUG = False
ALLOWED_HOSTS = environment.read_words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")

# Not a secret: demo data only. Production refuses to start without its own.
SECRET_KEY = environment.read_text("SECRET_KEY", "development-only-" + "k" * 50)
AUDIT_KEY = environment.read_text("AUDIT_KEY", SECRET_KEY)
SECRETS_KEYS = environment.read_words("SECRETS_KEYS", SECRET_KEY)

# What `make_dev_seal` has made; `make run` does so at its first start.
MADE_SEAL = environment.DATA_DIR / "seal"
if not environment.SEAL_FILE and (MADE_SEAL / "seal.p12").exists():
    SEAL_FILE = str(MADE_SEAL / "seal.p12")
    SEAL_ROOTS = [str(MADE_SEAL / "roots.pem")]
    SEAL_CRLS = [str(MADE_SEAL / "revoked.pem")]
    PROOF_KEY_FILE = str(MADE_SEAL / "proof.pem")

STAFF_IDLE_MINUTES = environment.read_number("STAFF_IDLE_MINUTES", 0)
TRUSTED_PROXIES = environment.read_number("TRUSTED_PROXIES", 0)

# Packed as in production, as `make run` has them; else no collectstatic between an edit and a reload.
PACKED_STATIC = bool(environment.read_number("PACKED_STATIC", 0))
STATIC_FILES = "QuicklyPackedFiles" if PACKED_STATIC else "PlainFiles"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": f"db.static_files.{STATIC_FILES}"}}
WHITENOISE_USE_FINDERS = not PACKED_STATIC
