"""The official holidays of a Jalali year, as rows that the staff may edit.

The ``holidays`` package knows the days off of the whole country, the moving lunar
ones included; those that it can only estimate are marked so in their title. It
knows no weekend of offices and no closure of one province: these are rows too.
"""

from __future__ import annotations

from datetime import date, time, timedelta

import holidays
from django.db import transaction
from django.utils.timezone import localdate
from persiantools.jdatetime import JalaliDate

from persian.jalali import jalali_year
from services_catalog.models import CalendarDay, OfficeHours, WeekendRule

# From this day on the first rules hold: 1 Farvardin 1399, before anything was filed here.
FIRST_DAY = date(2020, 3, 20)
THURSDAY_AND_FRIDAY = [3, 4]
# So long before a year begins promises reach into it, and somebody still has time to write it.
NOTICE = timedelta(days=60)


@transaction.atomic
def load_year(year: int) -> int:
    """Write the holidays of the Jalali ``year``; how many were new.

    Days that stand in the calendar already are left as they are: somebody may have
    corrected an estimated one.
    """
    known = set(CalendarDay.objects.filter(province=None).values_list("date", flat=True))
    rows = [
        CalendarDay(date=day, title=title, kind=CalendarDay.Kind.CLOSED)
        for day, title in _holidays_of(year)
        if day not in known
    ]
    return len(CalendarDay.objects.bulk_create(rows))


def load_coming_years() -> tuple[int, int]:
    """Write the holidays of this Jalali year and the next, which promises of Esfand reach."""
    year = jalali_year(localdate())
    for each in (year, year + 1):
        load_year(each)
    return year, year + 1


def unwritten_year(today: date) -> int | None:
    """The Jalali year of 60 days from ``today`` when no holiday of it is in the calendar."""
    year = jalali_year(today + NOTICE)
    first, following = _year_bounds(year)
    written = CalendarDay.objects.filter(province=None, date__gte=first, date__lt=following)
    return None if written.exists() else year


def load_first_rules() -> None:
    """Office hours and the weekend, unless somebody has said what they are."""
    if not OfficeHours.objects.exists():
        OfficeHours.objects.create(valid_from=FIRST_DAY, opens=time(7, 30), closes=time(14, 30))
    if not WeekendRule.objects.exists():
        WeekendRule.objects.create(valid_from=FIRST_DAY, weekdays=THURSDAY_AND_FRIDAY)


def _holidays_of(year: int) -> list[tuple[date, str]]:
    first, following = _year_bounds(year)
    known = holidays.country_holidays("IR", years=[first.year, following.year], language="fa_IR")
    return [
        (day, title.replace("; ", "، ")[:200])
        for day, title in sorted(known.items())
        if first <= day < following
    ]


def _year_bounds(year: int) -> tuple[date, date]:
    """The first day of the Jalali ``year`` and of the one after it."""
    return JalaliDate(year, 1, 1).to_gregorian(), JalaliDate(year + 1, 1, 1).to_gregorian()
