"""Writes the page that checks letters without a server, with our keys and the list of today."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from letters.offline import write_page
from letters.short_form import ProofKeyFails


class Command(BaseCommand):
    help = "Writes the offline page with the published keys and a signed list of ended letters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PROOF_KEY_FILE:
            raise CommandError("PROOF_KEY_FILE names no key; see docs/operation.md.")
        try:
            write_page(options["folder"])
        except ProofKeyFails as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Written to {options['folder']}.")
