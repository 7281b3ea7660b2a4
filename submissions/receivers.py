"""Grants the staff their permissions after every ``migrate``, and keeps what is named."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

from accounts import roles
from db.naming import register_naming
from services_catalog.models import DocumentType, ReturnReason
from submissions.models import Correction, KeptDocument

# «change» opens the pages of a decision; which steps are open is for the policy to say.
REVIEWING = ("view_submission", "change_submission")
# The register is the company's: it is imported, and its rules are set, by managers.
MANAGING = (
    "add_contractimport",
    "view_contractimport",
    "change_claimrules",
    # Whose a contract is, everywhere; the desks of claims decide it in their places.
    "change_contract",
    # All that somebody has goes to a successor.
    "add_handover",
)


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let the staff of the desks into the requests."""
    rights: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("reviewer", "signer", "secretariat", "manager"), REVIEWING
    )
    rights["manager"] = (*REVIEWING, *MANAGING)
    roles.grant_permissions(sender, kwargs.get("apps", installed), using, rights)


def register_namings() -> None:
    """Keep the reasons of returns and the types of kept documents, which are named by their code."""
    register_naming(ReturnReason, lambda code: Correction.objects.filter(reason=code).exists())
    register_naming(DocumentType, lambda code: KeptDocument.objects.filter(type=code).exists())


def keep_filed_documents(action: str, reverse: bool, instance: Any, **kwargs: Any) -> None:
    """A filing names its documents once, when it is written. Raises TypeError for any later word."""
    if not action.startswith("pre_"):
        return
    with_the_filing = action == "pre_add" and not reverse and not instance.documents.exists()
    if not with_the_filing:
        raise TypeError("Filing keeps its documents.")
