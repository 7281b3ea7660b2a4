"""Grants managers their permissions on text messages after every ``migrate``."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from accounts import roles

MANAGING = ("view_smsmessage", "change_smsmessage", "view_messagetext", "change_messagetext")


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let managers into messages and their words; ``sender`` is accounts, which has the tables."""
    roles.grant_permissions(sender, kwargs.get("apps", installed), using, {"manager": MANAGING})
