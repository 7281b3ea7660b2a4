"""``manage.py watch_hosts``: says that this host lives, and looks after the others; run by `serve`."""

import logging
import signal
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.signals import connection_created

from db.time_limits import limit_statements
from work.hosts import BEAT_EVERY, HostWatch
from work.processes import host_name

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Watches until told to stop."""

    help = "Give back what other hosts held that have fallen silent; `serve` runs it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Look every two seconds; a database that is away is found again."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        # Whoever waits for a lock says nothing, and would be missed.
        connection_created.connect(limit_statements, dispatch_uid="time_limits")
        watch = HostWatch(host_name())
        try:
            while True:
                _try_look(watch)
                time.sleep(BEAT_EVERY)
        finally:
            watch.leave()


def _try_look(watch: HostWatch) -> None:
    try:
        watch.look(time.monotonic())
    except (DatabaseError, InterfaceError) as error:
        logger.warning("The other hosts could not be looked at: %s", error)
        connections.close_all()
