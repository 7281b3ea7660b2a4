"""Settings of the test suite: a file database that threads and processes share."""

from config.settings.base import *
from config.settings.stores import DATABASES, PRIVATELY, STORAGES
from work import temporary_folders

DEVELOPMENT = True
DEBUG = False
SECRET_KEY = "test-only-" + "k" * 50
AUDIT_KEY = "test-only-audit-key"
SECRETS_KEYS = ["test-only-" + "s" * 50]
ALLOWED_HOSTS = ["*"]
TRUSTED_PROXIES = 0
STAFF_IDLE_MINUTES = 0
# Counting the calls of a minute would add statements to what the stories count.
API_CALLS_A_MINUTE = API_CALLS_OF_STRANGERS = 0

SCRATCH = temporary_folders.make_folder("miz-test")
DATA_DIR = SCRATCH
PRIVATE_ROOT = SCRATCH / "private"
MEDIA_ROOT = SCRATCH / "media"
PLACES_DIR = SCRATCH / "places"
STORAGES = {
    **STORAGES,
    "private": {
        "BACKEND": "db.file_storage.WholeFileStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, **PRIVATELY},
    },
    "staticfiles": {"BACKEND": "db.static_files.PlainFiles"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = str(SCRATCH / "portal.sqlite3")
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
