"""``manage.py import_accounts FILE``: the people of the old system."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts import importing
from spreadsheets.values import UnreadableSheet

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Make verified parties with accounts from a CSV or XLSX file with the columns national_id, "
        "mobile, kind (natural/legal, حقیقی/حقوقی) and, if it is there, name. All lines or none. "
        "Nobody gets a password: «فراموشی گذرواژه» sends one to whoever asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            outcome = importing.bring_in(file.read_bytes(), dry_run=dry_run)
        except (OSError, UnreadableSheet) as reason:
            raise CommandError(str(reason)) from reason
        for number, words in outcome.errors[:SHOWN]:
            self.stderr.write(f"{file}:{number}: {words}")
        if outcome.errors:
            raise CommandError(f"{len(outcome.errors)} lines are refused; nothing was changed.")
        would = "would be " if dry_run else ""
        self.stdout.write(f"{outcome.added} {would}added, {outcome.known} known already.")
