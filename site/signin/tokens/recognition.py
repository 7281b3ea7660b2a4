"""Whose token a call carries, and whether it still opens anything."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils.timezone import now

from accounts.models import AccessToken, Scope
from web.refusals import Refusal

# By it a secret that was left somewhere is recognised, by people and by scanners.
PREFIX: Final = "mk_"
# The last use is not written down more often than this.
GRAIN: Final = timedelta(minutes=1)


class TokenRefused(Refusal):
    """The token opens nothing."""

    status = 401
    title = "توکن پذیرفته نیست"


class UnknownToken(TokenRefused):
    code = "token_unknown"
    message = "این توکن شناخته‌شده نیست. لطفاً آن را بررسی کنید."


class ExpiredToken(TokenRefused):
    code = "token_expired"
    message = "مهلت اعتبار این توکن پایان یافته است. لطفاً توکن جدیدی صادر کنید."


class RevokedToken(TokenRefused):
    code = "token_revoked"
    message = "این توکن باطل شده است. لطفاً توکن جدیدی صادر کنید."


class OwnerShutOut(TokenRefused):
    code = "account_closed"
    message = "حساب صاحب این توکن غیرفعال است یا باید هویت خود را دوباره ثابت کند."


class OutOfScope(Refusal):
    """The token is good, but not for this."""

    status = 403
    code = "out_of_scope"
    title = "این توکن دسترسی لازم را ندارد"
    message = "این توکن برای این کار صادر نشده است."


def digest_of(secret: str) -> str:
    """What the database keeps. A plain digest will do: a secret has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def recognise_token(secret: str) -> AccessToken:
    """The token of this secret, with its owner. Raises TokenRefused; notes that it was used."""
    known = AccessToken.objects.select_related("user__wagtail_userprofile")
    token = known.prefetch_related("scopes").filter(digest=digest_of(secret)).first()
    if token is None:
        raise UnknownToken
    if token.revoked_at is not None:
        raise RevokedToken
    if not token.is_live:
        raise ExpiredToken
    if not token.user.is_active or token.user.must_prove_id:
        raise OwnerShutOut
    # One who works here reads what concerns other parties, which such a token must not.
    if token.party_id is not None and token.user.is_staff:
        raise RevokedToken
    _note_use(token)
    return token


def require_scope(token: AccessToken, scope: Scope | None) -> None:
    """Raise OutOfScope unless the token has ``scope``; None: what is asked for opens to no token."""
    if scope is None:
        raise OutOfScope("این کار با توکن انجام نمی‌شود.")
    if scope.value not in {granted.scope for granted in token.scopes.all()}:
        raise OutOfScope(f"این کار به دسترسی «{scope.label}» ({scope.value}) نیاز دارد.")


def _note_use(token: AccessToken) -> None:
    moment = now()
    if token.last_used_at is not None and token.last_used_at > moment - GRAIN:
        return
    before = Q(last_used_at=None) | Q(last_used_at__lte=moment - GRAIN)
    AccessToken.objects.filter(before, pk=token.pk).update(last_used_at=moment)
