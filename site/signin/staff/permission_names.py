"""Persian names of permissions, for the screens on which roles are given theirs.

Django writes the names into rows, in English and of models' English names. Wagtail shows some
of them in translation and reads the others to whoever hears the page.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission
from django.utils import translation

# By the beginning of the codename, which the model's name follows.
WORDS: Final = {
    "add": "افزودن {}",
    "bulk_delete": "حذف {} همراه با موارد زیرمجموعه",
    "change": "ویرایش {}",
    "delete": "حذف {}",
    "lock": "قفل کردن {}",
    "publish": "انتشار {}",
    "unlock": "باز کردن قفل {}",
}


def name_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Give those that Django and Wagtail have named their Persian names; after each ``migrate``."""
    # Django makes those of the app itself only after this.
    create_permissions(sender, verbosity=0, using=using)
    permissions = Permission.objects.using(using).select_related("content_type")
    renamed = []
    with translation.override("fa"):
        for permission in permissions:
            name = _name_of(permission)
            if name not in ("", permission.name):
                permission.name = name
                renamed.append(permission)
    # In one statement without a case for each row: it comes after each emptying of a database, too.
    Permission.objects.using(using).bulk_create(
        renamed, update_conflicts=True, unique_fields=["id"], update_fields=["name"]
    )


def _name_of(permission: Permission) -> str:
    """Empty for one that its own app has named."""
    action, _, model_name = permission.codename.rpartition("_")
    model = permission.content_type.model_class()
    if model is None or action not in WORDS or model_name != model._meta.model_name:
        return ""
    return WORDS[action].format(model._meta.verbose_name)
