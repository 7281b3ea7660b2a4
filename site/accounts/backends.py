"""Who may do what, asked of the database once."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from accounts.models import User


class PortalBackend(ModelBackend):
    """Django's own; what somebody may do comes in one query instead of two.

    Every page of the admin asks it, and each has a limit of queries to keep.
    """

    def _get_user_permissions(self, user_obj: User) -> QuerySet[Permission]:
        return Permission.objects.none()

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Those of the person's groups, and those given to the person alone."""
        by_groups = Group.permissions.through.objects.filter(group__user=user_obj)
        alone = User.user_permissions.through.objects.filter(user=user_obj)
        return Permission.objects.filter(
            Q(pk__in=by_groups.values("permission")) | Q(pk__in=alone.values("permission"))
        )
