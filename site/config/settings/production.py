"""Settings of a real office; what differs between offices comes from the environment."""

from urllib.parse import urlsplit

from config.settings.base import *
from config.settings.base import environment
from config.settings.stores import database_settings

DEVELOPMENT = False
DEBUG = False
SECRET_KEY = environment.read_text("SECRET_KEY")
AUDIT_KEY = environment.read_text("AUDIT_KEY")
SECRETS_KEYS = environment.read_words("SECRETS_KEYS")
# A file beside the program is no place for an office's submissions, unless it is named.
DATABASES = {"default": database_settings(environment.read_text("DATABASE_URL"))}
# It stands in letters and QR codes for good: here it must have been given.
SITE_URL = environment.read_text("SITE_URL").rstrip("/")
ALLOWED_HOSTS = environment.read_words("ALLOWED_HOSTS", "") or [
    urlsplit(SITE_URL).hostname or "",
    # The machine itself asks for its health by these.
    "127.0.0.1",
    "localhost",
]
# A page that may call with the session of a person is trusted with what a form of ours may.
CSRF_TRUSTED_ORIGINS = [SITE_URL, *(CORS_ALLOWED_ORIGINS if CORS_ALLOW_CREDENTIALS else ())]

HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# With this prefix browsers take a cookie from this host alone: no sibling host can plant one.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# Usually one stands in front: limits count the visitor's address, not the proxy's.
TRUSTED_PROXIES = environment.read_number("TRUSTED_PROXIES", 1)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# The one in front does it first; health and metrics are asked from inside, in the clear.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
# `check --deploy` shall say only what an operator can do something about.
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other hosts of the domain are not ours to bind
    "security.W019",  # Wagtail shows previews in frames of our own host
    "security.W021",  # so is the list that browsers come with
]
STAFF_SECOND_FACTOR = True
STAFF_IDLE_MINUTES = environment.read_number("STAFF_IDLE_MINUTES", 30)

# Without a register nobody is asked; the stand-in of development would confirm whatever is typed.
MOBILE_OWNERSHIP = environment.read_text("MOBILE_OWNERSHIP", "none")
CIVIL_REGISTRY = environment.read_text("CIVIL_REGISTRY", "none")
