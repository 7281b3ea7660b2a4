"""Filters that show numbers, dates and codes as a Persian reader expects them.

All return plain text. Digits beside Persian words change their order on the page,
so a template puts codes and phone numbers into ``<bdi>``. Nothing in, nothing out.
"""

import datetime as dt

from django import template
from django.utils.timesince import timesince

from persian import identifiers, jalali
from persian.digits import show_code, to_persian

register = template.Library()

_NEAR = {-1: "دیروز", 0: "امروز", 1: "فردا"}
_UNITS = ("بایت", "کیلوبایت", "مگابایت", "گیگابایت")


@register.filter
def fa_digits(value: object) -> str:
    """The value with Persian digits."""
    return "" if value is None else to_persian(value)


@register.filter
def fa_code(value: object) -> str:
    """A code with Persian digits, unless it has Latin letters: «۱۲», «B-12»."""
    return "" if value is None else show_code(str(value))


@register.filter
def jdate(value: dt.date | None) -> str:
    """«۱ آذر ۱۴۰۵»."""
    return jalali.format_jalali_date(value) if value else ""


@register.filter
def jdatetime(value: dt.datetime | None) -> str:
    """«۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰»."""
    return jalali.format_jalali_datetime(value) if value else ""


@register.filter
def jdate_numeric(value: dt.date | None) -> str:
    """«۱۴۰۵/۰۹/۰۱»."""
    return jalali.jdate_numeric(value) if value else ""


@register.filter
def jdate_weekday(value: dt.date | None) -> str:
    """«چهارشنبه ۱۴ آذر», with the year when it is not the present one."""
    if not value:
        return ""
    this_year = jalali.jalali_year(value) == jalali.jalali_year(dt.datetime.now(dt.UTC))
    return jalali.format_jalali(value, "l j F" if this_year else "l j F Y")


@register.filter
def near_day(value: dt.datetime | None) -> str:
    """«امروز، ساعت ۱۴:۳۰», «دیروز» or «فردا» with the hour; other days as ``jdate_weekday``."""
    if not value:
        return ""
    then = value.astimezone(jalali.TEHRAN)
    days = (then.date() - dt.datetime.now(jalali.TEHRAN).date()).days
    if days not in _NEAR:
        return jdate_weekday(value)
    return f"{_NEAR[days]}، ساعت {to_persian(f'{then:%H:%M}')}"


@register.filter
def late_by(value: dt.datetime | None) -> str:
    """How many days have passed since that day, in the largest unit: «۲ روز»; empty on the day itself.

    What is promised until the end of a day is late by days, not by hours.
    """
    if not value:
        return ""
    day = value.astimezone(jalali.TEHRAN).date()
    today = dt.datetime.now(jalali.TEHRAN).date()
    return to_persian(timesince(day, today, depth=1)) if day < today else ""


@register.filter
def mobile_display(mobile: str | None) -> str:
    """«۰۹۱۳ ۱۲۳ ۴۵۶۷» for a stored ``09131234567``; any other text as it is."""
    if not mobile or len(mobile) != 11:
        return fa_digits(mobile)
    return to_persian(f"{mobile[:4]} {mobile[4:7]} {mobile[7:]}")


@register.filter
def grouped(code: str | None) -> str:
    """«۱۲۳۴ ۵۶۷۸ ۹۰۱۲»; a code with Latin letters keeps its Latin digits."""
    if not code:
        return ""
    text = identifiers.group_code(str(code))
    return to_persian(text) if str(code).isdecimal() else text


@register.filter
def file_size(size: int | None) -> str:
    """A size in bytes as «۲٫۴ مگابایت» (1 kB = 1024 bytes)."""
    if size is None:
        return ""
    amount, unit = float(size), 0
    while round(amount) >= 1024 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    shown = f"{amount:.0f}" if unit < 2 else f"{amount:.1f}".removesuffix(".0")
    return f"{to_persian(shown.replace('.', '٫'))} {_UNITS[unit]}"
