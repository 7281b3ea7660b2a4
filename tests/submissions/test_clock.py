"""When an answer is promised, in working time, and what moves the promise."""

from datetime import date, datetime, time, timedelta

import pytest

from persian.jalali import TEHRAN
from services_catalog.models import CalendarDay, Province, RunningDay, Service
from submissions.models import Submission, WorkItem
from submissions.reports.progress import is_late
from submissions.reports.report import Report
from tests.cast import begin, item_of, step

pytestmark = pytest.mark.at("2026-11-22 10:00")


def at(day, hour, minute=0):
    """A moment of Azar 1405 in Tehran: the 1st is Sunday, the 4th Wednesday."""
    return datetime(2026, 11, 21, hour, minute, tzinfo=TEHRAN) + timedelta(days=day)


@pytest.fixture
def promised(clock, draft, maryam, staff):
    """Handed in on Sunday at ten; three working days are promised."""
    return step(draft, "submit", maryam)


def returned(case, staff):
    return step(case, "return_for_correction", staff["desk"], "خوانا نیست")


def test_three_working_days_are_the_same_hour_on_the_third(promised):
    assert promised.due_at == at(4, 10)


def test_what_is_sent_after_closing_counts_from_the_next_opening(clock, draft, maryam, staff):
    clock.move_to(at(4, 14, 30))
    assert step(draft, "submit", maryam).due_at == at(10, 7, 30)


def test_a_day_on_which_the_province_is_closed_does_not_count(clock, draft, maryam, staff):
    isfahan = Province.objects.get(slug="isfahan")
    CalendarDay.objects.create(date=date(2026, 11, 24), province=isfahan, title="آلودگی هوا")
    assert step(draft, "submit", maryam).due_at == at(7, 10)


def test_a_day_on_which_another_province_is_closed_counts(clock, draft, maryam, staff):
    yazd = Province.objects.get(slug="yazd")
    CalendarDay.objects.create(date=date(2026, 11, 24), province=yazd, title="گرما")
    assert step(draft, "submit", maryam).due_at == at(4, 10)


def test_the_clock_stands_while_the_applicant_has_the_request(clock, promised, maryam, staff):
    clock.move_to(at(2, 10))
    case = returned(promised, staff)
    clock.move_to(at(3, 12))
    # Away for 4:30 of Monday and 4:30 of Tuesday; these nine hours follow Wednesday at ten.
    assert step(case, "submit", maryam).due_at == at(7, 12)


def test_every_return_is_counted(clock, promised, maryam, staff):
    case = promised
    for day in (2, 3):
        clock.move_to(at(day, 10))
        case = returned(case, staff)
        clock.move_to(at(day, 11))
        case = step(case, "submit", maryam)
    assert case.due_at == at(4, 12)


def test_a_request_that_was_late_when_it_was_returned_comes_back_just_as_late(
    clock, promised, maryam, staff
):
    clock.move_to(at(4, 12))  # due at ten: two hours late
    case = returned(promised, staff)
    clock.move_to(at(7, 9))
    # Away for 2½ hours of Wednesday and 1½ of Saturday: four hours after Wednesday at ten.
    assert step(case, "submit", maryam).due_at == at(4, 14)


def test_a_request_sent_again_on_a_day_off_is_not_late(clock, promised, maryam, staff):
    clock.move_to(at(1, 14))
    case = returned(promised, staff)
    clock.move_to(at(6, 12))
    # Half an hour of Sunday, then Monday to Wednesday: 21½ hours after Wednesday at ten.
    assert step(case, "submit", maryam).due_at == at(9, 10, 30)


def test_desks_have_equal_parts_of_the_promise(promised, staff, clock):
    # Three days of seven hours for six desks: three and a half hours each.
    assert item_of(promised).due_at == at(1, 13, 30)
    clock.move_to(at(1, 11))
    assert item_of(step(promised, "pass_on", staff["desk"])).due_at == at(1, 14, 30)


