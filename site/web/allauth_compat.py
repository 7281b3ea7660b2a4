"""Access to undocumented parts of django-allauth; no other module has any.

Everything else asks this file, so that a new release of allauth is looked through here and
nowhere else. What its documentation names (adapters, stages, forms, models) is imported where
it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from allauth.account.internal.constants import LoginStageKey
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_password_login,
)
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login, get_pending_stage, stash_login
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.mixins import NextRedirectMixin, RedirectAuthenticatedUserMixin
from allauth.account.stages import LoginStage
from allauth.core.internal.httpkit import clean_client_ip
from allauth.core.internal.ratelimit import Rate, apply_rate, cache_lock
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.internal.constants import LoginStageKey as FactorStageKey
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, clear_totp_secret
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.socialaccount.internal.jwtkit import verify_jti
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.usersessions.internal.flows.sessions import end_sessions
from django.http import HttpRequest, HttpResponse

__all__ = [
    "CODE_STAGE",
    "FACTOR_STAGE",
    "TOTP",
    "LoginCodeVerificationProcess",
    "NonceCallbackView",
    "Rate",
    "RecoveryCodes",
    "WayInMixin",
    "apply_rate",
    "begin_authentication",
    "cache_lock",
    "clean_client_ip",
    "clear_login",
    "clear_totp_secret",
    "end_sessions",
    "fetch_user_info",
    "get_authentication_records",
    "get_pending_stage",
    "login_stage_of",
    "login_stage_required",
    "perform_password_login",
    "post_authentication",
    "recode_pending_seed",
    "stash_login",
    "user_id_to_str",
    "verify_jti",
]

CODE_STAGE: str = LoginStageKey.LOGIN_BY_CODE.value
FACTOR_STAGE: str = FactorStageKey.MFA_AUTHENTICATE.value


def login_stage_of(request: HttpRequest) -> Any:
    """The pending step of signing in; only in views that ``login_stage_required`` guards."""
    return cast(Any, request)._login_stage


def fetch_user_info(adapter: OpenIDConnectOAuth2Adapter, access_token: str) -> dict[str, Any]:
    """What the provider's userinfo endpoint says of the owner of ``access_token``."""
    said: dict[str, Any] = adapter._fetch_user_info(access_token)
    return said


def recode_pending_seed(request: HttpRequest, recode: Callable[[str], str]) -> None:
    """Change how the seed of an app that is being set up stands in the session."""
    if seed := request.session.get(SECRET_SESSION_KEY):
        request.session[SECRET_SESSION_KEY] = recode(seed)


class WayInMixin(RedirectAuthenticatedUserMixin, NextRedirectMixin):
    """A page before one is signed in, which also lets in whoever waits for a code.

    They may have chosen another number or another way.
    """

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponse | None:
        if stage.key == CODE_STAGE:
            return None
        return super()._redirect_to_pending_stage(request, stage)


class NonceCallbackView(OAuth2CallbackView):
    """Hands the nonce that went out with the state to the adapter, as ``nonce``."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce", "")
        return state, response
