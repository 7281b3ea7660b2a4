"""Forms to sign in."""

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import Party, User
from accounts.parties import Newcomer
from persian.digits import to_ascii
from persian.forms import CompanyNameField, MobileField, PersonNameField
from persian.identifiers import InvalidIdentifier, normal_legal_id, normal_national_code
from signin import passwords

CODE_LENGTH = 6
_BETWEEN_DIGITS = re.compile(r"[\s\-\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class MobileForm(forms.Form):
    """The number to which the code is sent."""

    mobile = MobileField(
        label="شمارهٔ موبایل",
        help_text="شماره باید به نام طرف قرارداد باشد؛ برای شرکت‌ها، به نام مدیرعامل.",
    )


class DolatForm(MobileForm):
    """The first steps of «دولت من», when they are walked with us."""

    kind = forms.ChoiceField(
        label="طرف قرارداد",
        help_text="بر اساس نام طرف قرارداد.",
        choices=[(Party.Kind.NATURAL.value, "حقیقی"), (Party.Kind.LEGAL.value, "حقوقی")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "لطفاً یکی از دو گزینهٔ حقیقی یا حقوقی را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از دو گزینهٔ حقیقی یا حقوقی را انتخاب کنید.",
        },
    )
    field_order = ("kind", "mobile")


class PasswordForm(forms.Form):
    """The user name and the password that came by SMS, or the one chosen after it."""

    username = forms.CharField(
        label="نام کاربری",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "dir": "ltr", "autocapitalize": "none"}
        ),
        error_messages={"required": "لطفاً نام کاربری را وارد کنید."},
    )
    password = forms.CharField(
        label="گذرواژه",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "dir": "ltr", "data-password": True}
        ),
        error_messages={"required": "لطفاً گذرواژه را وارد کنید."},
    )


class NewPasswordForm(forms.Form):
    """The password that replaces the one sent by SMS. Asked once: it can be shown."""

    password = forms.CharField(
        label="گذرواژهٔ جدید",
        # The page says the rule here part by part; this makes the field refer to it.
        help_text="گذرواژهٔ جدید باید شامل این موارد باشد:",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "new-password", "dir": "ltr", "data-password": True}
        ),
        error_messages={"required": "لطفاً گذرواژهٔ جدید را وارد کنید."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not passwords.ENGLISH_ONLY.is_met_by(password):
            raise forms.ValidationError(
                "لطفاً گذرواژه را با صفحه‌کلید انگلیسی وارد کنید.", code="not_english"
            )
        missing = [part.words for part in passwords.RULE if not part.is_met_by(password)]
        if missing:
            raise forms.ValidationError(
                f"گذرواژهٔ جدید این موارد را ندارد: {'؛ '.join(missing)}.", code="weak"
            )
        validate_password(password, self.user)
        return password


class NationalIdForm(forms.Form):
    """The id of the person or company, which the phone alone does not prove any more."""

    national_id = forms.CharField(
        label="کد ملی یا شناسهٔ ملی",
        help_text="برای شخص حقیقی کد ملی ۱۰ رقمی و برای شخص حقوقی شناسهٔ ملی ۱۱ رقمی طرف قرارداد.",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": "لطفاً کد ملی یا شناسهٔ ملی را وارد کنید."},
    )

    def clean_national_id(self) -> str:
        typed = self.cleaned_data["national_id"]
        is_long = len(re.sub(r"\D", "", to_ascii(typed))) > 10
        try:
            return normal_legal_id(typed) if is_long else normal_national_code(typed)
        except InvalidIdentifier as reason:
            raise forms.ValidationError(str(reason), code="malformed") from reason


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
    """Form of a newcomer's first party."""

    kind = forms.ChoiceField(
        label="طرف قرارداد",
        help_text="مطابق نام طرف قرارداد در قرارداد.",
        choices=[
            (Party.Kind.NATURAL.value, "شخص حقیقی"),
            (Party.Kind.LEGAL.value, "شخص حقوقی (شرکت یا مؤسسه)"),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": "لطفاً یکی از دو گزینهٔ حقیقی یا حقوقی را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از دو گزینهٔ حقیقی یا حقوقی را انتخاب کنید.",
        },
    )
    company = CompanyNameField(
        label="نام شرکت یا مؤسسه",
        help_text="فقط برای شخص حقوقی لازم است.",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "لطفاً نام شرکت یا مؤسسه را وارد کنید."},
    )
    first_name = PersonNameField(
        label="نام",
        help_text="نام صاحب شمارهٔ موبایل، مطابق شناسنامه؛ برای شرکت‌ها، نام مدیرعامل.",
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "لطفاً نام خود را وارد کنید."},
    )
    last_name = PersonNameField(
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
        # Never marked as optional for a company; a person who is asked leaves it empty.
        kind = self.data.get(self.add_prefix("kind")) if self.is_bound else Party.Kind.LEGAL
        self.fields["company"].required = kind == Party.Kind.LEGAL

    @property
    def newcomer(self) -> Newcomer:
        """What a valid form says."""
        said = self.cleaned_data
        return Newcomer(
            Party.Kind(said["kind"]), said["first_name"], said["last_name"], said["company"]
        )
