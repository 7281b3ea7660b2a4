"""«پیگیری»: the day on which whoever has a work item in hand comes back to it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils.timezone import localdate

from persian.jalali import TEHRAN
from submissions.models import Step, WorkItem
from submissions.models.work_item import FOLLOW_UP_LIMIT
from submissions.refusals import NOTHING_TO_FOLLOW_UP, BadFollowUp
from web.refusals import NotNow

# A date beyond it is a slip of the hand.
LONGEST = timedelta(days=365)
NO_DAY = "لطفاً تاریخ پیگیری را وارد کنید."
PAST = "تاریخ پیگیری نمی‌تواند پیش از امروز باشد."
TOO_FAR = "تاریخ پیگیری حداکثر تا یک سال آینده قابل تعیین است."
TOO_LONG = "موضوع پیگیری حداکثر ۲۰۰ کاراکتر است."


def set_follow_up(item: WorkItem, day: date | None, step: Step) -> date:
    """Keep the day, which is returned, with the words of the step. Raises BadFollowUp."""
    if day is None:
        raise BadFollowUp(NO_DAY)
    today = localdate(step.at)
    if day < today:
        raise BadFollowUp(PAST)
    if day > today + LONGEST:
        raise BadFollowUp(TOO_FAR)
    if len(step.note) > FOLLOW_UP_LIMIT:
        raise BadFollowUp(TOO_LONG)
    at = datetime.combine(day, time(), TEHRAN)
    WorkItem.objects.filter(pk=item.pk).update(follow_up_at=at, follow_up_words=step.note)
    return day


def require_follow_up(item: WorkItem) -> None:
    """Raise NotNow where nothing is to be followed up."""
    if item.follow_up_at is None:
        raise NotNow(NOTHING_TO_FOLLOW_UP)
