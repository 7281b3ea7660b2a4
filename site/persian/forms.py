"""Form fields that accept what Persian keyboards type, with Persian messages.

A field that cannot read the text leaves it as typed. Values are rendered with
ASCII digits, because date pickers, scripts and screen readers expect them.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import Widget
from django.forms.widgets import DateTimeBaseInput

from persian import identifiers, jalali, names
from persian.digits import to_ascii, to_persian
from persian.numbers import InvalidNumber, read_number, read_whole_number, trim_number
from persian.text import clean_text


class _Numeric(forms.Field):
    """A box for digits: left to right, numeric keyboard, nothing recalled."""

    attrs: ClassVar[dict[str, str]] = {"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}

    def widget_attrs(self, widget: Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **self.attrs}


class PersianCharField(forms.CharField):
    """Text, cleaned for storing: see ``persian.text.clean_text``."""

    default_error_messages: ClassVar = {"required": "لطفاً این قسمت را تکمیل کنید."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        said = kwargs.get("error_messages") or {}
        for code, limit, words in (
            ("max_length", self.max_length, "حداکثر"),
            ("min_length", self.min_length, "حداقل"),
        ):
            if limit is not None and code not in said:
                self.error_messages[code] = (
                    f"این متن باید {words} {to_persian(limit)} کاراکتر باشد."
                )

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        return clean_text(text) or self.empty_value


class _Normalised(forms.CharField):
    """Text with a rule of its own, kept in its one normal form."""

    normalise: Callable[[str], str]

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        if not text:
            return text
        try:
            return self.normalise(text)
        except identifiers.InvalidIdentifier as reason:
            raise ValidationError(str(reason), code="invalid") from reason


class IdentifierField(_Numeric, _Normalised):
    """A number that names somebody or something."""


class MobileField(IdentifierField):
    """A mobile number in any spelling; cleans to ``09xxxxxxxxx``."""

    widget = forms.TelInput
    attrs: ClassVar = {"inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}
    normalise = staticmethod(identifiers.normal_mobile)
    default_error_messages: ClassVar = {"required": "لطفاً شمارهٔ موبایل را وارد کنید."}


class NationalCodeField(IdentifierField):
    """A natural person's national code; cleans to ten ASCII digits."""

    normalise = staticmethod(identifiers.normal_national_code)
    default_error_messages: ClassVar = {"required": "لطفاً کد ملی را وارد کنید."}


class LegalIdField(IdentifierField):
    """A legal person's national id; cleans to eleven ASCII digits."""

    normalise = staticmethod(identifiers.normal_legal_id)
    default_error_messages: ClassVar = {"required": "لطفاً شناسهٔ ملی را وارد کنید."}


class PostalCodeField(IdentifierField):
    """A postal code; cleans to ten ASCII digits."""

    normalise = staticmethod(identifiers.normal_postal_code)
    default_error_messages: ClassVar = {"required": "لطفاً کد پستی را وارد کنید."}


class _NameField(_Normalised, PersianCharField):
    """A name, refused with the letter that cannot stand in it."""


class PersonNameField(_NameField):
    """A person's first or last name in Persian letters."""

    normalise = staticmethod(names.normal_person_name)


class CompanyNameField(_NameField):
    """A company's name; see ``persian.names``."""

    normalise = staticmethod(names.normal_company_name)


class TrackingCodeField(IdentifierField):
    """A tracking code; cleans to twelve ASCII digits."""

    normalise = staticmethod(identifiers.normal_tracking_code)
    default_error_messages: ClassVar = {"required": "لطفاً کد رهگیری را وارد کنید."}


