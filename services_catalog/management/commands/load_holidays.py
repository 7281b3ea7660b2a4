from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from persian.digits import to_ascii, to_persian
from services_catalog.official_holidays import load_year

# What the moving lunar holidays can be computed for.
EARLIEST, LATEST = 1390, 1450


class Command(BaseCommand):
    help = "Writes the official holidays of a Jalali year into the calendar; edited days stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", help="the Jalali year, such as 1405")

    def handle(self, *args: Any, **options: Any) -> None:
        text = to_ascii(options["year"])
        if not text.isdecimal() or not EARLIEST <= int(text) <= LATEST:
            raise CommandError(
                to_persian(f"سال را خورشیدی و میان {EARLIEST} تا {LATEST} وارد کنید؛ مانند ۱۴۰۵.")
            )
        new = load_year(int(text))
        self.stdout.write(to_persian(f"تعطیلات سال {text}: {new} روز جدید در تقویم ثبت شد."))
