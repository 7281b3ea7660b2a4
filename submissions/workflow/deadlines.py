"""Due times in working time, and their suspension while a submission is returned."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from persian.jalali import TEHRAN
from persian.working_time import (
    WorkingCalendar,
    add_working_days,
    add_working_minutes,
    end_of_working_day,
    working_minutes_between,
)
from services_catalog.models import OfficeCalendar
from submissions.states import Urgency

if TYPE_CHECKING:
    from submissions.models import Submission


class PromiseClock:
    """The promises of one submission, by the calendar of its province. Loads the calendar once."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.calendar: WorkingCalendar = OfficeCalendar(submission.province_id)

    def promise(self, moment: datetime) -> datetime:
        """The answer's due time for something handed in at ``moment``.

        A promise of no days means the end of the same working day (the guide's stage one).
        """
        days = self.submission.facts.promise_days
        if days == 0:
            return end_of_working_day(self.calendar, moment)
        return add_working_days(self.calendar, moment, days)

    def resumed(self, moment: datetime) -> datetime:
        """The due time after the applicant had it: later by the working time it was away."""
        due, away_since = self.submission.due_at, self.submission.returned_at
        if due is None or away_since is None:
            return self.promise(moment)
        return self.moved(due, away_since, moment)

    def moved(self, due: datetime, since: datetime, until: datetime) -> datetime:
        """A due time, later by the working time between the two moments."""
        away = working_minutes_between(self.calendar, since, until)
        return add_working_minutes(self.calendar, due, away)

    def closing_of(self, day: date) -> datetime:
        """When work ends on that day, or on the next one with work."""
        return end_of_working_day(self.calendar, datetime.combine(day, time(), TEHRAN))

    def hastened(self, due: datetime, moment: datetime, urgency: str) -> datetime:
        """A due time as urgency has it, counted from ``moment``; never later than it was.

        What is urgent has half of the working time that is left, what is immediate until the end of
        the next working day at most.
        """
        if urgency == Urgency.NORMAL or due <= moment:
            return due
        left = working_minutes_between(self.calendar, moment, due)
        sooner = min(due, add_working_minutes(self.calendar, moment, left // 2))
        if urgency == Urgency.URGENT:
            return sooner
        next_day = add_working_days(self.calendar, moment, 1)
        return min(sooner, self.closing_of(next_day.astimezone(TEHRAN).date()))

    def after_days(self, moment: datetime, days: int) -> datetime:
        """The same time of day so many working days later."""
        return add_working_days(self.calendar, moment, days)

    def stop_due(self, moment: datetime, stop: str) -> datetime:
        """Due time of the stop: its share of the promise, equal parts by default.

        Stops that look at it side by side have the same part: the promise follows the longest way.
        """
        groups = self.submission.facts.groups_for(self.submission.answers)
        whole = working_minutes_between(self.calendar, moment, self.promise(moment))
        shares = (s.share for group in groups for s in group if s.code == stop and s.share)
        share = next(shares, None)
        minutes = whole * share // 100 if share else whole // len(groups)
        return add_working_minutes(self.calendar, moment, minutes)
