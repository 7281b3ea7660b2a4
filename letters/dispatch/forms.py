"""What the secretariat writes with an act; pages and the API read it by the same forms."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate, localtime, now

from accounts.models import User
from letters.dispatch.channels import why_not
from letters.dispatch.models import (
    BARCODE_DIGITS,
    BY_MACHINE,
    OF_THE_APPLICANT,
    Channel,
    Dispatch,
    Role,
)
from letters.dispatch.refusals import IS_CLASSIFIED
from persian.digits import to_ascii, to_persian
from persian.forms import JalaliDateField, PersianCharField, PostalCodeField

NO_EMAIL = "نشانی پست الکترونیک درست نیست؛ نمونهٔ درست: name@example.ir"
# What each channel cannot do without.
NEEDED: dict[str, tuple[str, ...]] = {
    Channel.POST: ("address", "postal_code"),
    Channel.APPLICANT_EMAIL: ("email",),
}
DIGITS: dict[str, str] = {"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}


class BarcodeField(forms.CharField):
    """The number of a postal item, typed or scanned; cleans to 24 ASCII digits."""

    default_error_messages: ClassVar = {
        "required": "لطفاً بارکد مرسوله را وارد یا اسکن کنید.",
        "invalid": f"بارکد مرسوله باید {to_persian(BARCODE_DIGITS)} رقم باشد.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "بارکد پستی")
        kwargs.setdefault("widget", forms.TextInput(attrs={**DIGITS, "maxlength": "40"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        typed = to_ascii(str(super().to_python(value) or ""))
        code = re.sub(r"[\s\-\u200c\u200e\u200f]", "", typed)
        if code and not re.fullmatch(rf"[0-9]{{{BARCODE_DIGITS}}}", code):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return code


def words(label: str, required: bool = True) -> PersianCharField:
    return PersianCharField(
        label=label,
        required=required,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="فقط همکاران این متن را می‌بینند.",
        error_messages={"required": f"لطفاً «{label}» را بنویسید."},
    )


def moment_of(day: Any) -> datetime:
    """This moment for today; the noon of a day before."""
    if day == localdate():
        return now()
    return localtime().replace(
        year=day.year, month=day.month, day=day.day, hour=12, minute=0, second=0, microsecond=0
    )


class ActForm(forms.Form):
    """An act with nothing to write; the others are made of it."""

    def __init__(self, *args: Any, dispatch: Dispatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dispatch = dispatch
        self.prepare()

    def prepare(self) -> None:
        """What the fields take of the dispatch."""

    def said(self) -> dict[str, Any]:
        """What the act takes, by name. To be asked of a valid form."""
        return dict(self.cleaned_data)


class StopForm(ActForm):
    note = words("دلیل توقف ارسال")


class ReturnForm(ActForm):
    note = words("دلیل برگشت")


class DoubtForm(ActForm):
    """What came of the try whose end nobody knew."""

    was_sent = forms.ChoiceField(
        label="نتیجهٔ بررسی",
        choices=[
            ("", "نتیجه را انتخاب کنید"),
            ("yes", "نامه ارسال شده است"),
            ("no", "نامه ارسال نشده است و دوباره ارسال شود"),
        ],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "لطفاً نتیجهٔ بررسی را انتخاب کنید."
        ),
    )
    note = words("چگونگی بررسی")

    def prepare(self) -> None:
        """Nobody is promised that what holds no longer is sent again."""
        letter, field = self.dispatch.letter, self.fields["was_sent"]
        if letter.state != letter.State.ISSUED:
            unsent = ("no", "نامه ارسال نشده است و ارسال آن متوقف شود")
            field.choices = [*field.choices[:-1], unsent]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return {**self.cleaned_data, "was_sent": self.cleaned_data["was_sent"] == "yes"}


class SentForm(ActForm):
    barcode = BarcodeField(required=False, help_text="برای پست عادی خالی بماند.")

    def prepare(self) -> None:
        if self.dispatch.channel != Channel.POST:
            del self.fields["barcode"]


class BarcodeForm(ActForm):
    """The fast form: one item of the post after another."""

    barcode = BarcodeField()

    def prepare(self) -> None:
        self.fields["barcode"].widget.attrs["autofocus"] = True


class _DatedForm(ActForm):
    def prepare(self) -> None:
        day: Any = self.fields["date"]
        day.max_date, day.initial = localdate(), localdate()
        day.min_date = self.earliest()

    def earliest(self) -> Any:
        return localtime(self.dispatch.letter.issued_at).date()


class HandOverForm(_DatedForm):
    handed_to = PersianCharField(
        label="نام و سمت تحویل‌گیرنده",
        max_length=150,
        error_messages={"required": "لطفاً نام تحویل‌گیرنده را بنویسید."},
    )
    date = JalaliDateField(label="تاریخ تحویل")

    def said(self) -> dict[str, Any]:
        return {
            "handed_to": self.cleaned_data["handed_to"],
            "at": moment_of(self.cleaned_data["date"]),
        }


class ReceiptForm(_DatedForm):
    number = PersianCharField(
        label="شمارهٔ ثبت در مقصد",
        max_length=60,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": "لطفاً شمارهٔ ثبت در مقصد را وارد کنید."},
    )
    date = JalaliDateField(label="تاریخ ثبت در مقصد")

    def earliest(self) -> Any:
        sent = self.dispatch.sent_at or self.dispatch.letter.issued_at
        return localtime(sent).date() - timedelta(days=1)

    def said(self) -> dict[str, Any]:
        number = to_ascii(self.cleaned_data["number"])
        return {"number": number, "at": moment_of(self.cleaned_data["date"])}


def channels_for(dispatch: Dispatch) -> list[Channel]:
    """What the dispatch may go by; what a machine cannot do now is left out."""
    return [
        channel
        for channel in Channel
        if (channel not in OF_THE_APPLICANT or dispatch.role == Role.APPLICANT)
        and channel != Channel.PORTAL
        and not (channel == Channel.APPLICANT_EMAIL and dispatch.letter.is_classified)
        and (channel not in BY_MACHINE or not why_not(channel, dispatch.organisation))
    ]


class ChannelForm(ActForm):
    """Another way, or another address."""

    channel = forms.ChoiceField(
        label="روش ارسال",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "لطفاً روش ارسال را از همین فهرست انتخاب کنید."
        ),
    )
    address = PersianCharField(
        label="نشانی پستی",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="فقط برای ارسال با پست لازم است.",
    )
    postal_code = PostalCodeField(label="کد پستی", required=False)
    email = forms.EmailField(
        label="نشانی پست الکترونیک",
        required=False,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        help_text="فقط برای ارسال با پست الکترونیک لازم است.",
        error_messages={"invalid": NO_EMAIL},
    )

    def prepare(self) -> None:
        dispatch, body = self.dispatch, self.dispatch.organisation
        offered = [(c.value, c.label) for c in channels_for(dispatch)]
        self.fields["channel"].choices = offered  # type: ignore[attr-defined]
        if Channel.APPLICANT_EMAIL not in dict(offered):
            del self.fields["email"]
        if dispatch.letter.is_classified:
            self.fields["channel"].help_text = IS_CLASSIFIED
        # What the catalog says of the body today, where the dispatch has nothing.
        self.initial = {
            "channel": dispatch.channel,
            "address": dispatch.address or (body.postal_address if body else ""),
            "postal_code": dispatch.postal_code or (body.postal_code if body else ""),
            "email": dispatch.email,
            **self.initial,
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        channel = cleaned.get("channel", "")
        for name in NEEDED.get(channel, ()):
            if name in cleaned and not cleaned[name]:
                by, label = Channel(channel).label, self.fields[name].label
                self.add_error(name, f"برای ارسال از طریق {by}، {label} لازم است.")
        return cleaned

    def clean_email(self) -> str:
        """Mail servers know addresses of ASCII alone."""
        address: str = self.cleaned_data["email"]
        if not address.isascii():
            raise ValidationError(NO_EMAIL, code="invalid")
        return address


class ResponsibleForm(ActForm):
    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="مسئول پیگیری",
        empty_label="همکار را انتخاب کنید",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "لطفاً همکار را از همین فهرست انتخاب کنید."
        ),
    )

    def prepare(self) -> None:
        person: Any = self.fields["person"]
        person.queryset = User.objects.filter(
            is_active=True, groups__name__in=("secretariat", "manager")
        ).distinct()
        self.initial = {"person": self.dispatch.responsible_id, **self.initial}
