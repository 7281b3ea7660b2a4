"""Marks users as staff when they are given a role, and the other way round."""

from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q

from accounts.models import User
from accounts.roles import ROLES
from signin.sessions import end_all

OPENS_THE_ADMIN = Q(
    permissions__content_type__app_label="wagtailadmin", permissions__codename="access_admin"
)


# Wagtail brings two groups of its own with every installation.
TITLES = {**ROLES, "Editors": "ویراستاران صفحه‌ها", "Moderators": "ناظران صفحه‌ها"}


def title_of(group: Group) -> str:
    """What the group is called: a role by its title, another one by its name."""
    return TITLES.get(group.name, group.name)


def call_by_titles() -> None:
    """Have every screen and form, Wagtail's own included, call a group by its title."""
    Group.__str__ = title_of  # type: ignore[assignment, method-assign]


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
        settle_staff(user, before=user.is_staff)


def settle_staff(user: User, *, before: bool) -> None:
    """Mark ``user`` as staff or not, as things stand; ``before``: whether they were until now."""
    is_staff = user.is_superuser or user.groups.filter(OPENS_THE_ADMIN).exists()
    if is_staff != user.is_staff:
        user.is_staff = is_staff
        User.objects.filter(pk=user.pk).update(is_staff=is_staff)
    if is_staff != before:
        end_all(user)
