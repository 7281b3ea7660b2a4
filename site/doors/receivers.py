"""After every ``migrate``: who looks after text messages. At every sign-in: whose words are kept."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.http import HttpRequest

from accounts.models import User
from doors import kept, roles

MANAGING = ("view_smsmessage", "change_smsmessage", "view_messagetext", "change_messagetext")


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let managers into messages and their words; ``sender`` is accounts, which has no doors."""
    roles.give(sender, kwargs.get("apps", installed), using, {"manager": MANAGING})


def drop_words_of_others(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """On a shared computer nobody carries another's words along; listens to ``user_logged_in``."""
    kept.leave_only_of(request, user)
