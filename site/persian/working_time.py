"""Arithmetic of working time, in which answers are promised.

Which days and hours are open is the caller's calendar. Moments come in aware and
go out in UTC; the calendar speaks of Tehran's days and hours. Rules:

* what is sent outside hours counts as sent at the next opening;
* «تا پایان همان روز کاری» is the closing time of the day on which the clock starts;
* «حداکثر یک روز کاری» is the same time of day on the next working day, or that
  day's nearest open minute when it opens later or closes earlier.
"""

import datetime as dt
from typing import NamedTuple, Protocol

from persian.jalali import TEHRAN

# No office is shut for a year: a calendar that says so is broken, and a promise
# counted on it would be too.
SEARCH_DAYS = 400

_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)


class WorkingCalendar(Protocol):
    def opening(self, day: dt.date) -> tuple[dt.time, dt.time] | None:
        """When the office opens and closes on this day, in Tehran; None when it is closed.

        Asked once a day of the span, so an implementation keeps its rows in memory.
        """


class _OpenDay(NamedTuple):
    date: dt.date
    opens: dt.datetime
    closes: dt.datetime


def end_of_working_day(calendar: WorkingCalendar, moment: dt.datetime) -> dt.datetime:
    """The closing time of the working day on which the clock starts.

    Raises ValueError for a naive moment, or when no working day follows within
    SEARCH_DAYS. So do all functions below.
    """
    return _find_start(calendar, moment)[0].closes


def add_working_days(calendar: WorkingCalendar, moment: dt.datetime, days: int) -> dt.datetime:
    """The same time of day, ``days`` working days after the clock starts.

    Raises ValueError also for a negative number of days.
    """
    if days < 0:
        raise ValueError("A promise cannot lie in the past: days must not be negative.")
    day, start = _find_start(calendar, moment)
    for _ in range(days):
        day = _next_open_day(calendar, day.date)
    same_time = dt.datetime.combine(day.date, start.astimezone(TEHRAN).timetz()).astimezone(dt.UTC)
    return min(max(same_time, day.opens), day.closes)


def add_working_minutes(
    calendar: WorkingCalendar, moment: dt.datetime, minutes: int
) -> dt.datetime:
    """When ``minutes`` of working time have passed since the clock started.

    What ends with the day ends at its closing, not at the next opening.
    Raises ValueError also for a negative number of minutes.
    """
    if minutes < 0:
        raise ValueError("A promise cannot lie in the past: minutes must not be negative.")
    day, at = _find_start(calendar, moment)
    left = minutes * _MINUTE
    while at + left > day.closes:
        left -= day.closes - at
        day = _next_open_day(calendar, day.date)
        at = day.opens
    return at + left


def is_day_over(hours: tuple[dt.time, dt.time] | None, moment: dt.datetime) -> bool:
    """Whether an office with these hours has closed for the day of ``moment``.

    A day without hours ends at midnight. Raises ValueError for a naive moment.
    """
    at = _to_utc(moment).astimezone(TEHRAN)
    return hours is not None and at > dt.datetime.combine(at.date(), hours[1], TEHRAN)


def working_minutes_between(calendar: WorkingCalendar, a: dt.datetime, b: dt.datetime) -> int:
    """Whole working minutes from ``a`` to ``b``; negative when ``b`` comes first.

    Raises ValueError for a naive moment only: a long closure counts as nothing.
    """
    a, b = _to_utc(a), _to_utc(b)
    if b < a:
        return -working_minutes_between(calendar, b, a)
    worked = dt.timedelta()
    date, last = a.astimezone(TEHRAN).date(), b.astimezone(TEHRAN).date()
    while date <= last:
        if day := _open_day(calendar, date):
            worked += max(min(b, day.closes) - max(a, day.opens), dt.timedelta())
        date += _DAY
    return worked // _MINUTE


def _find_start(calendar: WorkingCalendar, moment: dt.datetime) -> tuple[_OpenDay, dt.datetime]:
    moment = _to_utc(moment)
    date = moment.astimezone(TEHRAN).date()
    day = _open_day(calendar, date)
    if day is None or moment >= day.closes:
        day = _next_open_day(calendar, date)
    return day, max(moment, day.opens)


def _next_open_day(calendar: WorkingCalendar, after: dt.date) -> _OpenDay:
    for distance in range(1, SEARCH_DAYS + 1):
        if day := _open_day(calendar, after + distance * _DAY):
            return day
    raise ValueError(f"The calendar has no working day within {SEARCH_DAYS} days after {after}.")


def _open_day(calendar: WorkingCalendar, date: dt.date) -> _OpenDay | None:
    hours = calendar.opening(date)
    if hours is None:
        return None
    opens, closes = (dt.datetime.combine(date, t, TEHRAN).astimezone(dt.UTC) for t in hours)
    if closes <= opens:
        raise ValueError(f"The calendar closes before it opens on {date}.")
    return _OpenDay(date, opens, closes)


def _to_utc(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("Working time is counted between aware moments only.")
    return moment.astimezone(dt.UTC)
