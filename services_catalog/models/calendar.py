"""Office hours, weekends and holidays, dated and editable.

Which days are worked is decided by rows, never by code: the second day of the
weekend has changed with cabinet decisions, and provinces close for smoke and heat.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.timezone import now

from db.constraints import known_words
from db.questions import written
from persian.digits import to_persian
from persian.jalali import TEHRAN
from persian.working_time import is_day_over

# As date.weekday() counts, in the order of a Persian week.
WEEKDAYS = {
    5: "شنبه",
    6: "یکشنبه",
    0: "دوشنبه",
    1: "سه‌شنبه",
    2: "چهارشنبه",
    3: "پنجشنبه",
    4: "جمعه",
}


THERE_ALREADY = "این روز در تقویم ثبت شده است. لطفاً همان ردیف را ویرایش کنید."


class OfficeHours(models.Model):
    """Opening hours of the office, from a day on."""

    valid_from = models.DateField("از تاریخ", unique=True)
    opens = models.TimeField("شروع", default=time(7, 30))
    closes = models.TimeField("پایان", default=time(14, 30))

    class Meta:
        verbose_name = "ساعت اداری"
        verbose_name_plural = "ساعت‌های اداری"
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__lt=models.F("closes")),
                name="office_opens_before_it_closes",
                violation_error_message="ساعت پایان باید پس از ساعت شروع باشد.",
            ),
        ]

    def __str__(self) -> str:
        return to_persian(f"{self.opens:%H:%M}–{self.closes:%H:%M}")


class WeekendRule(models.Model):
    """Which weekdays are free, from a day on. 0 is Monday, as in :meth:`date.weekday`."""

    valid_from = models.DateField("از تاریخ", unique=True)
    weekdays = models.JSONField("روزهای تعطیل هفته", default=list)

    class Meta:
        verbose_name = "تعطیلی هفتگی"
        verbose_name_plural = "تعطیلی‌های هفتگی"
        ordering = ["valid_from"]

    def __str__(self) -> str:
        return "، ".join(name for day, name in WEEKDAYS.items() if day in self.weekdays)

    def clean(self) -> None:
        if set(WEEKDAYS) <= set(self.weekdays):
            raise ValidationError({"weekdays": "حداقل یک روز هفته باید کاری باشد."})


class CalendarDay(models.Model):
    """A day that differs from its weekday, everywhere or in one province."""

    class Kind(models.TextChoices):
        CLOSED = "closed", "تعطیل"
        OPEN = "open", "کاری"
        SHORT = "short", "ساعت کوتاه"

    date = models.DateField("تاریخ")
    province = models.ForeignKey(
        "services_catalog.Province", models.CASCADE, null=True, blank=True, verbose_name="استان"
    )
    kind = models.CharField("نوع", max_length=10, choices=Kind, default=Kind.CLOSED)
    title = models.CharField("عنوان", max_length=200)
    opens = models.TimeField("شروع", null=True, blank=True)
    closes = models.TimeField("پایان", null=True, blank=True)

    class Meta:
        verbose_name = "روز تقویم"
        verbose_name_plural = "روزهای تقویم"
        ordering = ["-date"]
        constraints = [
            models.UniqueConstraint(
                fields=["date"],
                condition=Q(province=None),
                name="calendar_day_once_everywhere",
                violation_error_message=THERE_ALREADY,
            ),
            models.UniqueConstraint(
                fields=["date", "province"],
                condition=Q(province__isnull=False),
                name="calendar_day_once_in_a_province",
                violation_error_message=THERE_ALREADY,
            ),
            # A day of another kind would count as a working one in every promise.
            known_words("kind", "closed", "open", "short", name="calendar_day_kind_known"),
            # OfficeCalendar reads the hours of a short day without asking.
            models.CheckConstraint(
                condition=~Q(kind="short") | (Q(opens__isnull=False) & Q(closes__isnull=False)),
                name="short_day_has_hours",
                violation_error_message="برای روز با ساعت کوتاه، ساعت شروع و پایان را بنویسید.",
            ),
            # A day that ends before it begins would stop every promise that reaches it.
            models.CheckConstraint(
                condition=Q(opens=None) | Q(closes=None) | Q(opens__lt=models.F("closes")),
                name="day_opens_before_it_closes",
                violation_error_message="ساعت پایان باید پس از ساعت شروع باشد.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class OfficeCalendar:
    """The working calendar of a province, as rows say it; one query, whatever is asked.

    Implements :class:`persian.working_time.WorkingCalendar`. A rule for the province
    wins over one for the whole country on the same day.
    """

    DEFAULT_HOURS = (time(7, 30), time(14, 30))
    DEFAULT_WEEKEND = (3, 4)  # Thursday and Friday

    def __init__(self, province_id: int | None = None) -> None:
        here = Q(province=None) | Q(province_id=province_id) if province_id else Q(province=None)
        rows = list(_as_days(here).union(_as_rules(Q()), all=True))
        rules = sorted((row for row in rows if not row[1]), key=lambda row: row[0], reverse=True)
        self._hours = [
            (begins, (time.fromisoformat(opens), time.fromisoformat(closes)))
            for begins, _, opens, closes, _ in rules
            if closes
        ]
        self._weekends = [
            (begins, tuple(json.loads(days))) for begins, _, days, closes, _ in rules if not closes
        ]
        # Those of the province come last, and win.
        special = sorted((row for row in rows if row[1]), key=lambda row: row[4] is not None)
        self._days = {day: _make_day(*said) for day, *said, _province in special}

    def opening(self, day: date) -> tuple[time, time] | None:
        """When the office opens and closes on ``day``; None when it is closed."""
        return _hours_on(day, self._days.get(day), self._weekend(day), self._office_hours(day))

    def _weekend(self, day: date) -> tuple[int, ...]:
        rules = (weekend for begins, weekend in self._weekends if begins <= day)
        return next(rules, self.DEFAULT_WEEKEND)

    def _office_hours(self, day: date) -> tuple[time, time]:
        rules = (hours for begins, hours in self._hours if begins <= day)
        return next(rules, self.DEFAULT_HOURS)


class RunningDay:
    """The day of ``moment``, and where its office hours are over: the one judge of lateness.

    «تا پایان چهارشنبه» is broken when the office has closed on Wednesday, never before. Made once
    for a page; asks the calendar once, and of what is due on another day not at all.
    """

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment or now()
        today = self.moment.astimezone(TEHRAN).date()
        self.date = today
        self.starts, self.ends = (
            datetime.combine(day, time(), TEHRAN) for day in (today, today + timedelta(days=1))
        )

    def has_outlasted(self, due: datetime, province_id: int | None) -> bool:
        """Whether the day on which something is due in a province is over."""
        if self.starts <= due < self.ends:
            return self._is_over != (province_id in self._exceptions)
        return due < self.starts

    def outlasted(self, field: str, province: str = "province") -> Q:
        """As :meth:`has_outlasted`, for rows with a due time in ``field`` and a ``province``.

        One moment bounds it, so that an index of the due times answers it.
        """
        before_today, by_tonight = (
            Q(**{f"{field}__lt": moment}) for moment in (self.starts, self.ends)
        )
        if not self._exceptions:
            return by_tonight if self._is_over else before_today
        over_there = Q(**{f"{province}__in": self._exceptions})
        if self._is_over:
            over_there = ~over_there
        return by_tonight & (before_today | over_there)

    @property
    def _is_over(self) -> bool:
        return self._over[None]

    @property
    def _exceptions(self) -> list[int]:
        """Keys of the provinces whose office is still open, or closed already, unlike elsewhere."""
        return [key for key, over in self._over.items() if key and over != self._is_over]

    @cached_property
    def _over(self) -> dict[int | None, bool]:
        """Whether the day is over, by the provinces in which it differs; None is elsewhere."""
        special, weekend, hours = _read_day(self.date)
        return {
            key: is_day_over(_hours_on(self.date, row, weekend, hours), self.moment)
            for key, row in ({None: None} | special).items()
        }


def _hours_on(
    day: date, special: CalendarDay | None, weekend: tuple[int, ...], hours: tuple[time, time]
) -> tuple[time, time] | None:
    """The hours of a day with its row of the calendar, by the rules that hold then."""
    if special and special.kind == CalendarDay.Kind.CLOSED:
        return None
    if special and special.opens and special.closes:
        return special.opens, special.closes
    if special is None and day.weekday() in weekend:
        return None
    return hours


def _read_day(
    day: date,
) -> tuple[dict[int | None, CalendarDay], tuple[int, ...], tuple[time, time]]:
    """The rows of one day by their province, and its weekend and hours; in one query."""
    special = {}
    weekend, hours = OfficeCalendar.DEFAULT_WEEKEND, OfficeCalendar.DEFAULT_HOURS
    for _, kind, first, second, province in sorted(_said_of(day), key=lambda row: row[0]):
        if kind:
            special[int(province) if province else None] = _make_day(kind, first, second)
        elif second is None:
            weekend = tuple(json.loads(first))
        else:
            hours = (time.fromisoformat(first), time.fromisoformat(second))
    return special, weekend, hours


@written
def _said_of(day: Any) -> models.QuerySet[Any, Any]:
    """The rows that can say something of a day: those of its date, and all rules begun by then."""
    return _as_days(Q(date=day)).union(_as_rules(Q(valid_from__lte=day)), all=True)


def _make_day(kind: str, opens: str | None, closes: str | None) -> CalendarDay:
    return CalendarDay(kind=kind, opens=_read_time(opens), closes=_read_time(closes))


def _as_days(condition: Q) -> models.QuerySet[Any, Any]:
    """Special days, each with its kind; rules have none."""
    return _as_text(CalendarDay, condition, "date", "kind", "opens", "closes", "province")


def _as_rules(condition: Q) -> models.QuerySet[Any, Any]:
    """Weekends, which close at no hour, and office hours, as :func:`_as_text` has them."""
    return _as_text(WeekendRule, condition, "valid_from", None, "weekdays", None, None).union(
        _as_text(OfficeHours, condition, "valid_from", None, "opens", "closes", None), all=True
    )


def _as_text(
    model: type[models.Model], condition: Q, day: str, *columns: str | None
) -> models.QuerySet[Any, Any]:
    """Rows with the date of ``day`` and further columns as text, None where there is none."""
    text = models.TextField()
    told = [Cast(models.F(column) if column else models.Value(None), text) for column in columns]
    return model._default_manager.filter(condition).order_by().values_list(day, *told)


def _read_time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
