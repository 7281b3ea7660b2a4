"""The portal for the processes of the upgrade test: an old office's database and files, on its day."""

import os
from datetime import datetime
from pathlib import Path

import time_machine

from config.settings.test import *  # noqa: F403
from config.settings.test import Q_CLUSTER, STORAGES, database_settings

# The office that was dumped ran on SQLite, whatever the other tests run on.
DATABASES = {"default": {**database_settings(""), "NAME": os.environ["UPGRADED_DATABASE"]}}
PRIVATE_ROOT = Path(os.environ["UPGRADED_PRIVATE"])
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
Q_CLUSTER = {**Q_CLUSTER, "poll": 0.1}

# What waits there runs out: sessions after hours, tokens after minutes.
time_machine.travel(datetime.fromisoformat(os.environ["UPGRADED_MOMENT"])).start()
