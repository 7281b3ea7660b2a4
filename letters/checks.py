"""System checks of the seal and of the short form's key."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from letters.seal.keys import SealFails, is_sealing, load_key, load_roots, require_unrevoked
from letters.short_form import ProofKeyFails, public_keys


def seal_is_whole(**kwargs: Any) -> list[CheckMessage]:
    """Error letters.E001: no letter could be given out. Warning letters.W001: letters have no seal."""
    if not is_sealing():
        words = "SEAL_FILE names no key: letters leave the house without a seal."
        return [] if settings.DEVELOPMENT else [Warning(words, id="letters.W001")]
    try:
        key = load_key()
        key.require_in_force()
        require_unrevoked(key)
        if not load_roots():
            raise SealFails("SEAL_ROOTS names no root that the seal leads to")
    except SealFails as error:
        return [Error(f"{error}.", id="letters.E001")]
    return []


def short_form_is_whole(**kwargs: Any) -> list[CheckMessage]:
    """Error letters.E002: no letter could be given out."""
    if not settings.PROOF_KEY_FILE:
        return []
    try:
        public_keys()
    except ProofKeyFails as error:
        return [Error(f"{error}.", id="letters.E002")]
    return []
