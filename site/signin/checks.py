"""System checks of the addresses of «دولت من»."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def provider_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Warning accounts.W005: outside development «دولت من» would be asked in the clear."""
    if settings.DEVELOPMENT:
        return []
    return [
        Warning(f"DOLAT_{name.upper()} is not an https address.", id="accounts.W005")
        for name, value in settings.DOLAT.items()
        if name.endswith("_url") and value and not value.startswith("https://")
    ]
