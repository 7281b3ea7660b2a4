"""The portal for servers that a test starts: the test's database, shared by all of them."""

import os

from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES

DATABASES["default"]["NAME"] = os.environ["SERVED_DATABASE"]
