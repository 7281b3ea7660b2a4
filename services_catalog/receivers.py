"""Makes a version of each published service, and grants editors their permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.dispatch import receiver
from wagtail.signals import published

from accounts import roles
from db.naming import register_naming
from services_catalog.facts import ServiceFacts
from services_catalog.models import (
    Category,
    DocumentType,
    Organisation,
    Service,
    ServiceVersion,
    Unit,
)

# What editors write: what can be asked for, and the words for it.
CATALOG = ("category", "documenttype", "organisation", "returnreason", "synonyms")
# What managers look after: places, who sits where, when the office works.
OFFICE = (
    "calendarday", "desk", "officehours", "park", "province", "seat", "unit", "weekendrule",
)  # fmt: skip


@receiver(published, sender=Service, dispatch_uid="services_catalog.write_version")
def write_version(sender: type[Service], instance: Service, **kwargs: object) -> None:
    """Fetched anew: the signal's instance still carries its children in memory."""
    ServiceVersion.objects.write(Service.objects.get(pk=instance.pk))


def register_namings() -> None:
    """Keep what published services name: submissions are judged by their versions for good."""
    register_naming(Unit, lambda code: _is_said(lambda facts: code in _units_of(facts)))
    register_naming(Category, lambda code: _is_said(lambda facts: code == facts.category))
    register_naming(DocumentType, lambda code: _is_said(lambda facts: code in _types_of(facts)))
    # Without the last body of its kind, what is to be answered to it could not be answered.
    register_naming(
        Organisation, lambda kind: _is_said(lambda facts: kind == facts.recipient), column="kind"
    )


def _is_said(saying: Callable[[ServiceFacts], bool]) -> bool:
    """Whether the facts of any version say it. Versions are few: one for each publication."""
    return any(saying(version.facts) for version in ServiceVersion.objects.iterator())


def _units_of(facts: ServiceFacts) -> set[str]:
    return {stop.unit for stop in facts.route}


def _types_of(facts: ServiceFacts) -> set[str]:
    return {document.type for document in facts.documents}


def give_rights(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let editors write the catalog and managers, besides, look after desks and calendar.

    Nothing that submissions or letters name is deleted: it is retired or closed. Synonyms are named
    by nothing.
    """
    service = ("add_service", "change_service", "publish_service", "view_service")
    catalog = (*service, *_editing_permissions(CATALOG), "delete_synonyms")
    office = (*_editing_permissions(OFFICE), "delete_calendarday", "delete_seat")
    rights = {"editor": catalog, "manager": (*catalog, *office)}
    apps = kwargs.get("apps", installed)
    roles.grant_permissions(sender, apps, using, rights, publishable=["service"])


def _editing_permissions(models: tuple[str, ...]) -> list[str]:
    return [f"{action}_{model}" for model in models for action in ("add", "change", "view")]
