"""The portal of a test whose gateway is slow: the test's database, files and gateway."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES, STORAGES

DATABASES["default"]["NAME"] = os.environ["JAMMED_DATABASE"]
PRIVATE_ROOT = Path(os.environ["JAMMED_PRIVATE"])
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
