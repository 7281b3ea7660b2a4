"""What must be in the database after every ``migrate``: who of the staff may open requests."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from doors import roles

# «change» opens the pages of a decision; which steps are open is for the policy to say.
REVIEWING = ("view_submission", "change_submission")
# The register is the company's: it is imported, and its rules are set, by managers.
MANAGING = ("add_contractimport", "view_contractimport", "change_claimrules")


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let the staff of the desks into the requests."""
    rights: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("reviewer", "signer", "secretariat", "manager"), REVIEWING
    )
    rights["manager"] = (*REVIEWING, *MANAGING)
    roles.give(sender, kwargs.get("apps", installed), using, rights)
