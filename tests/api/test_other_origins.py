"""Pages of other sites: none may call the API, but those that a setting names."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.caller import ROOT

pytestmark = pytest.mark.django_db
APP = "https://app.example.ir"
CORS = "corsheaders.middleware.CorsMiddleware"


def ask_first(path: str, origin: str = APP) -> Any:
    """As a browser does before a call that is no simple one."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key,x-acting-party",
    }
    return Client().options(path, headers=headers)


@pytest.fixture
def allowed(settings: Any) -> Any:
    """As the settings are where CORS_ORIGINS names the app."""
    settings.CORS_ALLOWED_ORIGINS = [APP]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:2], CORS, *settings.MIDDLEWARE[2:]]
    return settings


def test_nobody_may_unless_told(settings: Any) -> None:
    assert CORS not in settings.MIDDLEWARE
    answer = ask_first(f"{ROOT}submissions/")
    assert answer.status_code == 405
    assert "Access-Control-Allow-Origin" not in answer


def test_the_one_that_is_named(allowed: Any) -> None:
    told = ask_first(f"{ROOT}submissions/")
    assert (told.status_code, told["Access-Control-Allow-Origin"]) == (200, APP)
    named = told["Access-Control-Allow-Headers"]
    assert {"idempotency-key", "x-acting-party", "content-type"} <= set(named.split(", "))
    assert "Access-Control-Allow-Credentials" not in told
    read = Client().get(f"{ROOT}catalog/services/", headers={"Origin": APP})
    assert read["Access-Control-Allow-Origin"] == APP
    assert "ETag" in read["Access-Control-Expose-Headers"]


def test_another_one(allowed: Any) -> None:
    told = ask_first(f"{ROOT}submissions/", "https://example.com")
    assert "Access-Control-Allow-Origin" not in told


@pytest.mark.parametrize("path", ["/", "/desk/", "/accounts/login/", "/admin/login/"])
def test_pages_are_for_nobody_else(allowed: Any, path: str) -> None:
    assert "Access-Control-Allow-Origin" not in ask_first(path)
    read = Client().get(path, headers={"Origin": APP})
    assert "Access-Control-Allow-Origin" not in read


def test_with_the_session_of_a_person(allowed: Any) -> None:
    allowed.CORS_ALLOW_CREDENTIALS = True
    told = ask_first(f"{ROOT}submissions/")
    assert told["Access-Control-Allow-Credentials"] == "true"
