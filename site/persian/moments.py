"""Form fields for a moment, and for the midnight that a day begins with, in Jalali dates."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Widget

from persian import jalali
from persian.digits import to_ascii
from persian.forms import JalaliDateField, without_gregorian_box


class JalaliDateTimeInput(forms.TextInput):
    """A text box for a Jalali date with its hour, known to scripts by ``data-jalali="moment"``."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        said = {"placeholder": "۱۴۰۵/۰۹/۰۱ ۱۰:۳۰", "data-jalali": "moment"}
        super().__init__({**said, **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, dt.datetime):
            return super().format_value(value)
        return to_ascii(jalali.format_jalali(value, "Y/m/d H:i"))


class JalaliDateTimeField(forms.Field):
    """A Jalali date with its hour in Tehran; cleans to an aware ``datetime`` of a whole minute."""

    widget = JalaliDateTimeInput
    default_error_messages: ClassVar = {"required": "لطفاً تاریخ و ساعت را وارد کنید."}

    def __init__(self, **kwargs: Any) -> None:
        asked = without_gregorian_box(kwargs)
        super().__init__(**asked)
        if asked is not kwargs:
            # A package's box also carries what its dialog does with it.
            self.widget.attrs.update(getattr(kwargs["widget"], "attrs", {}))

    def widget_attrs(self, widget: Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off", "dir": "ltr"}

    def to_python(self, value: Any) -> dt.datetime | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, dt.datetime):
            return value
        try:
            return jalali.parse_jdatetime(str(value))
        except ValueError as reason:
            raise ValidationError(str(reason), code="invalid") from reason

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another minute was typed: the box shows no seconds of a stored moment."""
        try:
            return self.to_python(data) != _whole_minute(initial)
        except ValidationError:
            return True


class JalaliMidnightField(JalaliDateField):
    """A Jalali date; cleans to the moment at which the day begins in Tehran."""

    def clean(self, value: Any) -> dt.datetime | None:
        day = super().clean(value)
        return dt.datetime.combine(day, dt.time.min, jalali.TEHRAN) if day else None


def _whole_minute(moment: Any) -> Any:
    if not isinstance(moment, dt.datetime):
        return moment
    return moment.replace(second=0, microsecond=0)
