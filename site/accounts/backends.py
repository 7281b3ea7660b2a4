"""A user with their permissions, read from the database in few queries a request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db.models import Q, Value
from wagtail.models import Collection
from wagtail.permission_policies.collections import CollectionPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.models import User

# What stands in the place of an app where a row tells of something else.
_GROUP = ""
_ON_CONTENT = (PagePermissionPolicy(), CollectionPermissionPolicy(Collection))


class PortalBackend(ModelBackend):
    """Django's own; who somebody is and all that they may do comes in one query each.

    Every page of the admin asks it, and each has a limit of queries to keep. Every session
    names this class.
    """

    def get_user(self, user_id: int) -> User | None:
        """The person with what the admin looks up of them on every page."""
        found = User.objects.select_related("wagtail_userprofile").filter(pk=user_id).first()
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
        rows = self._permissions_of(user).order_by()
        names = rows.values_list("content_type__app_label", "codename")
        groups = user.groups.order_by().values_list(Value(_GROUP), "name")
        on_content = (
            policy.get_all_permissions_for_user(user)
            .order_by()
            .values_list(Value(policy.permission_cache_name), "permission__codename")
            for policy in _ON_CONTENT
        )
        told = list(names.union(groups, *on_content, all=True))
        labels = {label for label, _ in told}
        apart = {_GROUP, *(policy.permission_cache_name for policy in _ON_CONTENT)}
        cached = user.__dict__
        cached["_perm_cache"] = {f"{label}.{name}" for label, name in told if label not in apart}
        cached["role_names"] = frozenset(name for label, name in told if label == _GROUP)
        for policy in _ON_CONTENT:
            if policy.permission_cache_name not in labels and not user.is_superuser:
                cached[policy.permission_cache_name] = []

    def _permissions_of(self, user: User) -> Any:
        if user.is_superuser:
            return Permission.objects.all()
        by_groups = Group.permissions.through.objects.filter(group__user=user)
        alone = User.user_permissions.through.objects.filter(user=user)
        return Permission.objects.filter(
            Q(pk__in=by_groups.values("permission")) | Q(pk__in=alone.values("permission"))
        )
