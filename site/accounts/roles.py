"""The roles of the staff; every app gives them permissions on its own models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions


def grant_permissions(
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


# The roles of the staff, and what they are called. Every app gives them its own permissions.
ROLES = {
    "editor": "ویراستار محتوا",
    "reviewer": "کارشناس بررسی",
    "signer": "امضاکننده",
    "secretariat": "دبیرخانه",
    "manager": "مدیر سامانه",
}


def keep_roles(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the groups named in ROLES and let each of them into the admin."""
    apps = kwargs.get("apps", installed)
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        types = apps.get_model("contenttypes", "ContentType").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:
        # Only our own tables were migrated; the next full migrate comes here again.
        return
    # Wagtail writes this permission after our turn when the tables were just emptied.
    admin, _ = types.get_or_create(app_label="wagtailadmin", model="admin")
    access, _ = permissions.get_or_create(
        content_type=admin,
        codename="access_admin",
        defaults={"name": "Can access Wagtail admin"},
    )
    for name in ROLES:
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(access)
