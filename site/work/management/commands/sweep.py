"""``manage.py sweep``: queue again what nobody claimed, now."""

from typing import Any

from django.core.management.base import BaseCommand

from work.sweeps import sweep


class Command(BaseCommand):
    """One sweep, as the worker makes it every minute."""

    help = "Queue again what nobody claimed, and seal the audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each kind of row."""
        for name, count in sweep().items():
            self.stdout.write(f"{name}: {count}")