class PersianIntegerField(_Numeric, forms.IntegerField):
    """A whole number in any of the three digit sets, with or without thousands separators."""

    widget = forms.TextInput
    default_error_messages: ClassVar = {
        "required": "لطفاً یک عدد وارد کنید.",
        "invalid": "لطفاً یک عدد صحیح وارد کنید؛ مانند ۱۲۰.",
    }

    def __init__(
        self, *, max_value: int | None = None, min_value: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(max_value=max_value, min_value=min_value, **kwargs)
        _say_limits(self, kwargs.get("error_messages") or {})

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = _read_typed(self, value, read_whole_number)
        return super().to_python(value)


class PersianDecimalField(_Numeric, forms.DecimalField):
    """A decimal number as ``persian.numbers.read_number`` reads it; nothing is guessed."""

    widget = forms.TextInput
    attrs: ClassVar = {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"}
    default_error_messages: ClassVar = {
        "required": "لطفاً یک عدد وارد کنید.",
        "invalid": "لطفاً یک عدد وارد کنید و برای اعشار از «٫» یا نقطه استفاده کنید؛ مانند ۲٫۵.",
    }

    def __init__(
        self,
        *,
        max_value: Decimal | int | None = None,
        min_value: Decimal | int | None = None,
        max_digits: int | None = None,
        decimal_places: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            max_value=max_value,
            min_value=min_value,
            max_digits=max_digits,
            decimal_places=decimal_places,
            **kwargs,
        )
        said = kwargs.get("error_messages") or {}
        _say_limits(self, said)
        self.error_messages = {**self._digit_limits(), **self.error_messages, **said}

    def _digit_limits(self) -> dict[str, str]:
        digits, places = self.max_digits or 0, self.decimal_places or 0
        return {
            "max_digits": f"این عدد باید حداکثر {to_persian(digits)} رقم داشته باشد.",
            "max_decimal_places": f"این عدد باید حداکثر {to_persian(places)} رقم اعشار داشته باشد.",
            "max_whole_digits": (
                f"این عدد باید پیش از ممیز حداکثر {to_persian(digits - places)} رقم داشته باشد."
            ),
        }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = _read_typed(self, value, read_number)
        return super().to_python(value)


class JalaliDateInput(forms.TextInput):
    """A text box for a Jalali date, known to scripts by ``data-jalali``.

    Its value has ASCII digits, as date pickers need.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"placeholder": "۱۴۰۵/۰۹/۰۱", "data-jalali": "", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if not isinstance(value, dt.date):
            return super().format_value(value)
        return to_ascii(jalali.jdate_numeric(value))


class JalaliDateField(_Numeric, forms.Field):
    """A Jalali date in any digit set; cleans to a Gregorian ``date``.

    ``min_date`` and ``max_date`` are Gregorian and belong to the range. A widget for Gregorian
    days, as packages ask for theirs, makes way for the field's own.
    """

    widget = JalaliDateInput
    default_error_messages: ClassVar = {"required": "لطفاً تاریخ را وارد کنید."}

    def __init__(
        self, *, min_date: dt.date | None = None, max_date: dt.date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**without_gregorian_box(kwargs))
        self.min_date, self.max_date = min_date, max_date

    def to_python(self, value: Any) -> dt.date | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, dt.date):
            return value
        try:
            return jalali.parse_jdate(str(value))
        except ValueError as reason:
            raise ValidationError(str(reason), code="invalid") from reason

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_date and value < self.min_date:
            message = f"تاریخ باید {jalali.format_jalali_date(self.min_date)} یا پس از آن باشد."
            raise ValidationError(message, code="min_date")
        if self.max_date and value > self.max_date:
            message = f"تاریخ باید {jalali.format_jalali_date(self.max_date)} یا پیش از آن باشد."
            raise ValidationError(message, code="max_date")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


def without_gregorian_box(asked: dict[str, Any]) -> dict[str, Any]:
    """What a field is asked for, less a widget that writes or reads Gregorian dates."""
    widget = asked.get("widget")
    kind = widget if isinstance(widget, type) else type(widget)
    if not issubclass(kind, DateTimeBaseInput):
        return asked
    return {name: value for name, value in asked.items() if name != "widget"}


def _say_limits(field: forms.IntegerField, said: dict[str, str]) -> None:
    for code, limit, words in (
        ("min_value", field.min_value, "حداقل"),
        ("max_value", field.max_value, "حداکثر"),
    ):
        if limit is not None and not callable(limit) and code not in said:
            field.error_messages[code] = f"این عدد باید {words} {_show_number(limit)} باشد."


def _read_typed(field: forms.Field, text: str, read: Callable[[str], Any]) -> Any:
    if not trim_number(text):
        return None
    try:
        return read(text)
    except InvalidNumber as reason:
        raise ValidationError(field.error_messages["invalid"], code="invalid") from reason


def _show_number(number: Decimal | int) -> str:
    return to_persian(f"{number:,}".replace(",", "٬").replace(".", "٫"))
