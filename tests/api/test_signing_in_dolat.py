"""«دولت من» by the API: to the provider's address, and back with what it has added to ours."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.models import SignIn, User
from signin.openid import id_token
from signin.provider import DolatAdapter
from tests.api.signing_in import App, Browser
from tests.api.test_problems import problem

pytestmark = pytest.mark.django_db
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What its token endpoint says of whoever has been there; nobody is asked over the line."""
    address = "https://dolat.example"
    settings.DOLAT = {
        "client_id": "portal",
        "secret": "s",
        "issuer": address,
        "authorize_url": f"{address}/authorize",
        "token_url": f"{address}/token",
        "jwks_url": f"{address}/keys",
        "userinfo_url": "",
        "scope": ["openid"],
        "claims": {
            "national_id": "nationalCode",
            "legal_id": "legalId",
            "mobile": "phone_number",
            "first_name": "given_name",
            "last_name": "family_name",
        },
    }
    claims: dict[str, Any] = {"iss": address, "aud": "portal", "sub": "7"}
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    keys = jwt.PyJWKSet.from_dict({"keys": [{**public, "alg": "RS256", "use": "sig"}]})
    monkeypatch.setattr(id_token, "_published_keys", lambda url: keys)

    def exchange(self: Any, request: Any, app: Any, client: Any, pkce_code_verifier: str) -> Any:
        assert pkce_code_verifier
        assert request.GET["code"] == "good"
        said = {**claims, "iat": time.time(), "exp": time.time() + 60}
        return {"access_token": "a", "id_token": jwt.encode(said, KEY, algorithm="RS256")}

    monkeypatch.setattr(DolatAdapter, "get_access_token_data", exchange)
    return claims


def leave(app: App, claims: dict[str, Any], **said: str) -> dict[str, str]:
    """Where the app is sent, read by the provider."""
    told = app.act("POST", "session/dolat/", said).json()
    asked = {name: value[0] for name, value in parse_qs(urlsplit(told["address"]).query).items()}
    claims["nonce"] = asked["nonce"]
    return asked


def test_an_app_goes_and_comes_back(provider: dict[str, Any], maryam: User) -> None:
    app = App()
    asked = leave(app, provider)
    assert asked["redirect_uri"].endswith("/accounts/dolat/callback/")
    assert asked["code_challenge_method"] == "S256"
    provider["nationalCode"] = "9990000018"

    came = app.act("POST", "session/dolat/return/", {"state": asked["state"], "code": "good"})

    assert came.json()["person"]["acting_for"] == maryam.parties[0].pk
    assert app.act("GET", "me/").json()["mobile"] == "09130000001"
    assert SignIn.objects.get().way == SignIn.Way.DOLAT


def test_somebody_new_is_a_newcomer(provider: dict[str, Any], house: None) -> None:
    app = App()
    asked = leave(app, provider)
    provider.update(nationalCode="9991234561", given_name="سارا", phone_number="09130000021")

    came = app.act(
        "POST", "session/dolat/return/", {"state": asked["state"], "code": "good"}
    ).json()

    assert (came["stage"], came["newcomer"]["first_name"]) == ("new_user", "سارا")


def test_a_number_that_is_anothers_is_told(provider: dict[str, Any], maryam: User) -> None:
    app = App()
    asked = leave(app, provider)
    provider.update(nationalCode="9990000026", phone_number="09130000001")

    came = app.act(
        "POST", "session/dolat/return/", {"state": asked["state"], "code": "good"}
    ).json()

    assert came["stage"] == "new_user"
    assert "به نام شخص دیگری" in came["notices"][0]


@pytest.mark.parametrize("wrong", ["state", "nonce", "session", "again", "cancelled"])
def test_nothing_else_is_believed(provider: dict[str, Any], maryam: User, wrong: str) -> None:
    app = App()
    asked = leave(app, provider)
    provider["nationalCode"] = "9990000018"
    said = {"state": asked["state"], "code": "good"}
    if wrong == "state":
        said["state"] = "another"
    elif wrong == "nonce":
        provider["nonce"] = "another"
    elif wrong == "session":
        app = App()
    elif wrong == "again":
        app.act("POST", "session/dolat/return/", said)
        app.act("DELETE", "session/")
    else:
        said = {"state": asked["state"], "error": "access_denied"}

    problem(app.act("POST", "session/dolat/return/", said), 422, "dolat_failed")
    assert app.state()["person"] is None


def test_a_browser_comes_back_to_the_page(provider: dict[str, Any], maryam: User) -> None:
    browser = Browser()
    browser.state()
    asked = leave(browser, provider, onward="/guides/")
    provider["nationalCode"] = "9990000018"

    back = browser.client.get(
        "/accounts/dolat/callback/", {"state": asked["state"], "code": "good"}
    )

    assert back.url == "/guides/"
    assert browser.state()["person"]


def test_nobody_is_led_elsewhere(provider: dict[str, Any], maryam: User) -> None:
    browser = Browser()
    browser.state()
    asked = leave(browser, provider, onward="https://elsewhere.example/")
    provider["nationalCode"] = "9990000018"

    back = browser.client.get(
        "/accounts/dolat/callback/", {"state": asked["state"], "code": "good"}
    )
    assert back.url == "/desk/"


def test_without_a_provider_its_steps_are_a_code_with_the_kind(db: None) -> None:
    problem(App().act("POST", "session/dolat/"), 409, "no_provider")
    answer = App().act("POST", "session/dolat/return/", {"state": "x", "code": "y"})
    problem(answer, 409, "no_provider")
