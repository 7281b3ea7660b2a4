"""What the roles of the staff may do: every app gives them its own permissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.apps import AppConfig
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions


def give(
    config: AppConfig,
    apps: Apps,
    using: str,
    rights: Mapping[str, Iterable[str]],
    publishable: Iterable[str] = (),
) -> None:
    """Add to the group of each role the permissions of ``config``'s models with these codenames.

    To be called after ``migrate``, with the apps and the database that it was about. Does
    nothing while the tables of permissions are not there. ``publishable`` names models whose
    permission to publish Wagtail makes only later. Raises LookupError for a codename that
    the app does not have.
    """
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
        types = apps.get_model("contenttypes", "ContentType").objects.using(using)
        apps.get_app_config(config.label)
    except LookupError:
        return
    # Django makes them after our turn.
    create_permissions(config, verbosity=0, using=using, apps=apps)
    for model in publishable:
        permissions.get_or_create(
            content_type=types.get(app_label=config.label, model=model),
            codename=f"publish_{model}",
            defaults={"name": f"Can publish {model}"},
        )
    for role, codenames in rights.items():
        group, _ = groups.get_or_create(name=role)
        wanted = set(codenames)
        found = permissions.filter(content_type__app_label=config.label, codename__in=wanted)
        if unknown := wanted - {permission.codename for permission in found}:
            raise LookupError(f"{config.label} has no permissions {sorted(unknown)}.")
        group.permissions.add(*found)
