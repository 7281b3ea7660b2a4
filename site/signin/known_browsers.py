"""Browsers that have signed in with a number or a name before, by a cookie of their own.

Whoever owns a number gets a code in their own browser although strangers have used up the turns
that are for everybody. The cookie is given after a sign-in only and is asked nothing but whether this
browser came in by this name: it tells nobody which numbers there are. A user name that is a number
is no proof of that number, which may be somebody else's by now: the two are marked apart.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from persian.identifiers import InvalidIdentifier, normal_mobile

_COOKIE = "known"
_SALT = "signin.known_browsers"
# Browsers keep no cookie longer than four hundred days.
_KEPT_SECONDS = 400 * 24 * 3600
# A family, a shop, an office with one computer: the names that came in last.
_MOST_NAMES = 16


class Kind(StrEnum):
    """By what somebody came in."""

    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True)
class _Known:
    """A name of one kind; upper case, as the databases compare names."""

    kind: Kind
    name: str

    @property
    def spellings(self) -> list[str]:
        """What its mark is made of; then that of before the kinds were told apart, where it is clear."""
        name = self.name.upper()
        of_before = [name] if self.kind is Kind.NAME and not _is_number(name) else []
        return [f"{self.kind}:{name}", *of_before]


def _is_number(name: str) -> bool:
    try:
        return bool(normal_mobile(name))
    except InvalidIdentifier:
        return False


def known_browser(request: HttpRequest, kind: Kind, name: str) -> str:
    """The id of this browser when somebody has signed in by ``name`` with it; else empty."""
    browser, marks = _read_cookie(request)
    return browser if browser and _find_marks(browser, _Known(kind, name), marks) else ""


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
    for known in _names_of(user):
        old = _find_marks(browser, known, marks)
        newest = _mark(settings.SECRET_KEY, browser, known.spellings[0])
        marks = [*(mark for mark in marks if mark not in old), newest]
    response.set_cookie(
        _cookie_name(),
        signing.dumps([browser, marks[-_MOST_NAMES:]], salt=_SALT),
        max_age=_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _names_of(user: User) -> list[_Known]:
    """By what ``user`` may ask to come in; a number only once it was proved."""
    names = [_Known(Kind.NAME, user.username)]
    if user.mobile and user.mobile_verified:
        names.append(_Known(Kind.NUMBER, user.mobile))
    return names


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


def _find_marks(browser: str, known: _Known, marks: list[str]) -> list[str]:
    """The marks of ``known`` among ``marks``, also those of before SECRET_KEY was changed."""
    keys: tuple[str | bytes, ...] = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ours = [_mark(key, browser, words) for key in keys for words in known.spellings]
    return [mark for mark in marks if any(constant_time_compare(mark, own) for own in ours)]


def _mark(key: str | bytes, browser: str, words: str) -> str:
    value = f"{browser}:{words}"
    return salted_hmac(_SALT, value, secret=key, algorithm="sha256").hexdigest()[:32]
