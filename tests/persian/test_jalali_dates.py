"""Dates are shown in Jalali, in Tehran, with Persian digits, and read from any keyboard."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import formats, translation
from hypothesis import given
from hypothesis import strategies as st

from persian import jalali
from persian.digits import to_persian

FIRST_OF_AZAR = dt.date(2026, 11, 22)
HALF_PAST_TEN = dt.datetime(2026, 11, 22, 7, 0, tzinfo=dt.UTC)


@pytest.fixture
def persian_reader():
    jalali.install_jalali()
    with translation.override("fa"):
        yield


def rendered(source, **context):
    return Template(source).render(Context(context))


def test_a_date_is_written_without_a_padded_day():
    assert jalali.format_jalali_date(FIRST_OF_AZAR) == "۱ آذر ۱۴۰۵"
    assert jalali.format_jalali_date(FIRST_OF_AZAR, with_weekday=True) == "یکشنبه ۱ آذر ۱۴۰۵"
    assert jalali.jdate_numeric(FIRST_OF_AZAR) == "۱۴۰۵/۰۹/۰۱"


def test_a_moment_is_shown_at_its_tehran_time():
    assert jalali.format_jalali_datetime(HALF_PAST_TEN) == "۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰"
    assert (
        jalali.format_jalali_datetime(dt.datetime(2026, 11, 22, 9, 5)) == "۱ آذر ۱۴۰۵، ساعت ۰۹:۰۵"
    )


def test_late_in_the_evening_of_greenwich_it_is_tomorrow_in_tehran():
    assert (
        jalali.format_jalali_date(dt.datetime(2026, 11, 22, 20, 30, tzinfo=dt.UTC)) == "۲ آذر ۱۴۰۵"
    )


def test_the_year_turns_at_midnight_of_tehran():
    assert jalali.jalali_year(dt.datetime(2026, 3, 20, 20, 29, tzinfo=dt.UTC)) == 1404
    assert jalali.jalali_year(dt.datetime(2026, 3, 20, 20, 30, tzinfo=dt.UTC)) == 1405
    assert jalali.jalali_year(dt.date(2026, 3, 21)) == 1405


@pytest.mark.parametrize(
    "typed",
    [
        "1405/09/01",
        "۱۴۰۵/۹/۱",
        "١٤٠٥-٠٩-٠١",
        "1405.9.1",
        "۱۴۰۵ ۹ ۱",
        "14050901",
        " ۱۴۰۵ / ۰۹ / ۰۱ ",
        "\u200f1405/09/01\u200e",
    ],
)
def test_a_date_is_read_from_any_keyboard(typed):
    assert jalali.parse_jdate(typed) == FIRST_OF_AZAR


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("", "به ترتیب سال، ماه و روز"),
        ("فردا", "به ترتیب سال، ماه و روز"),
        ("01/09/1405", "به ترتیب سال، ماه و روز"),
        ("1405/0901", "به ترتیب سال، ماه و روز"),
        ("2026/11/22", "به تقویم خورشیدی"),
        ("0405/09/01", "به تقویم خورشیدی"),
        ("1404/12/30", "در تقویم خورشیدی وجود ندارد"),
        ("1405/13/01", "در تقویم خورشیدی وجود ندارد"),
        ("1405/07/31", "در تقویم خورشیدی وجود ندارد"),
        ("1405/00/10", "در تقویم خورشیدی وجود ندارد"),
    ],
)
def test_what_is_no_jalali_date_is_answered_in_persian(typed, answer):
    with pytest.raises(ValueError, match=answer):
        jalali.parse_jdate(typed)


@pytest.mark.parametrize("typed", ["1403/12/30", "1405/06/31", "1405/02/31"])
def test_the_long_months_and_leap_years_are_known(typed):
    assert jalali.jdate_numeric(jalali.parse_jdate(typed)) == to_persian(typed)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2120, 1, 1)))
def test_every_date_reads_back_from_what_was_shown(date):
    assert jalali.parse_jdate(jalali.jdate_numeric(date)) == date


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("l j F Y", "یکشنبه ۱ آذر ۱۴۰۵"),
        ("D d M y", "یکشنبه ۰۱ آذر ۰۵"),
        ("Y/m/d H:i:s", "۱۴۰۵/۰۹/۰۱ ۱۰:۳۰:۰۰"),
        ("n/j N b E", "۹/۱ آذر آذر آذر"),
        (r"\Y Y", "Y ۱۴۰۵"),
        ("jS", "۱"),
        ("z t L w", "۲۴۷ ۳۰ False ۱"),
        ("o W", "۱۴۰۵ ۳۶"),
    ],
)
def test_the_letters_of_django_answer_from_the_jalali_calendar(letters, shown):
    assert jalali.format_jalali(HALF_PAST_TEN, letters) == shown


def test_a_plain_date_has_no_clock():
    with pytest.raises(TypeError):
        jalali.format_jalali(FIRST_OF_AZAR, "Y H")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ moment }}", "۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰"),
        ("{{ date }}", "۱ آذر ۱۴۰۵"),
        ('{{ moment|date:"DATE_FORMAT" }}', "۱ آذر ۱۴۰۵"),
        ('{{ moment|date:"SHORT_DATE_FORMAT" }}', "۱۴۰۵/۰۹/۰۱"),
        ('{{ moment|date:"SHORT_DATETIME_FORMAT" }}', "۱۴۰۵/۰۹/۰۱، ۱۰:۳۰"),
        ('{{ moment|date:"YEAR_MONTH_FORMAT" }}', "آذر ۱۴۰۵"),
        ('{{ moment|date:"d M Y" }}', "۱ آذر ۱۴۰۵"),
        ('{{ moment|date:"N j, Y" }}', "۱ آذر ۱۴۰۵"),
    ],
)
def test_a_persian_reader_meets_jalali_dates_in_every_template(persian_reader, source, shown):
    assert rendered(source, moment=HALF_PAST_TEN, date=FIRST_OF_AZAR) == shown


@pytest.mark.parametrize(
    ("letters", "written"),
    [
        ("c", "2026-11-22T07:00:00+00:00"),
        ("U", "1795330800"),
        ("r", "Sun, 22 Nov 2026 07:00:00 +0000"),
        ("Y-m-d", "2026-11-22"),
        ("Ymd", "20261122"),
        (r"Y-m-d\TH:i", "2026-11-22T07:00"),
    ],
)
def test_what_machines_read_stays_as_machines_need_it(persian_reader, letters, written):
    assert formats.date_format(HALF_PAST_TEN, letters) == written


def test_other_languages_and_times_of_day_stay_as_django_writes_them(persian_reader):
    assert formats.date_format(dt.time(9, 5), "H:i") == "09:05"
    with translation.override("en"):
        assert formats.date_format(FIRST_OF_AZAR, "j F Y") == "22 November 2026"


def test_a_module_that_took_date_format_by_name_long_ago_is_served_too(persian_reader):
    from django.utils.formats import date_format

    jalali.install_jalali()
    assert date_format(FIRST_OF_AZAR) == "۱ آذر ۱۴۰۵"
