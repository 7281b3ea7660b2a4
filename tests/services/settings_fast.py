"""The portal for a worker that a test kills: the test's database and files, short patience."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES, INSTALLED_APPS, Q_CLUSTER, STORAGES

DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
PRIVATE_ROOT = Path(os.environ["KILLED_PRIVATE"])
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
PLACES_DIR = PRIVATE_ROOT / "places"
INSTALLED_APPS = [*INSTALLED_APPS, "tests.services.slow_printer", "tests.services.slow_register"]
# As in production, a task comes back after its lease has run out, only sooner.
Q_CLUSTER = {**Q_CLUSTER, "workers": 1, "timeout": 6, "retry": 7, "poll": 0.1}
