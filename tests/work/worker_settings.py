"""The smallest portal that has a queue, for tests that start and kill real processes.

The folder of its database comes from the test that starts it.
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
SITE_DIR = BASE_DIR / "site"

SECRET_KEY = "k" * 50
AUDIT_KEY = "a" * 50
AUDIT_KEYS: dict[str, str] = {}
INSTALLED_APPS = ["work", "django_q", "django.contrib.auth", "django.contrib.contenttypes"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(os.environ["QUEUE_FOLDER"]) / "queue.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        },
    }
}
PAGE_LOCK_SECONDS, PAGE_STATEMENT_SECONDS = 8, 15
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
# No page at all: whoever asks is answered that there is none.
ROOT_URLCONF = "tests.work.worker_settings"
urlpatterns: list[object] = []
DATA_DIR = Path(os.environ["QUEUE_FOLDER"])
BIND = "127.0.0.1:0"
WEB_WORKERS = 1
LOG_FORMAT = "line"
REDIS = os.environ.get("QUEUE_REDIS")
WORK_BROKER = "redis" if REDIS else "orm"
WORK_CLASSES = {"chores": 2}
Q_CLUSTER = {
    "name": "killed",
    "ALT_CLUSTERS": {"chores": {"workers": 2}},
    **(
        {"redis": REDIS, "broker_class": "work.brokers.RedisBroker"}
        if REDIS
        else {"orm": "default", "broker_class": "work.brokers.OrmBroker"}
    ),
    "timeout": 5,
    "retry": int(os.environ.get("QUEUE_RETRY", "6")),
    "poll": 0.1,
    "save_limit": -1,
    "ack_failures": True,
    "max_attempts": 3,
}
