"""Sign-in of the staff by user name and password, on Wagtail's page."""

from __future__ import annotations

from typing import Any

from allauth.account.models import Login
from django.conf import settings
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import (
    AccountView,
    AvatarSettingsPanel,
    LoginView,
    NameEmailSettingsPanel,
)

from accounts.models import User
from signin.password_tries import PasswordTries, too_many_tries
from web.allauth_compat import perform_password_login
from web.doors import proof_of_work
from web.doors.turns import Answer

TRIES = PasswordTries("staff-sign-in")


class StaffSignInForm(LoginForm):
    """Wagtail's form, which counts the tries and lets in only those who work here."""

    # What the door said; what may be solved instead of waiting, as the page's script reads it.
    answer = Answer()

    @property
    def proof(self) -> str | None:
        return self.answer.challenge

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail leaves this label to the field's English name.
        self.fields["password"].label = "گذرواژه"

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        self.answer = TRIES.ask(self.request, name, self.data.get(proof_of_work.FIELD, ""))
        if self.answer.wait:
            raise ValidationError(too_many_tries(self.answer.wait), code="too_many")
        return super().clean()

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if not user.is_staff_member:
            # The same words as for a wrong password: whose it is, this door does not tell.
            raise self.get_invalid_login_error()


class StaffSignInView(LoginView):
    """Wagtail's page; what follows a right password is told by the stages of signing in."""

    def form_valid(self, form: StaffSignInForm) -> HttpResponse:
        remember = form.cleaned_data.get("remember")
        self.request.session.set_expiry(settings.SESSION_COOKIE_AGE if remember else 0)
        return enter_by_staff_door(self.request, form.get_user(), self.get_success_url())


def enter_by_staff_door(request: HttpRequest, user: User, onward: str | None) -> HttpResponse:
    """Go on with a colleague whose password was right."""
    request.is_staff_door = True  # type: ignore[attr-defined]
    login = Login(user=user, redirect_url=onward)
    return perform_password_login(request, {"username": user.username}, login)


class StaffAccountView(AccountView):
    """What the staff set for themselves: the look of the admin, and their password.

    The name is not theirs to change: reports and letters show under it who decided. Wagtail
    would ask for an e-mail address beside it and keep nothing before it was given.
    """

    def get_panels(self) -> list[Any]:
        given = (NameEmailSettingsPanel, AvatarSettingsPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, given)]
