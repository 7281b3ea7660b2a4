"""What must be in the database after every ``migrate``: who looks after text messages."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from doors import roles

MANAGING = ("view_smsmessage", "change_smsmessage", "view_messagetext", "change_messagetext")


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let managers into messages and their words; ``sender`` is accounts, which has no doors."""
    roles.give(sender, kwargs.get("apps", installed), using, {"manager": MANAGING})
