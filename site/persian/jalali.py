"""Jalali dates in Tehran time with Persian digits; dates are stored as Gregorian.

An aware datetime is shown at its Tehran time; a naive one is taken as Tehran time
already; a plain date is shown as it is.
"""

import datetime as dt
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django.utils import dateformat, formats
from django.utils.translation import get_language
from persiantools.jdatetime import MONTH_NAMES_FA, WEEKDAY_NAMES_FA, JalaliDate

from persian.digits import to_ascii, to_persian

TEHRAN = ZoneInfo("Asia/Tehran")

# Days outside are of a Gregorian year or a slip, not of anybody alive.
EARLIEST = dt.date(1900, 1, 1)
EARLIEST_YEAR, LATEST_YEAR = 1278, 1500
NO_SUCH_YEAR = "سال را چهاررقمی و به تقویم خورشیدی وارد کنید؛ مانند ۱۴۰۵."

_DATE = re.compile(r"([0-9]{4})(?:[/\-.\s]+([0-9]{1,2})[/\-.\s]+([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_MOMENT = re.compile(r"(.+?)[\s،,]+(?:ساعت\s*)?([0-9]{1,2}):([0-9]{2})")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# What Django's Persian locale and its bare settings would write, as we write it:
# two-digit hours and months in numeric forms, the day before the month.
_OUR_FORMAT = {
    "j F Y، ساعت G:i": "j F Y، ساعت H:i",
    "Y/n/j": "Y/m/d",
    "Y/n/j،\u200f G:i": "Y/m/d، H:i",
    "N j, Y": "j F Y",
    "N j, Y, P": "j F Y، ساعت H:i",
    "d M Y": "j F Y",
}
_MACHINE_FORMAT = re.compile(r"^Y-?m-?d|(?<!\\)[crU]")


def format_jalali_date(value: dt.date, with_weekday: bool = False) -> str:
    """«۱ آذر ۱۴۰۵», or «یکشنبه ۱ آذر ۱۴۰۵» with its weekday."""
    return format_jalali(value, "l j F Y" if with_weekday else "j F Y")


def jdate_numeric(value: dt.date) -> str:
    """«۱۴۰۵/۰۹/۰۱», which sorts and lines up in a column."""
    return format_jalali(value, "Y/m/d")


def format_jalali_datetime(value: dt.datetime) -> str:
    """«۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰»."""
    return format_jalali(value, "j F Y، ساعت H:i")


def jalali_year(moment: dt.date) -> int:
    """The Jalali year of the Tehran date, by which letters are numbered."""
    return JalaliDate(_local_date(moment)).year


def parse_jdate(text: str) -> dt.date:
    """The date that «۱۴۰۵/۰۹/۰۱», ``1405-9-1``, ``1405.9.1``, ``1405 9 1`` or ``14050901`` means.

    Raises ValueError with a Persian sentence for the person who typed it.
    """
    match = _DATE.fullmatch(_trim_typed(text))
    if match is None:
        raise ValueError("تاریخ را به ترتیب سال، ماه و روز وارد کنید؛ مانند ۱۴۰۵/۰۹/۰۱.")
    year, month, day = (int(part) for part in match.groups() if part)
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError(NO_SUCH_YEAR)
    if not JalaliDate.check_date(year, month, day):
        raise ValueError("این روز در تقویم خورشیدی وجود ندارد. لطفاً ماه و روز را بررسی کنید.")
    date = JalaliDate(year, month, day).to_gregorian()
    if date < EARLIEST:
        raise ValueError(NO_SUCH_YEAR)
    return date


def parse_jdatetime(text: str) -> dt.datetime:
    """The moment in Tehran that «۱۴۰۵/۰۹/۰۱ ۱۰:۳۰» means, with or without «ساعت» between.

    Raises ValueError with a Persian sentence for the person who typed it.
    """
    typed = _trim_typed(text)
    match = _MOMENT.fullmatch(typed)
    day = parse_jdate(match[1] if match else typed)
    if match is None:
        raise ValueError("پس از تاریخ، ساعت را نیز وارد کنید؛ مانند ۱۴۰۵/۰۹/۰۱ ساعت ۱۰:۳۰.")
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        raise ValueError("ساعت باید از ۰۰:۰۰ تا ۲۳:۵۹ باشد.")
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=TEHRAN)


def _trim_typed(text: str) -> str:
    return _INVISIBLE.sub("", to_ascii(text)).strip()


def format_jalali(value: dt.date, fmt: str) -> str:
    """``value`` by Django's format letters, in Jalali and with Persian digits.

    Letters of the clock raise TypeError for a plain date, as Django's do.
    """
    return to_persian(_JalaliFormat(_local_day(value)).format(fmt))


def install_jalali() -> None:
    """Make Django's ``date_format`` and ``|date`` Jalali while the language is Persian.

    Machine formats (ISO, RFC 5322, Unix time) stay as they are. The function
    itself is left in place and only what it calls is replaced, because Wagtail
    imports ``date_format`` by name before any app is ready. Safe to call again.
    """
    formats.dateformat = SimpleNamespace(  # type: ignore[attr-defined]
        format=_format_for_reader, time_format=dateformat.time_format
    )


def _format_for_reader(value: dt.date | dt.time, fmt: str) -> str:
    fmt = str(fmt)
    persian = (get_language() or "").startswith("fa")
    if persian and isinstance(value, dt.date) and not _MACHINE_FORMAT.search(fmt):
        return format_jalali(value, _OUR_FORMAT.get(fmt, fmt))
    return dateformat.format(value, fmt)


def _local_day(value: dt.date) -> dt.date:
    if not isinstance(value, dt.datetime):
        return value
    return value.astimezone(TEHRAN) if value.tzinfo else value.replace(tzinfo=TEHRAN)


def _local_date(value: dt.date) -> dt.date:
    local = _local_day(value)
    return local.date() if isinstance(local, dt.datetime) else local


class _JalaliFormat(dateformat.DateFormat):
    """Django's letters of the calendar, answered from the Jalali one."""

    def __init__(self, value: dt.date) -> None:
        super().__init__(value)
        self.jalali = JalaliDate(_local_date(value))

    def d(self) -> str:
        return f"{self.jalali.day:02d}"

    def j(self) -> int:
        return self.jalali.day

    def m(self) -> str:
        return f"{self.jalali.month:02d}"

    def n(self) -> int:
        return self.jalali.month

    def F(self) -> str:
        return str(MONTH_NAMES_FA[self.jalali.month])

    # Persian has no short month or weekday names that people read with ease.
    b = E = M = N = F

    def l(self) -> str:  # noqa: E743
        return str(WEEKDAY_NAMES_FA[self.jalali.weekday()])

    D = l

    def w(self) -> int:
        return self.jalali.weekday()

    def Y(self) -> int:
        return self.jalali.year

    def y(self) -> str:
        return f"{self.jalali.year % 100:02d}"

    def o(self) -> int:
        return self.jalali.isocalendar().year

    def W(self) -> int:
        return self.jalali.week_of_year()

    def L(self) -> bool:
        return JalaliDate.is_leap(self.jalali.year)

    def t(self) -> str:
        return str(JalaliDate.days_in_month(self.jalali.month, self.jalali.year))

    def z(self) -> int:
        return JalaliDate.days_before_month(self.jalali.month) + self.jalali.day

    def S(self) -> str:
        """The ending of an ordinal, which Persian does not write after a date's number."""
        return ""
