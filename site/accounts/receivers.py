"""What must be in the database after every ``migrate``: the cache's table and the roles.

And what a role brings with it for whoever is given one.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.core.management import call_command
from django.db.models import Q

from accounts.models import User
from accounts.security import end_all

# The roles of the staff, and what they are called. Every app gives them its own permissions.
ROLES = {
    "editor": "ویراستار محتوا",
    "reviewer": "کارشناس بررسی",
    "signer": "امضاکننده",
    "secretariat": "دبیرخانه",
    "manager": "مدیر سامانه",
}
OPENS_THE_ADMIN = Q(
    permissions__content_type__app_label="wagtailadmin", permissions__codename="access_admin"
)


def follow_roles(
    sender: type, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """Mark people as staff while a role lets them into the admin; listens to ``User.groups``.

    Whoever was no colleague until now signs in anew, by the staff's own door: the session that
    a phone has opened must not read what a colleague may.
    """
    if not action.startswith("post_"):
        return
    people = User.objects.filter(pk__in=pk_set or ()) if reverse else [instance]
    for user in people:
        settle(user, before=user.is_staff)


def settle(user: User, *, before: bool) -> None:
    """Mark ``user`` as staff or not, as things stand; ``before``: whether they were until now."""
    is_staff = user.is_superuser or user.groups.filter(OPENS_THE_ADMIN).exists()
    if is_staff != user.is_staff:
        user.is_staff = is_staff
        User.objects.filter(pk=user.pk).update(is_staff=is_staff)
    if is_staff != before:
        end_all(user)


def keep_cache_table(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the table of the database cache where there is none.

    Not a migration: whether there is such a cache is a setting, which may change later.
    """
    call_command("createcachetable", database=using, verbosity=0)


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
