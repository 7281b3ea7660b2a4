"""What a person may do, answered from what was read of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser


class KnownRights(AbstractUser):
    """Django's user, whose rights are looked up where :class:`accounts.backends.PortalBackend` put them.

    Django itself makes the backend anew for each right that is asked for, and the menu of every
    page of the admin asks for a hundred.
    """

    class Meta:
        abstract = True

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        known = vars(self).get("_perm_cache")
        if known is None or obj is not None or self.is_superuser or not self.is_active:
            return super().has_perm(perm, obj)
        return perm in known
