"""What django-allauth asks us: whose number it is, how a code is sent, who comes in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import notifications
from accounts.models import User
from persian.forms import MobileField

_STAFF_SIGN_IN_HERE = "همکاران گرامی، لطفاً با نام کاربری و گذرواژه وارد شوید."


class AccountAdapter(DefaultAccountAdapter):
    """Mobile numbers for django-allauth; see its documentation for the meaning of each method."""

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        return MobileField(label="شماره موبایل", **kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.mobile, user.mobile_verified) if user.mobile else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Only the first number is taken here; a new one goes the reviewed way."""
        user.mobile, user.mobile_verified = user.mobile or phone, verified
        user.save(update_fields=["mobile", "mobile_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        if not user.mobile_verified:
            self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(mobile=phone).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        notifications.sign_in_code(phone, code)

    def get_login_stages(self) -> list[str]:
        """The code, and whom a newcomer acts for. Staff come in by Wagtail's own door."""
        return ["allauth.account.stages.LoginByCodeStage", "accounts.stages.NewUserStage"]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Whoever works in the admin needs the password: a phone alone does not open it."""
        if user.is_active and user.is_staff_member:
            clear_login(request)
            messages.info(request, _STAFF_SIGN_IN_HERE)
            return redirect("wagtailadmin_login")
        return super().pre_login(request, user, **kwargs)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our own pages say what happened, in the portal's words."""
