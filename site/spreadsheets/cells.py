"""Cells as text, the way somebody typed them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from openpyxl.utils.datetime import from_excel

from persian.digits import to_ascii
from persian.jalali import TEHRAN, parse_jdate
from persian.numbers import InvalidNumber, read_number
from persian.text import clean_text
from spreadsheets.values import Cell, Unread

# Where a spreadsheet would begin to calculate, had somebody opened the list in one.
FORMULA_MARKS = tuple("=+-@＝＋－＠")
NOTHING = {"-", "--", "—", "–", "ـ", "ندارد"}
EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
# Excel keeps fifteen digits of a number, and writes zeros for the rest.
EXACT: Final = 10**15
# Days that Excel counts for the years 1900 to 2100; a Jalali date without strokes is far above.
EXCEL_DAYS: Final = range(1, 73_415)
FIRST_YEAR: Final = 1900

# What a cell showed when the list was written as text, in place of what stood in it.
_SHORTENED: Final = re.compile(r"#+|[+\-]?[0-9]([.,٫][0-9]+)?[eE]\+[0-9]{2,}")
# What a program that knows only numbers with fractions writes for a whole one.
_FRACTION_OF_NOTHING: Final = re.compile(r"[0-9]+[.٫]0+")
# A date as programs write it; the clock behind it may be that of another country.
_MOMENT: Final = re.compile(
    r"(?P<date>[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2})"
    r"(?:(?:[ ،,\-]+|T)(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)"
    r" ?(?P<zone>Z|[+\-][0-9]{2}:?[0-9]{2})?)?"
)


class BadCell(ValueError):
    """What is wrong with a cell, in Persian."""


def as_text(cell: Cell) -> str:
    """A cell as clean text, numbers without Excel's «.0». Raises BadCell."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _read_plain_text(cell)
    if isinstance(cell, Unread):
        raise BadCell(cell.why)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _read_whole_number(cell)
    if isinstance(cell, dt.date | dt.time):
        raise BadCell(
            "مقدار این خانه در اکسل به تاریخ تبدیل شده است. لطفاً قالب خانه را «متن» کنید."
        )
    raise BadCell("این خانه مقدار منطقی (TRUE/FALSE) است. لطفاً مقدار را وارد کنید.")


def as_code(cell: Cell) -> str:
    """A cell as a number that names something, or a code. Raises BadCell for «1402.0» as text."""
    text = as_text(cell)
    if _FRACTION_OF_NOTHING.fullmatch(to_ascii(text)):
        raise BadCell(
            f"«{text[:30]}» با «.۰» پایان یافته است که برنامه‌ها به عدد می‌افزایند. "
            "لطفاً قالب خانه را «متن» کنید و شماره را درست بنویسید."
        )
    return text


def as_number(cell: Cell) -> Decimal | None:
    """A cell as the number it says, None for nothing. Raises BadCell for what could be two."""
    if isinstance(cell, float):
        return Decimal(str(cell))
    text = as_text(cell)
    if not text:
        return None
    try:
        # As it was typed: cleaned text has lost what stood between two digits.
        return read_number(cell if isinstance(cell, str) else text)
    except InvalidNumber:
        raise BadCell(f"«{text[:30]}» عدد نیست.") from None


def as_date(cell: Cell) -> dt.date | None:
    """A cell as the day it says: a date of Excel, its count of days, or a Jalali date as text.

    Clocks behind a date are left out. Raises ValueError with Persian words.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in EXCEL_DAYS:
        cell = from_excel(cell)
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return _require_our_times(cell)
    text = to_ascii(as_text(cell))
    return _read_day(text) if text else None


def _require_our_times(day: dt.date) -> dt.date:
    """Some programs take a typed Jalali year for one of the other calendar."""
    if day.year < FIRST_YEAR:
        raise BadCell(
            "تاریخ این خانه به تقویم میلادی خوانده شده است. لطفاً قالب خانه را «متن» کنید."
        )
    return day


def _read_day(text: str) -> dt.date:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return parse_jdate(text)
    year, month, day = (int(part) for part in re.split(r"[-/.]", match["date"]))
    # The years of the two calendars do not meet: 1900 and later is Gregorian.
    if year < FIRST_YEAR:
        return parse_jdate(match["date"])
    try:
        written = dt.date(year, month, day)
    except ValueError:
        raise BadCell(f"تاریخ «{text[:30]}» در تقویم میلادی نیست.") from None
    return _tell_local_day(written, match["clock"], match["zone"]) if match["zone"] else written


def _tell_local_day(day: dt.date, clock: str, zone: str) -> dt.date:
    """The day in Tehran: midnight here is the evening before in Greenwich."""
    moment = f"{day.isoformat()}T{clock.replace(',', '.').zfill(5)}{zone}"
    try:
        return dt.datetime.fromisoformat(moment).astimezone(TEHRAN).date()
    except (ValueError, OverflowError):
        raise BadCell(f"زمان «{clock}» معتبر نیست.") from None


@lru_cache(maxsize=4096)
def _read_plain_text(text: str) -> str:
    # Most cells are plain numbers and codes, which need no cleaning but of their spaces.
    simple = text.isascii() and text.isprintable()
    text = " ".join(text.split()) if simple else clean_text(text).replace("\n", " ")
    if text in NOTHING:
        return ""
    if text.startswith(FORMULA_MARKS):
        raise BadCell(
            f"این خانه با «{text[0]}» شروع می‌شود و ممکن است فرمول باشد. لطفاً "
            "نشانه را از ابتدای متن حذف کنید."
        )
    if text.upper() in EXCEL_ERRORS:
        raise BadCell("این خانه خطای اکسل است. لطفاً مقدار را وارد کنید.")
    if _SHORTENED.fullmatch(text):
        raise BadCell(
            f"اکسل به‌جای مقدار این خانه «{text[:30]}» نوشته است. "
            "لطفاً قالب خانه را «متن» کنید و مقدار را کامل بنویسید."
        )
    return text


def _read_whole_number(cell: float) -> str:
    if cell != cell // 1 or abs(cell) >= EXACT:
        raise BadCell("این عدد به‌طور کامل خوانده نمی‌شود. لطفاً قالب خانه را «متن» کنید.")
    return str(int(cell))
