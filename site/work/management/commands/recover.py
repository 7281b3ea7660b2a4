"""``manage.py recover``: what `serve` has done after deaths, and from time to time."""

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from work import recovery


class Command(BaseCommand):
    """Gives back what dead processes held."""

    help = "Give back what dead processes of this host held; `serve` calls it by itself."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What the serving parent knows, and where it listens."""
        parser.add_argument("--rows", type=json.loads, default={}, help="rows and their rests")
        parser.add_argument("--in-hand", type=json.loads, default={}, help="calls, by class")
        parser.add_argument("--served-by", default="", help="name of the serving parent")
        parser.add_argument("--answer", type=int, help="number of an open pipe")

    def handle(self, *args: Any, **options: Any) -> None:
        """Recover, and tell in how many seconds more is due; null: nothing is."""
        rows = {int(row): rest for row, rest in options["rows"].items()}
        found = recovery.recover(rows, options["in_hand"], options["served_by"])
        answer = json.dumps(found)
        if options["answer"] is None:
            self.stdout.write(answer)
        else:
            os.write(options["answer"], answer.encode())
