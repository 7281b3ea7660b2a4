"""The forms of the second factor: django-allauth's, with our words and any digits."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from persian.digits import to_ascii

_LABEL = "کد شش‌رقمی برنامه"
_NUMERIC = {"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}


class _AnyDigits(forms.Form):
    """Takes a code in Persian digits and with spaces between them."""

    words = _LABEL

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None and "code" in data:
            data = data.copy()
            data["code"] = "".join(to_ascii(data["code"]).split())
        super().__init__(data, *args, **kwargs)
        code = self.fields["code"]
        code.label = self.words
        code.widget.attrs = dict(_NUMERIC)
        code.error_messages["required"] = "لطفاً کد را وارد کنید."


class SecondFactorForm(_AnyDigits, AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    words = "کد برنامه یا یکی از کدهای بازیابی"


class ConfirmForm(_AnyDigits, ReauthenticateForm):
    """The same, before something about the second factor is changed."""

    words = "کد برنامه یا یکی از کدهای بازیابی"


class SetUpForm(_AnyDigits, ActivateTOTPForm):
    """The first code of a new app, which proves that it was set up."""
