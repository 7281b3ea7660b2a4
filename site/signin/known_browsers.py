"""Browsers that have signed in with a number or a name before, by a cookie of their own.

Whoever owns a number gets a code in their own browser although strangers have used up the turns
that are for everybody. The cookie is given after a sign-in only and is asked nothing but whether this
browser came in by this name: it tells nobody which numbers there are.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

_COOKIE = "known"
_SALT = "signin.known_browsers"
# Browsers keep no cookie longer than four hundred days.
_KEPT_SECONDS = 400 * 24 * 3600
# A family, a shop, an office with one computer: the names that came in last.
_MOST_NAMES = 16


def known_browser(request: HttpRequest, name: str) -> str:
    """The id of this browser when somebody has signed in by ``name`` with it; else empty."""
    browser, marks = _read_cookie(request)
    return browser if browser and _find_mark(browser, name, marks) else ""


def remember_browser(
    sender: Any,
    request: HttpRequest,
    user: User,
    response: HttpResponseBase | None = None,
    **kwargs: Any,
) -> None:
    """Give the browser that ``user`` has come in by its cookie; listens to allauth's sign-in."""
    if response is None:
        return
    browser, marks = _read_cookie(request)
    browser = browser or secrets.token_hex(16)
    for name in _names_of(user):
        old = _find_mark(browser, name, marks)
        marks = [
            *(mark for mark in marks if mark != old),
            _mark(settings.SECRET_KEY, browser, name),
        ]
    response.set_cookie(
        _cookie_name(),
        signing.dumps([browser, marks[-_MOST_NAMES:]], salt=_SALT),
        max_age=_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _names_of(user: User) -> list[str]:
    """By what ``user`` may ask to come in; a number only once it was proved."""
    return [user.username, *([user.mobile] if user.mobile and user.mobile_verified else [])]


def _cookie_name() -> str:
    return f"__Host-{_COOKIE}" if settings.SESSION_COOKIE_SECURE else _COOKIE


def _read_cookie(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        browser, marks = signing.loads(
            request.COOKIES.get(_cookie_name(), ""), salt=_SALT, max_age=_KEPT_SECONDS
        )
    except signing.BadSignature:
        return "", []
    return browser, marks


def _find_mark(browser: str, name: str, marks: list[str]) -> str:
    """The mark of ``name`` among ``marks``, also one of before SECRET_KEY was changed."""
    keys: tuple[str | bytes, ...] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ours = [_mark(key, browser, name) for key in keys]
    return next((m for m in marks if any(constant_time_compare(m, own) for own in ours)), "")


def _mark(key: str | bytes, browser: str, name: str) -> str:
    value = f"{browser}:{name.upper()}"
    return salted_hmac(_SALT, value, secret=key, algorithm="sha256").hexdigest()[:32]
