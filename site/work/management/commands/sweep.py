"""``manage.py sweep``: queue again what nobody claimed, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from work.sweeps import FAILED, sweep


class Command(BaseCommand):
    """One sweep, as the worker makes it every minute."""

    help = "Queue again what nobody claimed, and seal the audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each part; raises CommandError when one of them failed."""
        counts = sweep()
        for name, count in counts.items():
            self.stdout.write(f"{name}: {'failed' if count == FAILED else count}")
        if FAILED in counts.values():
            raise CommandError("A part of the sweep failed; the log says how.")
