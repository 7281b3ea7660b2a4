"""Issuing and revoking tokens: for one's own programs, and by the office for service users."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import AccessToken, Party, Scope, TokenScope, User
from signin.tokens.recognition import PREFIX, digest_of
from web.refusals import NotNow
from work import audit

# More live ones nobody can tell apart.
MOST_OF_ONE: Final = 20
SECRET_BYTES: Final = 32
NAME_TAKEN: Final = "توکن دیگری با همین نام دارید. لطفاً نام دیگری انتخاب کنید یا آن را باطل کنید."


class TooManyTokens(NotNow):
    """Raised when somebody has as many tokens as anybody may."""

    code = "too_many_tokens"
    title = "تعداد توکن‌ها بیش از حد مجاز است"
    message = "لطفاً ابتدا توکن‌هایی را که به آن‌ها نیاز ندارید باطل کنید."


class NameTaken(NotNow):
    """Raised when the owner has another token of this name that was not revoked."""

    code = "token_name_taken"
    title = "نام تکراری است"
    message = NAME_TAKEN


@transaction.atomic
def issue_token(
    user: User,
    *,
    name: str,
    scopes: Iterable[Scope],
    days: int,
    by: User,
    second_factor: bool,
    party: Party | None = None,
) -> tuple[AccessToken, str]:
    """A new token of ``user`` and its secret, which nobody can read again.

    ``second_factor``: whether the session in which ``by`` issues it had given one. Raises
    TooManyTokens and NameTaken.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.tokens.live().count() >= MOST_OF_ONE:
        raise TooManyTokens
    secret, moment = PREFIX + secrets.token_urlsafe(SECRET_BYTES), now()
    token = AccessToken(
        user=user,
        party=party,
        name=name,
        digest=digest_of(secret),
        second_factor=second_factor,
        created_at=moment,
        created_by=by,
        expires_at=moment + timedelta(days=days),
    )
    _keep(token)
    granted = sorted(set(scopes))
    TokenScope.objects.bulk_create(TokenScope(token=token, scope=scope) for scope in granted)
    audit.record_entry(
        by,
        "issue",
        token,
        {"user": user.pk, "scopes": granted, "party": party.pk if party else None},
    )
    return token, secret


@transaction.atomic
def revoke_token(token: AccessToken, *, by: User) -> bool:
    """End a token at once; False when it had ended before."""
    if not AccessToken.objects.filter(pk=token.pk).revoke(by):
        return False
    audit.record_entry(by, "revoke", token, {"user": token.user_id})
    return True


def _keep(token: AccessToken) -> None:
    """Write the row. One that has run out gives its name back; raises NameTaken otherwise."""
    namesakes = AccessToken.objects.filter(user=token.user, name=token.name, revoked_at=None)
    namesakes.filter(expires_at__lte=now()).update(revoked_at=now())
    try:
        with transaction.atomic():
            token.save()
    except IntegrityError as error:
        raise NameTaken from error
