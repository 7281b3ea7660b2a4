"""The second factor of the staff: its forms, its set-up, and the check that demands it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from textwrap import wrap
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts.models import User
from persian.digits import to_ascii
from signin.staff import seeds
from signin.stages import SecondFactorStage
from web.allauth_compat import (
    TOTP,
    RecoveryCodes,
    clear_totp_secret,
    get_authentication_records,
    login_stage_of,
    login_stage_required,
    post_authentication,
    recode_pending_seed,
    stash_login,
)
from work import audit

_LABEL = "کد شش‌رقمی برنامه"
_NUMERIC = {"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
_AGAIN = "برای ورود به بخش کارکنان، مرحلهٔ دوم ورود لازم است. لطفاً دوباره وارد شوید."

staff_only = user_passes_test(
    lambda user: user.is_authenticated and user.is_staff_member, login_url="wagtailadmin_login"
)


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


@method_decorator(never_cache, name="dispatch")
@method_decorator(
    login_stage_required(stage=SecondFactorStage.key, redirect_urlname="wagtailadmin_login"),
    name="dispatch",
)
class SetUpView(FormView):
    """An app shows the codes from here on; then the recovery codes, once; then the admin."""

    template_name = "mfa/set_up.html"
    form_class = SetUpForm

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if self._stage.state.get("set_up"):
            return self._stage.exit()
        return super().post(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if self._stage.state.get("set_up"):
            return self._with_codes()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: SetUpForm) -> HttpResponse:
        activate_app(self.request, self._user, form.secret)
        self._stage.state["set_up"] = True
        stash_login(self.request, self._stage.login)
        return self._with_codes()

    def get_form(self, form_class: type[forms.BaseForm] | None = None) -> forms.BaseForm:
        """The form; the seed, which waits in the session for its code, is encrypted there too."""
        data = self.request.POST if self.request.method == "POST" else None
        return make_set_up_form(self.request, self._user, data)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        address = get_adapter().build_totp_url(self._user, secret)
        picture = get_adapter().build_totp_svg(address).encode()
        return {
            **context,
            "secret": secret,
            "to_type": " ".join(wrap(secret, 4)),
            "picture": "data:image/svg+xml;base64," + base64.b64encode(picture).decode(),
        }

    def _with_codes(self) -> HttpResponse:
        return render(
            self.request, "mfa/set_up_codes.html", {"codes": recovery_codes_of(self._user)}
        )

    @property
    def _stage(self) -> SecondFactorStage:
        stage: SecondFactorStage = login_stage_of(self.request)
        return stage

    @property
    def _user(self) -> User:
        user: User = self._stage.login.user
        return user


def make_set_up_form(request: HttpRequest, user: User, data: Any = None) -> SetUpForm:
    """The form with a new seed; with ``data`` with the one that waits for its code."""
    if data is not None:
        recode_pending_seed(request, seeds.decrypt_seed)
    form = SetUpForm(data, user=user)
    recode_pending_seed(request, seeds.encrypt_seed)
    return form


def activate_app(request: HttpRequest, user: User, secret: str) -> None:
    """The app shows the codes from here on, and has just shown one."""
    with transaction.atomic():
        app = TOTP.activate(user, secret).instance
        RecoveryCodes.activate(user)
        audit.record_entry(user, "second_factor", user, {"type": "totp"})
    clear_totp_secret(request)
    post_authentication(request, app)


def recovery_codes_of(user: User) -> list[str]:
    """The codes for when the app is lost; made where there are none."""
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def lacks_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session of a member of staff did without the second factor that is demanded."""
    return is_demanded_of(user) and not has_given_one(request, user)


def is_demanded_of(user: User) -> bool:
    """Whether ``user`` works here, and whoever does must give a second factor."""
    return settings.STAFF_SECOND_FACTOR and user.is_staff_member


def has_given_one(request: HttpRequest, user: User) -> bool:
    """Whether this session began with a second factor."""
    records = get_authentication_records(request, user)
    return any(record["method"] == "mfa" for record in records)


class StaffGateMiddleware:
    """Ends a session that reaches the admin without the second factor it needs.

    Signing in asks for it already; this is for sessions that are older than the demand,
    such as that of an applicant who was made a colleague meanwhile.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and request.path.startswith(reverse("wagtailadmin_home")):
            user = request.user
            if user.is_authenticated and lacks_second_factor(request, user):
                logout(request)
                messages.warning(request, _AGAIN)
                return redirect_to_login(request.get_full_path(), reverse("wagtailadmin_login"))
        return self.get_response(request)
