"""The staff's own way in: user name and password on Wagtail's page."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.forms import ValidationError
from wagtail.admin.forms.auth import LoginForm

from accounts.limits import Limit, in_words

# By name and address together: nobody can lock a colleague out from elsewhere.
TEN_A_MINUTE = Limit("staff-sign-in", 10, 60)


class StaffSignInForm(LoginForm):
    """Wagtail's form, which answers ten tries a minute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail leaves this label to the field's English name.
        self.fields["password"].label = "گذرواژه"

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        address = get_adapter().get_client_ip(self.request)
        wait = TEN_A_MINUTE.take(f"{name.lower()}@{address}")
        if wait:
            raise ValidationError(
                f"شمار تلاش‌ها بیش از حد است. لطفاً {in_words(wait)} دیگر دوباره تلاش کنید.",
                code="too_many",
            )
        return super().clean()
