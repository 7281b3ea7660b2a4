"""Whose submissions somebody may read, told in values."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate

from accounts.models import User
from services_catalog.models.places import desk_ids


class Sight(NamedTuple):
    """What ``SubmissionQuerySet.visible`` asks of a reader.

    ``parties``: keys of those an applicant acts for; None of the staff. ``desks``: keys of those
    where one of the staff decides today; None of who reads everything.
    """

    parties: list[int] | None
    person: int
    today: date
    desks: list[int] | None

    @classmethod
    def of(cls, user: User) -> Sight:
        if not user.is_staff:
            return cls([party.pk for party in user.parties], user.pk, localdate(), None)
        sees_all = user.is_superuser or user.has_role("manager")
        return cls(None, user.pk, localdate(), None if sees_all else sorted(desk_ids(user)))
