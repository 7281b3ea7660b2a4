import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings


class SlowRegisterConfig(AppConfig):
    name = "tests.services.slow_register"
    label = "slow_register"

    def ready(self) -> None:
        from submissions.contracts.importer import jobs

        renew = jobs._renew_lease
        pid = Path(settings.PRIVATE_ROOT) / "merging.pid"

        def renew_slowly(job: Any, **facts: Any) -> None:
            renew(job, **facts)
            if facts.get("state") == jobs.State.DONE and not pid.exists():
                # All is written by now, and nothing is committed.
                pid.write_text(str(os.getpid()))
                signal.pause()  # until it is killed

        jobs._renew_lease = renew_slowly
        jobs.SLICE_SECONDS = 2.0
        jobs.LEASE = timedelta(seconds=4)
