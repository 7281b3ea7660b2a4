"""System checks of the addresses of «دولت من» and of the keys of second factors."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

# As short as one can be that nobody guesses; `openssl rand -hex 32` gives 64.
LEAST_LENGTH = 32


def provider_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Warning accounts.W005: outside development «دولت من» would be asked in the clear."""
    if settings.DEVELOPMENT:
        return []
    return [
        Warning(f"DOLAT_{name.upper()} is not an https address.", id="accounts.W005")
        for name, value in settings.DOLAT.items()
        if name.endswith("_url") and value and not value.startswith("https://")
    ]


def seed_keys(**kwargs: Any) -> list[CheckMessage]:
    """Error signin.E001: seeds of second factors would be encrypted with next to nothing."""
    if settings.SECRETS_KEYS and all(len(key) >= LEAST_LENGTH for key in settings.SECRETS_KEYS):
        return []
    words = f"SECRETS_KEYS must name keys of at least {LEAST_LENGTH} characters each."
    return [Error(words, id="signin.E001")]
