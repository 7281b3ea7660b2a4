"""Setting up the second factor of the staff, before they are let in for the first time."""

from __future__ import annotations

import base64
from textwrap import wrap

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import stash_login
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret
from django.contrib.auth.decorators import user_passes_test
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts.models import User
from accounts.staff_forms import SetUpForm
from accounts.stages import SecondFactorStage
from work import audit

staff_only = user_passes_test(
    lambda user: user.is_authenticated and user.is_staff_member, login_url="wagtailadmin_login"
)


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
        with transaction.atomic():
            app = TOTP.activate(self._user, form.secret).instance
            RecoveryCodes.activate(self._user)
            audit.record(self._user, "second_factor", self._user, {"type": "totp"})
        clear_totp_secret(self.request)
        post_authentication(self.request, app)
        self._stage.state["set_up"] = True
        stash_login(self.request, self._stage.login)
        return self._with_codes()

    def get_form_kwargs(self) -> dict[str, object]:
        return {**super().get_form_kwargs(), "user": self._user}

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
        codes = RecoveryCodes.activate(self._user).get_unused_codes()
        return render(self.request, "mfa/set_up_codes.html", {"codes": codes})

    @property
    def _stage(self) -> SecondFactorStage:
        stage: SecondFactorStage = self.request._login_stage  # type: ignore[attr-defined]
        return stage

    @property
    def _user(self) -> User:
        user: User = self._stage.login.user
        return user
