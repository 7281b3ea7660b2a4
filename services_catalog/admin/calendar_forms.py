"""A form field for the weekend: the days of a Persian week as check boxes."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm

from persian.forms import JalaliDateField
from services_catalog.models import WeekendRule
from services_catalog.models.calendar import WEEKDAYS


class WeekdaysForm(WagtailAdminModelForm):
    valid_from = JalaliDateField(label="از تاریخ", help_text="سال، ماه و روز؛ مانند ۱۴۰۵/۰۹/۰۱.")
    weekdays = forms.TypedMultipleChoiceField(
        label="روزهای تعطیل هفته",
        coerce=int,
        choices=[(number, name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "لطفاً حداقل یک روز را انتخاب کنید."},
    )

    class Meta:
        model = WeekendRule
        fields: ClassVar[Any] = ("valid_from", "weekdays")
