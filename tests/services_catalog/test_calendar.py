"""Which days the office works is for rows to say: weekends, holidays, closures, short days."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from services_catalog.models import CalendarDay, OfficeCalendar, OfficeHours, Province, WeekendRule
from services_catalog.official_holidays import load_first_rules, load_year

SUNDAY = date(2026, 11, 22)
THURSDAY = date(2026, 11, 26)
SATURDAY = date(2026, 11, 28)
WHOLE_DAY = (time(7, 30), time(14, 30))

pytestmark = pytest.mark.django_db


@pytest.fixture
def provinces(house):
    return {province.slug: province.pk for province in Province.objects.all()}


def test_without_any_row_the_office_works_from_saturday_to_wednesday():
    calendar = OfficeCalendar()
    assert calendar.opening(SUNDAY) == WHOLE_DAY
    assert calendar.opening(THURSDAY) is None


def test_the_weekend_changes_from_the_day_that_the_rule_names(house):
    WeekendRule.objects.create(valid_from=date(2026, 11, 27), weekdays=[4, 5])
    calendar = OfficeCalendar()
    assert calendar.opening(THURSDAY) is None, "the old rule still holds"
    assert calendar.opening(SATURDAY) is None
    assert calendar.opening(date(2026, 12, 3)) == WHOLE_DAY


def test_office_hours_change_from_the_day_that_the_rule_names(house):
    OfficeHours.objects.create(valid_from=SATURDAY, opens=time(6), closes=time(13))
    calendar = OfficeCalendar()
    assert calendar.opening(SUNDAY) == WHOLE_DAY
    assert calendar.opening(SATURDAY) == (time(6), time(13))


def test_a_province_that_closes_closes_alone(provinces):
    CalendarDay.objects.create(date=SUNDAY, province_id=provinces["yazd"], title="گرما")
    assert OfficeCalendar(provinces["yazd"]).opening(SUNDAY) is None
    assert OfficeCalendar(provinces["isfahan"]).opening(SUNDAY) == WHOLE_DAY
    assert OfficeCalendar().opening(SUNDAY) == WHOLE_DAY


def test_a_province_may_work_where_the_country_does_not(provinces):
    CalendarDay.objects.create(date=SUNDAY, title="تعطیل رسمی")
    CalendarDay.objects.create(
        date=SUNDAY, province_id=provinces["yazd"], kind="open", title="کاری"
    )
    assert OfficeCalendar(provinces["yazd"]).opening(SUNDAY) == WHOLE_DAY
    assert OfficeCalendar(provinces["isfahan"]).opening(SUNDAY) is None


def test_a_weekend_day_can_be_worked(house):
    CalendarDay.objects.create(date=THURSDAY, kind="open", title="جبران")
    assert OfficeCalendar().opening(THURSDAY) == WHOLE_DAY


def test_a_short_day_has_its_own_hours(house):
    CalendarDay.objects.create(
        date=SUNDAY, kind="short", title="کاهش ساعت", opens=time(8), closes=time(11)
    )
    assert OfficeCalendar().opening(SUNDAY) == (time(8), time(11))


def test_a_short_day_without_hours_is_not_accepted(house):
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarDay.objects.create(date=SUNDAY, kind="short", title="کاهش ساعت")


def test_a_day_that_ends_before_it_begins_is_not_accepted(house):
    """It would stop every promise of its province."""
    hours = {"opens": time(12), "closes": time(8)}
    day = CalendarDay(date=SUNDAY, kind="short", title="رمضان", **hours)
    with pytest.raises(ValidationError, match="پس از ساعت شروع"):
        day.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        day.save()


def test_a_week_without_a_working_day_is_not_accepted():
    with pytest.raises(ValidationError, match="کاری"):
        WeekendRule(valid_from=SUNDAY, weekdays=list(range(7))).full_clean()


def test_asking_for_many_days_costs_one_query(house, django_assert_num_queries):
    with django_assert_num_queries(1):
        calendar = OfficeCalendar()
        assert [calendar.opening(date(2026, 11, day)) for day in range(1, 31)].count(None) == 8


def test_the_holidays_of_a_jalali_year_run_from_its_nowruz_to_the_next():
    load_year(1405)
    days = CalendarDay.objects.order_by("date")
    assert days.first().date == date(2026, 3, 21)
    assert days.last().date == date(2027, 3, 20)
    assert OfficeCalendar().opening(date(2026, 6, 24)) is None, "Tasua"
    assert CalendarDay.objects.get(date=date(2026, 6, 24)).title == "تاسوعای حسینی"


def test_estimated_holidays_say_so():
    load_year(1406)
    assert CalendarDay.objects.filter(title__contains="تخمینی").exists()


def test_loading_a_year_again_leaves_corrected_days_alone():
    new = load_year(1405)
    CalendarDay.objects.filter(date=date(2026, 6, 24)).update(kind="open", title="جابه‌جا شد")
    assert new > 20
    assert load_year(1405) == 0
    assert CalendarDay.objects.get(date=date(2026, 6, 24)).title == "جابه‌جا شد"


def test_the_first_rules_do_not_touch_what_the_office_has_set():
    OfficeHours.objects.create(valid_from=SUNDAY, opens=time(6), closes=time(13))
    load_first_rules()
    load_first_rules()
    assert OfficeHours.objects.count() == 1
    assert WeekendRule.objects.get().weekdays == [3, 4]


def test_the_command_takes_the_year_in_persian_digits(capsys):
    call_command("load_holidays", "۱۴۰۵")
    assert "تعطیلات سال ۱۴۰۵" in capsys.readouterr().out
    assert CalendarDay.objects.filter(date=date(2026, 3, 21)).exists()


@pytest.mark.parametrize("year", ["2026", "abc", "", "-1405", "۱۳۸۹"])
def test_the_command_refuses_what_is_no_year(year):
    with pytest.raises(CommandError, match="خورشیدی"):
        call_command("load_holidays", "--", year)
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    "year",
    [
        pytest.param(None, marks=pytest.mark.at("2027-01-19 09:00")),
        pytest.param(1406, marks=pytest.mark.at("2027-01-21 09:00")),
        pytest.param(1406, marks=pytest.mark.at("2027-03-22 09:00")),
    ],
)
def test_managers_are_told_sixty_days_ahead_that_the_next_year_is_missing(
    client, manager, signed_in, year
):
    load_year(1405)
    said = signed_in(client, manager).get("/admin/").content.decode()
    assert ("load_holidays 1406" in said) == (year is not None)
    load_year(1406)
    assert "load_holidays" not in client.get("/admin/").content.decode()
