"""The portal whose processes a test kills one after the other: the test's database and files."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403
from config.settings.test import DATABASES, STORAGES
from messaging import gateways

DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]
DATA_DIR = Path(os.environ["KILLED_FOLDER"])
PRIVATE_ROOT = DATA_DIR / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
SMS_GATEWAY = "ledger"
gateways._GATEWAYS[SMS_GATEWAY] = "tests.services.sms_ledger.LedgerGateway"
