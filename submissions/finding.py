"""Which requests are whose to see, and which of them wait where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.timezone import now

from accounts.models import Party, User
from services_catalog.places import Desk
from submissions.exchanges import Referral
from submissions.history import Step
from submissions.policies import desk_ids
from submissions.states import Box, State

if TYPE_CHECKING:
    from submissions.models import Submission  # noqa: F401


# Written into the statement instead of being handed to it: SQLite then knows that an index of
# what is in review holds all it is asked for, and counts there without reading any row.
_IN_REVIEW = Func(template=f"'{State.IN_REVIEW.value}'", output_field=models.CharField())


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, party: Party | None) -> Self:
        """What the party asked for; nothing for somebody without a party."""
        return self.filter(party=party) if party else self.none()

    def visible_to(self, user: User) -> Self:
        """What a user may read: their parties', and what has reached their desks once handed in.

        Superusers and managers read everything that was handed in.
        """
        if not user.is_staff:
            return self.filter(party__in=[party.pk for party in user.parties])
        # Few of the staff have parties; they are looked up with the rows, not before them.
        own = Q(party__in=Party.objects.acted_for_by(user).order_by().values("pk"))
        handed_in = ~Q(state=State.DRAFT) & Q(submitted_at__isnull=False)
        if user.is_superuser or user.has_role("manager"):
            return self.filter(own | handed_in)
        return self.filter(own | (handed_in & self._reached(user)))

    def _reached(self, user: User) -> Q:
        desks = desk_ids(user)
        passed = Step.objects.filter(submission=OuterRef("pk"), desk_id__in=desks)
        asked = Referral.objects.filter(submission=OuterRef("pk"), asked=user)
        return Q(desk_id__in=desks) | Exists(passed) | Exists(asked)

    def in_box(self, box: Box | str) -> Self:
        return self.filter(cartable_box=box)

    def waiting(self) -> Self:
        """In review: somebody's desk has them."""
        return self.filter(state=_IN_REVIEW)

    def waiting_at(self, user: User) -> Self:
        """What waits for this user: at their desks, or referred to them."""
        mine = Q(desk_id__in=desk_ids(user))
        asked = Referral.objects.filter(asked=user, answered_at__isnull=True)
        # Most are asked nothing; the desk's own index then gives its rows counted and in order.
        if asked.exists():
            mine |= Q(Exists(asked.filter(submission=OuterRef("pk"))))
        return self.waiting().filter(mine)

    def unattended(self) -> Self:
        """In review where nobody takes them up: without a desk, or at one where nobody is today."""
        return self.waiting().filter(Q(desk=None) | Q(desk__in=Desk.objects.unattended()))

    def overdue(self) -> Self:
        return self.waiting().filter(due_at__lt=now())
