"""Seeds of the second factor: encrypted with keys that the database does not hold.

Whoever has the seed of somebody's app or recovery codes can be their second factor. django-allauth
keeps both in ``Authenticator.data`` and asks its adapter to encrypt them. Passkeys are public keys.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.apps import apps as installed
from django.db import transaction

from db import sealed
from web.refusals import Refusal

logger = logging.getLogger(__name__)

# What an encrypted seed begins with; neither base32 nor hexadecimal digits can.
MARK: Final = sealed.MARK
_PURPOSE: Final = "signin.seeds"
SECRET_FIELDS: Final = ("secret", "seed", "migrated_codes")
SEALED, CURRENT, LOCKED = "sealed", "current", "locked"


class SeedsLocked(Refusal):
    """The seed was encrypted with a key that the settings do not name."""

    status = 503
    code = "seeds_locked"
    title = "مرحلهٔ دوم ورود در دسترس نیست"
    message = "کد مرحلهٔ دوم ورود اکنون بررسی نمی‌شود. لطفاً موضوع را به مدیر سامانه اطلاع دهید."


def encrypt_seed(seed: str) -> str:
    """``seed`` encrypted with the newest key."""
    return sealed.seal(seed, _PURPOSE)


def decrypt_seed(kept: str) -> str:
    """The seed; one that was kept before there were keys comes back as it is.

    Raises SeedsLocked when no key of the settings fits.
    """
    try:
        return sealed.unseal(kept, _PURPOSE)
    except sealed.KeyMissing:
        logger.error("A seed of a second factor fits none of SECRETS_KEYS.")
        raise SeedsLocked from None


def seal_seeds(using: str = "default", model: type[Any] = Authenticator) -> Counter[str]:
    """Encrypt with the newest key what is in the clear or under an older one; how many of each.

    May be repeated at any time. Rows that no key fits stay as they are and are LOCKED.
    """
    kept = model._base_manager.using(using).exclude(type=Authenticator.Type.WEBAUTHN)
    return Counter(_seal_row(kept, pk, using) for pk in kept.values_list("pk", flat=True))


def seal_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Encrypt what an earlier release has kept in the clear; listens to ``post_migrate``."""
    try:
        model = kwargs.get("apps", installed).get_model("mfa", "Authenticator")
    except LookupError:
        # Only our own tables were migrated; the next full migrate comes here again.
        return
    if sealed := seal_seeds(using, model)[SEALED]:
        logger.info("%s seeds of second factors were encrypted.", sealed)


def _seal_row(kept: Any, pk: int, using: str) -> str:
    # Under a lock: a recovery code that is used meanwhile writes into the same column.
    with transaction.atomic(using):
        row = kept.select_for_update().filter(pk=pk).first()
        if row is None or all(sealed.is_current(text, _PURPOSE) for text in _texts_of(row.data)):
            return CURRENT
        try:
            row.data = row.data | {
                name: _each(row.data[name], lambda text: encrypt_seed(decrypt_seed(text)))
                for name in SECRET_FIELDS
                if name in row.data
            }
        except SeedsLocked:
            return LOCKED
        row.save(update_fields=["data"])
        return SEALED


def _texts_of(data: dict[str, Any]) -> list[str]:
    found = [data[name] for name in SECRET_FIELDS if name in data]
    return [text for kept in found for text in (kept if isinstance(kept, list) else [kept])]


def _each(kept: str | list[str], change: Callable[[str], str]) -> str | list[str]:
    return [change(text) for text in kept] if isinstance(kept, list) else change(kept)
