from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from guides import seed as guides
from home import demo_people
from home.seed import load_front_page, load_office
from letters import seed as letters
from services_catalog import seed as catalog
from services_catalog.models import Service
from services_catalog.official_holidays import load_coming_years, load_first_rules
from submissions.contracts import seed as submissions


class Command(BaseCommand):
    help = "Fills a development database: catalog, register, letters, guides and people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there are services already"
        )
        parser.add_argument(
            "--reset", action="store_true", help="overwrite what was edited with the files' words"
        )
        parser.add_argument(
            "--sign-ins", action="store_true", help="only print who can sign in, and how"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("داده‌های نمایشی فقط در محیط توسعه بارگذاری می‌شود.")
        if options["sign_ins"]:
            self.stdout.write(demo_people.sign_ins())
            return
        if options["if_empty"] and Service.objects.filter(kind="request").exists():
            return
        load_everything(reset=options["reset"])
        if not options["verbosity"]:
            return
        self.stdout.write("داده‌های نمایشی بارگذاری شد.")
        self.stdout.write(demo_people.sign_ins())


@transaction.atomic
def load_everything(*, reset: bool = False) -> None:
    """All or nothing: half a demo would pass for a whole one at the next ``--if-empty``."""
    load_office(reset=reset)
    catalog.load_catalog(reset=reset)
    load_first_rules()
    load_coming_years()
    submissions.load_contracts(reset=reset)
    letters.load_letter_templates(reset=reset)
    guides.load_guides(load_front_page(), reset=reset)
    demo_people.load_demo_people()
