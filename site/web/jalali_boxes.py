"""Jalali boxes wherever the admin asks for a date: forms of models, filters of lists, schedules.

Wagtail's own boxes read every date as Gregorian: «۱۴۰۵» would be a year of the Middle Ages, long
past. Each kind of box is replaced where Wagtail and django-filter look it up, so that a form or a
filter that is added later has the right one too.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils.timezone import now
from django_filters.fields import DateRangeField
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.forms.models import WagtailAdminDraftStateFormMixin, register_form_field_override

from persian.forms import JalaliDateField, JalaliDateInput
from persian.moments import JalaliDateTimeField, JalaliMidnightField

DAY_HINT = "سال، ماه و روز؛ مانند ۱۴۰۵/۰۹/۰۱."
MOMENT_HINT = "تاریخ و سپس ساعت؛ مانند ۱۴۰۵/۰۹/۰۱ ساعت ۱۰:۳۰."
PAST_GO_LIVE = (
    "زمان انتشار گذشته است. لطفاً زمانی در آینده وارد کنید؛ "
    "برای انتشار فوری، این قسمت را خالی بگذارید و «انتشار» را انتخاب کنید."
)
EXPIRES_BEFORE = "تاریخ/ساعت پایان نمایش باید پس از تاریخ/ساعت انتشار باشد."


class JalaliRangeWidget(DateRangePickerWidget):
    """Two boxes for the first and the last day of a range."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = (
            JalaliDateInput({"placeholder": "از ۱۴۰۵/۰۹/۰۱", "aria-label": "از تاریخ"}),
            JalaliDateInput({"placeholder": "تا ۱۴۰۵/۰۹/۳۰", "aria-label": "تا تاریخ"}),
        )
        SuffixedMultiWidget.__init__(self, boxes, attrs)


class JalaliRangeField(DateRangeField):
    """A range of Jalali days; cleans to the moments at which it begins and ends."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "widget": JalaliRangeWidget})
        self.fields = [JalaliDateField(required=False), JalaliDateField(required=False)]


def use_jalali_boxes() -> None:
    """Put the Jalali boxes where forms of models and filters are made from. Safe to repeat."""
    for column, form_class, hint in (
        (models.DateField, JalaliDateField, DAY_HINT),
        (models.DateTimeField, JalaliDateTimeField, MOMENT_HINT),
    ):
        register_form_field_override(column, override=_box_maker(form_class, hint))
    django_filters.DateFilter.field_class = JalaliDateField
    django_filters.DateTimeFilter.field_class = JalaliMidnightField
    django_filters.DateFromToRangeFilter.field_class = JalaliRangeField
    WagtailAdminDraftStateFormMixin.clean = clean_schedule


def _box_maker(form_class: type[forms.Field], hint: str) -> Any:
    def describe_box(column: models.Field) -> dict[str, Any]:
        return {"form_class": form_class, "help_text": column.help_text or hint}

    return describe_box


_clean_as_wagtail = WagtailAdminDraftStateFormMixin.clean


def clean_schedule(form: Any) -> Any:
    """What Wagtail refuses, and a schedule that would publish at once or show nothing at all.

    A moment that was kept from an earlier publication may be over.
    """
    cleaned = _clean_as_wagtail(form)
    begin, end = cleaned.get("go_live_at"), cleaned.get("expire_at")
    if begin and begin <= now() and "go_live_at" in form.changed_data:
        form.add_error("go_live_at", PAST_GO_LIVE)
    if begin and begin == end:
        form.add_error("expire_at", EXPIRES_BEFORE)
    return cleaned
