"""System check of the registers that the settings name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

NAMES = ("MOBILE_OWNERSHIP", "CIVIL_REGISTRY")


def stand_ins(**kwargs: Any) -> list[CheckMessage]:
    """Outside development: error accounts.E010 for a register that confirms whatever is typed."""
    if settings.DEVELOPMENT:
        return []
    named = [name for name in NAMES if getattr(settings, name) == "local"]
    return [
        Error(f"{name} is 'local': it confirms anything.", id="accounts.E010") for name in named
    ]


def silent_registers(**kwargs: Any) -> list[CheckMessage]:
    """Warning accounts.W010 for a register that nobody asks, W011 for a token sent in the clear.

    For `check --deploy` alone: both may be wanted, and who has decided so is not told again
    at every command.
    """
    named = {name: getattr(settings, name) for name in NAMES}
    found: list[CheckMessage] = [
        Warning(f"{name} is 'none': nobody is asked.", id="accounts.W010")
        for name, register in named.items()
        if register == "none"
    ]
    if "zibal" in named.values() and not settings.ZIBAL_URL.startswith("https:"):
        found.append(Warning("ZIBAL_URL is not an https address.", id="accounts.W011"))
    return found
