"""Templates show numbers, dates and codes as a Persian reader expects them."""

import datetime as dt

import pytest
from django.template import Context, Template

from persian.templatetags import persian as filters

AZAR = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("fa_digits", 1405, "۱۴۰۵"),
        ("jdate", AZAR, "۱ آذر ۱۴۰۵"),
        ("jdate_numeric", AZAR, "۱۴۰۵/۰۹/۰۱"),
        ("jdatetime", dt.datetime(2026, 11, 22, 7, tzinfo=dt.UTC), "۱ آذر ۱۴۰۵، ساعت ۱۰:۳۰"),
        ("mobile_display", "09131234567", "۰۹۱۳ ۱۲۳ ۴۵۶۷"),
        ("mobile_display", "110", "۱۱۰"),
        ("grouped", "123456789012", "۱۲۳۴ ۵۶۷۸ ۹۰۱۲"),
        ("grouped", "7K3M01VT9XQ2AB1Z", "7K3M 01VT 9XQ2 AB1Z"),
        ("file_size", 0, "۰ بایت"),
        ("file_size", 1023, "۱۰۲۳ بایت"),
        ("file_size", 1024, "۱ کیلوبایت"),
        ("file_size", 1024 * 1024 - 1, "۱ مگابایت"),
        ("file_size", 2_516_582, "۲٫۴ مگابایت"),
        ("file_size", 25 * 1024 * 1024, "۲۵ مگابایت"),
        ("file_size", 3 * 1024**4, "۳۰۷۲ گیگابایت"),
    ],
)
def test_a_value_is_shown_to_people(source, value, shown):
    template = Template("{% load persian %}{{ value|" + source + " }}")
    assert template.render(Context({"value": value})) == shown


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("یکشنبه ۱ آذر", marks=pytest.mark.at("2026-11-20 10:00")),
        pytest.param("یکشنبه ۱ آذر ۱۴۰۵", marks=pytest.mark.at("2027-04-01 10:00")),
    ],
)
def test_the_year_of_a_weekday_is_told_only_when_it_is_not_this_one(shown):
    assert filters.jdate_weekday(AZAR) == shown


@pytest.mark.parametrize(
    "show",
    [
        filters.fa_digits,
        filters.jdate,
        filters.jdatetime,
        filters.jdate_numeric,
        filters.jdate_weekday,
        filters.mobile_display,
        filters.grouped,
        filters.file_size,
    ],
)
def test_nothing_in_gives_nothing_out(show):
    assert show(None) == ""