def test_no_desk_has_longer_than_the_whole_was_promised_for(promised, staff, clock):
    clock.move_to(at(4, 9))  # an hour before the answer is due
    assert item_of(step(promised, "pass_on", staff["desk"])).due_at == promised.due_at


def test_a_desk_has_the_share_that_the_route_gives_it(clock, two_ways, maryam):
    case = begin(maryam, two_ways, answers={"polluting": False})
    assert item_of(step(case, "submit", maryam)).due_at == at(1, 13, 30)


def test_a_promise_of_no_days_means_the_end_of_the_same_working_day(clock, two_ways, maryam):
    service = Service.objects.get(pk=two_ways.pk)
    service.promise_days = 0
    service.save_revision().publish()
    case = begin(maryam, service, answers={"polluting": False})
    assert step(case, "submit", maryam).due_at == at(1, 14, 30)


def test_what_is_late_is_listed_until_it_is_returned(clock, promised, staff):
    clock.move_to(at(4, 14, 31))
    assert list(Submission.objects.overdue()) == [promised]
    returned(promised, staff)
    assert not Submission.objects.overdue().exists()


def listed_late(case):
    """Whether it is late, in which the row, the list and the report of the case must agree."""
    late = is_late(case)
    assert Submission.objects.overdue().contains(case) == late
    assert Report(case).is_late == late
    return late


def test_what_is_promised_until_the_end_of_a_day_is_late_when_the_office_has_closed(
    clock, promised
):
    """Filed at ten with three days: «پاسخ تا پایان چهارشنبه» holds until Wednesday 14:30."""
    for moment, late in [
        (at(3, 23), False),
        (at(4, 10, 1), False),
        (at(4, 14, 30), False),
        (at(4, 14, 31), True),
        (at(5, 0, 5), True),
    ]:
        clock.move_to(moment)
        assert listed_late(promised) == late, moment


@pytest.mark.parametrize(("closes", "at_noon", "at_three"), [(11, True, True), (16, False, False)])
def test_the_office_of_the_province_says_when_the_day_is_over(
    clock, promised, closes, at_noon, at_three
):
    CalendarDay.objects.create(
        date=date(2026, 11, 25),
        province=promised.province,
        title="ساعت دیگر",
        kind=CalendarDay.Kind.SHORT,
        opens=time(7, 30),
        closes=time(closes),
    )
    clock.move_to(at(4, 12))
    assert listed_late(promised) == at_noon
    clock.move_to(at(4, 15))
    assert listed_late(promised) == at_three


def test_the_hours_of_another_province_change_nothing(clock, promised):
    CalendarDay.objects.create(
        date=date(2026, 11, 25),
        province=Province.objects.get(slug="yazd"),
        title="ساعت کوتاه",
        kind=CalendarDay.Kind.SHORT,
        opens=time(7, 30),
        closes=time(11),
    )
    clock.move_to(at(4, 12))
    assert not listed_late(promised)
    clock.move_to(at(4, 15))
    assert listed_late(promised)


def test_a_desk_is_promised_until_the_end_of_the_day_too(clock, promised):
    WorkItem.objects.filter(submission=promised).update(due_at=at(1, 13))
    case = Submission.objects.get(pk=promised.pk)
    clock.move_to(at(1, 14))
    assert Report(case).desk_promise == at(1, 13)
    clock.move_to(at(1, 14, 31))
    assert Report(case).desk_promise is None


def test_many_rows_ask_the_calendar_once(
    clock, promised, django_assert_num_queries, django_assert_max_num_queries
):
    clock.move_to(at(4, 12))
    day = RunningDay()
    with django_assert_num_queries(0):
        assert not is_late(Submission(state="in_review", due_at=at(5, 8)), day)
        assert is_late(Submission(state="in_review", due_at=at(3, 14)), day)
    with django_assert_max_num_queries(4):
        for _ in range(5):
            assert not is_late(promised, day)
