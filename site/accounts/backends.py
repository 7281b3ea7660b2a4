"""A user with their permissions, read from the database in few queries a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import Q, QuerySet, Value
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.models import User
from db.questions import written

# What stands in the place of an app where a row tells of something else.
_GROUP = ""
_ON_CONTENT = {
    PagePermissionPolicy.permission_cache_name: GroupPagePermission,
    CollectionPermissionPolicy.permission_cache_name: GroupCollectionPermission,
}


class PortalBackend(ModelBackend):
    """Django's own; who somebody is and all that they may do comes in one query each.

    Every page of the admin asks it, and each has a limit of queries to keep. Every session
    names this class.
    """

    def get_user(self, user_id: int) -> User | None:
        """The person with what the admin looks up of them on every page."""
        found = _find_person.first(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        """Those of the person's groups and those given to the person alone, as «app.codename»."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        cached = user_obj.__dict__
        if "_perm_cache" not in cached:
            self._read(user_obj)
        permissions: set[str] = cached["_perm_cache"]
        return permissions

    def _read(self, user: User) -> None:
        """Keep on the person what they may do, and beside it the names of their groups.

        And that they have no rights on Wagtail's pages or collections, as most of the staff:
        its menu asks for either on every page of the admin.
        """
        told = (_told_of_superuser if user.is_superuser else _told_of)(user)
        labels = {label for label, _ in told}
        apart = {_GROUP, *_ON_CONTENT}
        cached = user.__dict__
        cached["_perm_cache"] = {f"{label}.{name}" for label, name in told if label not in apart}
        cached["role_names"] = frozenset(name for label, name in told if label == _GROUP)
        for name in _ON_CONTENT:
            if name not in labels and not user.is_superuser:
                cached[name] = []


@written
def _find_person(user: Any) -> QuerySet[User]:
    return User.objects.select_related("wagtail_userprofile").filter(pk=user)


@written
def _told_of(user: Any) -> QuerySet[Any, tuple[str, str]]:
    by_groups = Group.permissions.through.objects.filter(group__user=user)
    alone = User.user_permissions.through.objects.filter(user=user)
    permissions = Permission.objects.filter(
        Q(pk__in=by_groups.values("permission")) | Q(pk__in=alone.values("permission"))
    )
    on_content = (
        model.objects.filter(group__user=user)
        .order_by()
        .values_list(Value(name), "permission__codename")
        for name, model in _ON_CONTENT.items()
    )
    return _names_of(permissions).union(_groups_of(user), *on_content, all=True)


@written
def _told_of_superuser(user: Any) -> QuerySet[Any, tuple[str, str]]:
    return _names_of(Permission.objects.all()).union(_groups_of(user), all=True)


def _names_of(permissions: QuerySet[Permission]) -> QuerySet[Permission, tuple[str, str]]:
    return permissions.order_by().values_list("content_type__app_label", "codename")


def _groups_of(user: Any) -> QuerySet[Group, tuple[str, str]]:
    return Group.objects.filter(user=user).order_by().values_list(Value(_GROUP), "name")
