import json
from typing import Any

from django.core.management.base import BaseCommand

from services_catalog.exchange.document import export_catalog


class Command(BaseCommand):
    help = "Writes all published services as one JSON document."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = export_catalog().model_dump(mode="json")
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
