from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.timezone import now

from accounts.receivers import keep_roles
from home.loading import load_front_page
from persian.digits import to_persian
from persian.jalali import jalali_year
from services_catalog.official_holidays import load_first_rules, load_year


class Command(BaseCommand):
    help = "First production start, after migrate: front page, site, roles, calendar. No demo data."

    def handle(self, *args: Any, **options: Any) -> None:
        year = jalali_year(now())
        with transaction.atomic():
            keep_roles(apps.get_app_config("accounts"), "default")
            home = load_front_page()
            load_first_rules()
            load_year(year)
        self.stdout.write(
            to_persian(
                f"صفحهٔ نخست «{home.title}»، نقش‌ها و تقویم سال {year} آماده است.\n"
                "گام بعد: نخستین مدیر سامانه را با این فرمان بسازید:\n"
                "    manage.py createsuperuser"
            )
        )
