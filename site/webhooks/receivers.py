"""Who looks after subscribers, given after every ``migrate``."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from accounts import roles

MANAGING = ("add_subscriber", "view_subscriber", "change_subscriber", "delete_subscriber")


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let managers say who is told of events."""
    roles.grant_permissions(sender, kwargs.get("apps", installed), using, {"manager": MANAGING})
