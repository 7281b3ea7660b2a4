"""Secrets that the database keeps without being able to read them: SECRETS_KEYS lie outside of it."""

from __future__ import annotations

import base64
import logging
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

logger = logging.getLogger(__name__)

# What is encrypted begins with it.
MARK: Final = "fernet:"
_WORDS: Final = "db.sealed.words"


class KeyMissing(Exception):
    """It was encrypted with a key that the settings do not name."""


def seal(text: str, purpose: str) -> str:
    """``text`` encrypted with the newest key; of each ``purpose`` the keys are others."""
    return MARK + _fernets(purpose)[0].encrypt(text.encode()).decode()


def unseal(kept: str, purpose: str) -> str:
    """The text; what was kept in the clear comes back as it is. Raises KeyMissing."""
    if not kept.startswith(MARK):
        return kept
    try:
        return MultiFernet(_fernets(purpose)).decrypt(kept.removeprefix(MARK)).decode()
    except InvalidToken:
        raise KeyMissing from None


def is_current(kept: str, purpose: str) -> bool:
    """Whether the newest key has encrypted it."""
    try:
        _fernets(purpose)[0].decrypt(kept.removeprefix(MARK))
    except InvalidToken:
        return False
    return kept.startswith(MARK)


class Sealed(str):
    """Words that are encrypted wherever a column takes them; see the fields below."""

    __slots__ = ()


class SealingField(models.Field):
    """Of a text column: encrypts what is ``Sealed``, gives it back decrypted, and the rest as it is.

    What no key of the settings fits reads as nothing.
    """

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return seal(prepared, _WORDS) if isinstance(value, Sealed) and value else prepared

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        if value is None or not value.startswith(MARK):
            return value
        try:
            return Sealed(unseal(value, _WORDS))
        except KeyMissing:
            logger.error("Words of %s fit none of SECRETS_KEYS.", self.model._meta.label)
            return Sealed("")


class SealingTextField(SealingField, models.TextField):
    """A text, secret or not."""


class SealingCharField(SealingField, models.CharField):
    """A short text, secret or not; ``max_length`` is that of what is encrypted."""


def _fernets(purpose: str) -> list[Fernet]:
    return [_fernet_of(key, purpose) for key in settings.SECRETS_KEYS]


@lru_cache
def _fernet_of(key: str, purpose: str) -> Fernet:
    """A key of the length that Fernet takes, made from a random text of any length."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(kdf.derive(key.encode())))
