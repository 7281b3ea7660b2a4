"""Promises are counted in working time. The table is the one the office agreed on."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persian import working_time
from persian.jalali import TEHRAN, parse_jdate

THURSDAY, FRIDAY = 3, 4
OFFICE = (dt.time(7, 30), dt.time(14, 30))


class Office:
    """Thursday and Friday closed, 07:30 to 14:30, and what else a test says."""

    def __init__(self, closed=(), other_hours=None):
        self.closed = {parse_jdate(day) for day in closed}
        self.other_hours = {parse_jdate(d): hours for d, hours in (other_hours or {}).items()}

    def opening(self, day):
        if day in self.other_hours:
            return self.other_hours[day]
        return None if day in self.closed or day.weekday() in (THURSDAY, FRIDAY) else OFFICE


HOLIDAYS = Office(
    closed=[
        "1405/04/03",  # Tasua
        "1405/04/04",  # Ashura
        "1404/12/29",
        "1405/01/01",
        "1405/01/02",
        "1405/01/03",
        "1405/01/04",
        "1405/01/12",
        "1405/01/13",
    ]
)


def tehran(text):
    """«1405/09/01 10:00» as an aware moment."""
    day, clock = text.split()
    return dt.datetime.combine(parse_jdate(day), dt.time.fromisoformat(clock), TEHRAN)


@pytest.mark.parametrize(
    ("sent", "same_day", "one_day", "three_days"),
    [
        ("1405/09/01 10:00", "1405/09/01 14:30", "1405/09/02 10:00", "1405/09/04 10:00"),
        ("1405/09/04 13:00", "1405/09/04 14:30", "1405/09/07 13:00", "1405/09/09 13:00"),
        ("1405/09/04 14:30", "1405/09/07 14:30", "1405/09/08 07:30", "1405/09/10 07:30"),
        ("1405/09/05 11:00", "1405/09/07 14:30", "1405/09/08 07:30", "1405/09/10 07:30"),
        ("1405/09/06 23:59", "1405/09/07 14:30", "1405/09/08 07:30", "1405/09/10 07:30"),
        ("1405/04/02 15:00", "1405/04/06 14:30", "1405/04/07 07:30", "1405/04/09 07:30"),
        ("1404/12/27 12:00", "1404/12/27 14:30", "1405/01/05 12:00", "1405/01/09 12:00"),
    ],
)
def test_the_two_promises_of_the_guide(sent, same_day, one_day, three_days):
    sent = tehran(sent)
    assert working_time.end_of_working_day(HOLIDAYS, sent) == tehran(same_day)
    assert working_time.add_working_days(HOLIDAYS, sent, 1) == tehran(one_day)
    assert working_time.add_working_days(HOLIDAYS, sent, 3) == tehran(three_days)


@pytest.mark.parametrize(
    ("sent", "starts"),
    [
        ("1405/09/01 10:00", "1405/09/01 10:00"),
        ("1405/09/01 06:00", "1405/09/01 07:30"),
        ("1405/09/01 07:30", "1405/09/01 07:30"),
        ("1405/09/01 14:29", "1405/09/01 14:29"),
        ("1405/09/01 14:30", "1405/09/02 07:30"),
        ("1405/09/04 20:00", "1405/09/07 07:30"),
    ],
)
def test_what_is_sent_out_of_hours_counts_as_sent_at_the_next_opening(sent, starts):
    assert working_time.add_working_days(HOLIDAYS, tehran(sent), 0) == tehran(starts)


@pytest.mark.parametrize(
    ("minutes", "until"),
    [
        (0, "1405/09/04 13:00"),
        (90, "1405/09/04 14:30"),
        (91, "1405/09/07 07:31"),
        (90 + 420, "1405/09/07 14:30"),
        (90 + 421, "1405/09/08 07:31"),
    ],
)
def test_minutes_run_over_the_weekend_and_end_at_closing_time(minutes, until):
    sent = tehran("1405/09/04 13:00")
    assert working_time.add_working_minutes(HOLIDAYS, sent, minutes) == tehran(until)


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("1405/09/01 10:00", "1405/09/01 10:45", 45),
        ("1405/09/01 05:00", "1405/09/01 22:00", 420),
        ("1405/09/04 13:00", "1405/09/07 08:00", 120),
        ("1405/09/05 08:00", "1405/09/06 18:00", 0),
        ("1405/09/07 08:00", "1405/09/04 13:00", -120),
    ],
)
def test_only_open_hours_count_between_two_moments(a, b, minutes):
    assert working_time.working_minutes_between(HOLIDAYS, tehran(a), tehran(b)) == minutes


def test_a_short_day_ends_the_promise_when_it_closes_and_a_late_one_when_it_opens():
    office = Office(
        other_hours={
            "1405/09/02": (dt.time(7, 30), dt.time(11)),
            "1405/09/03": (dt.time(9), dt.time(14, 30)),
        }
    )
    assert working_time.add_working_days(office, tehran("1405/09/01 13:00"), 1) == tehran(
        "1405/09/02 11:00"
    )
    assert working_time.add_working_days(office, tehran("1405/09/02 08:00"), 1) == tehran(
        "1405/09/03 09:00"
    )


def test_answers_are_in_utc_whatever_zone_was_asked_in():
    sent = dt.datetime(2026, 11, 22, 7, 0, tzinfo=dt.UTC)
    for answer in (
        working_time.end_of_working_day(HOLIDAYS, sent.astimezone(TEHRAN)),
        working_time.add_working_days(HOLIDAYS, sent, 2),
        working_time.add_working_minutes(HOLIDAYS, sent, 1000),
    ):
        assert answer.tzinfo is dt.UTC


class NeverOpen:
    def opening(self, day):
        return None


class OpenBackwards:
    def opening(self, day):
        return dt.time(14), dt.time(7)


@pytest.mark.parametrize("calendar", [NeverOpen(), OpenBackwards()])
def test_a_broken_calendar_is_refused_loudly(calendar):
    sent = tehran("1405/09/01 10:00")
    with pytest.raises(ValueError, match="The calendar"):
        working_time.end_of_working_day(calendar, sent)
    for add in (working_time.add_working_days, working_time.add_working_minutes):
        with pytest.raises(ValueError, match="The calendar"):
            add(calendar, sent, 1)


def test_a_naive_moment_and_a_promise_in_the_past_are_refused():
    naive, aware = dt.datetime(2026, 11, 22, 10), tehran("1405/09/01 10:00")
    with pytest.raises(ValueError, match="aware"):
        working_time.end_of_working_day(HOLIDAYS, naive)
    with pytest.raises(ValueError, match="aware"):
        working_time.working_minutes_between(HOLIDAYS, aware, naive)
    with pytest.raises(ValueError, match="negative"):
        working_time.add_working_days(HOLIDAYS, aware, -1)
    with pytest.raises(ValueError, match="negative"):
        working_time.add_working_minutes(HOLIDAYS, aware, -1)


MOMENTS = st.datetimes(
    dt.datetime(2026, 2, 1), dt.datetime(2026, 12, 30), timezones=st.just(dt.UTC)
)
DAYS = st.integers(0, 30)
MINUTES = st.integers(0, 5000)


@given(MOMENTS, MINUTES)
def test_minutes_added_are_the_minutes_measured(moment, minutes):
    until = working_time.add_working_minutes(HOLIDAYS, moment, minutes)
    assert working_time.working_minutes_between(HOLIDAYS, moment, until) == minutes


@given(MOMENTS, MOMENTS, MINUTES, DAYS)
def test_what_is_sent_later_is_never_due_earlier(one, other, minutes, days):
    earlier, later = sorted((one, other))
    assert working_time.add_working_minutes(
        HOLIDAYS, earlier, minutes
    ) <= working_time.add_working_minutes(HOLIDAYS, later, minutes)
    assert working_time.add_working_days(HOLIDAYS, earlier, days) <= working_time.add_working_days(
        HOLIDAYS, later, days
    )


@given(MOMENTS, MINUTES, MINUTES)
def test_adding_in_two_goes_is_adding_at_once(moment, first, second):
    at_once = working_time.add_working_minutes(HOLIDAYS, moment, first + second)
    half_way = working_time.add_working_minutes(HOLIDAYS, moment, first)
    in_two = working_time.add_working_minutes(HOLIDAYS, half_way, second)
    # A pause at closing time may wait for the next opening; no working time passes.
    assert working_time.working_minutes_between(HOLIDAYS, at_once, in_two) == 0


@given(MOMENTS, MOMENTS, MOMENTS)
def test_the_parts_of_a_span_make_the_whole(one, two, three):
    a, b, c = sorted(moment.replace(second=0, microsecond=0) for moment in (one, two, three))
    between = working_time.working_minutes_between
    assert between(HOLIDAYS, a, b) + between(HOLIDAYS, b, c) == between(HOLIDAYS, a, c)


@given(MOMENTS, DAYS)
def test_every_deadline_lies_in_open_hours(moment, days):
    due = working_time.add_working_days(HOLIDAYS, moment, days).astimezone(TEHRAN)
    opens, closes = HOLIDAYS.opening(due.date())
    assert opens <= due.time() <= closes
