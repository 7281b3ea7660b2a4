"""System check of the registers that the settings name."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning


def stand_ins(**kwargs: Any) -> list[CheckMessage]:
    """Outside development: error accounts.E010 for a register that confirms whatever is typed,
    warning accounts.W010 for one that nobody asks, accounts.W011 for a token sent in the clear."""
    if settings.DEVELOPMENT:
        return []
    named = {name: getattr(settings, name) for name in ("MOBILE_OWNERSHIP", "CIVIL_REGISTRY")}
    found: list[CheckMessage] = []
    for name, register in named.items():
        if register == "local":
            found.append(Error(f"{name} is 'local': it confirms anything.", id="accounts.E010"))
        elif register == "none":
            found.append(Warning(f"{name} is 'none': nobody is asked.", id="accounts.W010"))
    if "zibal" in named.values() and not settings.ZIBAL_URL.startswith("https:"):
        found.append(Warning("ZIBAL_URL is not an https address.", id="accounts.W011"))
    return found
