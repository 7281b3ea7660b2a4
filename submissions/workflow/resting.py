"""«رسوب»: work about which nobody has done anything for too many working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from django.utils.timezone import localdate

from persian.jalali import TEHRAN
from services_catalog.models import OfficeCalendar

# A working week: whoever has it has met it once on each day of the week and left it alone.
RESTING_DAYS: Final = 5
# What has lain longer is not counted on; a calendar without working days ends here.
COUNTED: Final = timedelta(days=400)


class RestingClock:
    """Counts the working days for which something was left alone, today being one of them.

    By the calendar of the whole country: one moment bounds the list, and a holiday of one
    province makes a mark come a day earlier there. Nothing is promised by it.
    """

    def __init__(self, moment: datetime | None = None) -> None:
        self._today = localdate(moment)

    @cached_property
    def _calendar(self) -> OfficeCalendar:
        return OfficeCalendar()

    @cached_property
    def since(self) -> datetime:
        """What nobody has touched since before this moment rests."""
        day, left = self._today, RESTING_DAYS
        while day > self._today - COUNTED:
            left -= self._is_worked(day)
            if not left:
                break
            day -= timedelta(days=1)
        return datetime.combine(day, time(), TEHRAN)

    def days_of(self, touched_at: datetime) -> int:
        """For how many working days it rests; 0 while these are less than RESTING_DAYS."""
        day = max(localdate(touched_at), self._today - COUNTED)
        if (self._today - day).days < RESTING_DAYS:
            return 0
        between = (day + timedelta(days=n + 1) for n in range((self._today - day).days))
        rested = sum(map(self._is_worked, between))
        return rested if rested >= RESTING_DAYS else 0

    def _is_worked(self, day: date) -> bool:
        return self._calendar.opening(day) is not None
