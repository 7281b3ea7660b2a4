"""What somebody types to come in."""

import re
from typing import Any

from django import forms

from accounts.models import Party
from accounts.registration import Newcomer
from persian.digits import to_ascii
from persian.forms import MobileField, PersianCharField

CODE_LENGTH = 6
_BETWEEN_DIGITS = re.compile(r"[\s\-\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class MobileForm(forms.Form):
    """The number to which the code is sent."""

    mobile = MobileField(
        label="شماره موبایل",
        help_text="شماره باید به نام طرف قرارداد باشد؛ برای شرکت‌ها، به نام مدیرعامل.",
    )


class LoginCodeForm(forms.Form):
    """The code, in any digits and with spaces between them."""

    code = forms.CharField(
        label="کد ورود",
        max_length=40,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
        error_messages={
            "required": "لطفاً کد ورود را وارد کنید.",
            "max_length": "کد ورود ۶ رقم است.",
        },
    )

    def clean_code(self) -> str:
        code = _BETWEEN_DIGITS.sub("", to_ascii(self.cleaned_data["code"]))
        if not re.fullmatch(rf"[0-9]{{{CODE_LENGTH}}}", code):
            # Not counted as a try: such a text cannot have been the code.
            raise forms.ValidationError("کد ورود ۶ رقم است.", code="malformed")
        return code


class NewUserForm(forms.Form):
    """For whom a newcomer acts."""

    kind = forms.ChoiceField(
        label="طرف قرارداد",
        help_text="همان‌گونه که نام طرف قرارداد در قرارداد آمده است.",
        choices=[
            (Party.Kind.NATURAL.value, "شخص حقیقی"),
            (Party.Kind.LEGAL.value, "شخص حقوقی (شرکت یا مؤسسه)"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "لطفاً یکی از دو گزینه حقیقی یا حقوقی را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از دو گزینه حقیقی یا حقوقی را انتخاب کنید.",
        },
    )
    company = PersianCharField(
        label="نام شرکت یا مؤسسه",
        help_text="برای شخص حقوقی لازم است؛ شخص حقیقی آن را خالی می‌گذارد.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "لطفاً نام شرکت یا مؤسسه را وارد کنید."},
    )
    first_name = PersianCharField(
        label="نام",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "لطفاً نام خود را وارد کنید."},
    )
    last_name = PersianCharField(
        label="نام خانوادگی",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "لطفاً نام خانوادگی خود را وارد کنید."},
    )
    consent = forms.BooleanField(
        label="شرایط استفاده از میز خدمت را خوانده‌ام و می‌پذیرم.",
        error_messages={"required": "برای ادامه، لطفاً شرایط استفاده را بپذیرید."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            is_legal = self.data.get(self.add_prefix("kind")) == Party.Kind.LEGAL
            self.fields["company"].required = is_legal

    @property
    def newcomer(self) -> Newcomer:
        """What a valid form says."""
        said = self.cleaned_data
        return Newcomer(
            Party.Kind(said["kind"]), said["first_name"], said["last_name"], said["company"]
        )
