"""Who looks after the name and the address of the office, given after every ``migrate``."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from accounts import roles


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let managers change what the portal says about the office."""
    rights = {"manager": ("view_officesettings", "change_officesettings")}
    roles.grant_permissions(sender, kwargs.get("apps", installed), using, rights)
