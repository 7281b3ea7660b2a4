"""Makes a seal for development: key, root, list of the revoked, key of the short form."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from letters.seal.making import KEY, Authority, write_seal


class Command(BaseCommand):
    help = "Makes a seal for development in DATA_DIR/seal; it proves nothing to anybody else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.DATA_DIR / "seal")
        parser.add_argument(
            "--if-missing", action="store_true", help="do nothing when there is one already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError(
                "This seal proves nothing: an office gets its own from an authority."
            )
        folder = options["to"]
        if (folder / KEY).exists():
            if options["if_missing"]:
                return
            raise CommandError(f"{folder / KEY} is there already; take it away first.")
        authority = Authority("Development Root, proves nothing")
        write_seal(folder, authority, authority.issue("Development Seal"), password="")
        if options["verbosity"]:
            self.stdout.write(f"Made {folder}; it is used from the next start on.")
