"""Grants the staff their permissions on letters after every ``migrate``."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from accounts import roles

READING = ("view_letter", "view_incomingletter")
VOIDING = ("void_letter",)
KEEPING = (
    *("revoke_letter", "change_lettersettings"),
    *("add_secretariat", "view_secretariat", "change_secretariat"),
)
# Mails of the government network belong to no request: they are the secretariat's.
MAILS = ("view_receivedmail", "change_receivedmail")
# The incoming register: desks read what belongs to their requests.
INCOMING = ("add_incomingletter", "change_incomingletter")
SENDING = ("view_dispatch", "change_dispatch", "view_dispatchsettings", "change_dispatchsettings")
WORDING = ("add_lettertemplate", "view_lettertemplate", "change_lettertemplate")


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let the staff read the letters of what they may read, have the
    secretariat send them, and managers word them."""
    rights = {
        **dict.fromkeys(("reviewer", "signer"), READING),
        "secretariat": (*READING, *SENDING, *VOIDING, *MAILS, *INCOMING),
        "manager": (*READING, *SENDING, *VOIDING, *MAILS, *INCOMING, *WORDING, *KEEPING),
    }
    roles.grant_permissions(sender, kwargs.get("apps", installed), using, rights)
