from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError as ShapeError

from persian.digits import to_persian
from services_catalog.exchange.bringing_in import Comparison, bring_in, compare_document
from services_catalog.exchange.document import CatalogDocument, read_document
from web.api.problems import point_to
from web.refusals import Refusal


class Command(BaseCommand):
    help = "Shows what a JSON document would change in the catalog; --apply brings it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="bring it in")

    def handle(self, *args: Any, **options: Any) -> None:
        document = self._read(options["file"])
        found = compare_document(document, by=None)
        self._tell(found)
        if not options["apply"]:
            self.stdout.write("بررسی آزمایشی بود و چیزی در کاتالوگ تغییر نکرد. (--apply)")
            return
        try:
            bring_in(document, by=None, expecting=found.digest)
        except Refusal as refusal:
            raise CommandError(f"{refusal.title}؛ چیزی تغییر نکرد.") from refusal
        self.stdout.write(f"{to_persian(len(found.changes))} تغییر در کاتالوگ اعمال شد.")

    def _read(self, path: Path) -> CatalogDocument:
        try:
            return read_document(path.read_bytes())
        except (OSError, ShapeError) as error:
            raise CommandError(str(error)) from error

    def _tell(self, found: Comparison) -> None:
        for change in found.changes:
            for words in change.words:
                self.stdout.write(f"{change.code}: {words}")
        for fault in found.faults:
            self.stderr.write(f"{point_to(fault.path)}: {fault.detail}")
