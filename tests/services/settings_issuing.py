"""The portal for processes that issue letters and are killed: the test's database and files."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES, STORAGES

DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
PRIVATE_ROOT = Path(os.environ["KILLED_PRIVATE"])
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
PLACES_DIR = PRIVATE_ROOT / "places"
