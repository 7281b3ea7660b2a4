import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class SlowPrinterConfig(AppConfig):
    name = "tests.services.slow_printer"
    label = "slow_printer"

    def ready(self) -> None:
        from letters import tasks
        from pdf import rendering
        from work import queue

        if "qcluster" in sys.argv:
            # The second try has seconds only: what takes long is done before.
            rendering._make_press()
        render = tasks.render_letter
        pid = Path(settings.PRIVATE_ROOT) / "rendering.pid"

        def render_slowly(facts: object) -> bytes:
            if not pid.exists():
                pid.parent.mkdir(parents=True, exist_ok=True)
                pid.write_text(str(os.getpid()))
                signal.pause()  # until it is killed
            return render(facts)

        tasks.render_letter = render_slowly
        tasks.LEASE = timedelta(seconds=5)
        queue.FIRST = timedelta(seconds=0.5)
