"""«دولت من» as a provider of django-allauth, which looks for a module of this name."""

import secrets
from typing import Any

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from signin.dolat import PROVIDER, get_client
from signin.openid import id_token
from web.allauth_compat import fetch_user_info


class DolatAdapter(OpenIDConnectOAuth2Adapter):
    """The exchange with the provider; the addresses come from the settings."""

    # What this browser was sent away with; the callback view sets it.
    nonce = ""

    @property
    def openid_config(self) -> dict[str, str]:
        return {
            "issuer": get_client()["issuer"],
            "authorization_endpoint": get_client()["authorize_url"],
            "token_endpoint": get_client()["token_url"],
            "jwks_uri": get_client()["jwks_url"],
            "userinfo_endpoint": get_client()["userinfo_url"],
        }

    @property
    def basic_auth(self) -> bool:
        return True

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Always the address that was registered, whatever host was asked for."""
        return settings.SITE_URL + reverse("accounts:dolat_callback")

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Who it is; OAuth2Error when the answer cannot be believed."""
        claims = id_token.check_token(
            str(kwargs["response"].get("id_token", "")),
            keys_url=get_client()["jwks_url"],
            issuer=get_client()["issuer"],
            audience=app.client_id,
            nonce=self.nonce,
        )
        if get_client()["userinfo_url"]:
            claims = {**self._asked(token.token, claims["sub"]), **claims}
        return self.get_provider().sociallogin_from_response(request, claims)

    def _asked(self, access_token: str, subject: str) -> dict[str, Any]:
        said = fetch_user_info(self, access_token)
        if said.get("sub") != subject:
            raise OAuth2Error("The provider tells about somebody else")
        return said


class DolatProvider(OpenIDConnectProvider):
    """Sends the browser to the provider with state, PKCE and a nonce."""

    id = PROVIDER
    name = "دولت من"
    oauth2_adapter_class = DolatAdapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return list(get_client()["scope"])

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        address = reverse("accounts:dolat")
        return f"{address}?{urlencode(kwargs)}" if kwargs else address

    def get_callback_url(self) -> str:
        return reverse("accounts:dolat_callback")

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, **kwargs: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        return super().redirect(
            request, process, next_url, auth_params={"nonce": nonce}, nonce=nonce, **kwargs
        )

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Only what is used: never the whole answer."""
        wanted = {"sub", *get_client()["claims"].values()}
        return {name: data[name] for name in wanted if name in data}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}


provider_classes = [DolatProvider]
