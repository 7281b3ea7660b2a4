from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import User
from accounts.roles import keep_roles
from home.seed import load_front_page, load_office
from letters import seed as letters
from persian.digits import to_persian
from services_catalog.official_holidays import load_coming_years, load_first_rules
from services_catalog.seed import load_foundation

NEXT = (
    "مرحلهٔ بعد: اولین مدیر سامانه را با این فرمان ایجاد کنید:\n"
    "    manage.py createsuperuser\n"
    "سپس در بخش مدیریت، میزها و همکاران هر استان را تعریف کنید."
)


class Command(BaseCommand):
    help = (
        "First production start, after migrate: front page, site, the office's name and phone, "
        "roles, calendar, places, units, the stages of getting in and the wording of letters. "
        "Adds only what is absent; no demo."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            keep_roles(apps.get_app_config("accounts"), "default")
            home = load_front_page()
            office = load_office()
            load_first_rules()
            years = load_coming_years()
            load_foundation()
            letters.load_letter_templates()
        self.stdout.write(
            to_persian(
                f"صفحهٔ اصلی «{home.title}»، مشخصات «{office.name}»، نقش‌ها، "
                f"تقویم سال‌های {years[0]} و {years[1]}، "
                "استان‌ها و شهرک‌ها، واحدها، خدمات مرحلهٔ ورود و الگوهای نامه آماده است."
            )
        )
        if not User.objects.filter(is_superuser=True).exists():
            self.stdout.write(NEXT)
