"""Hand-overs: all that one person has goes to a successor, or back to the desks."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import User
from services_catalog.models import Desk
from submissions.models.work_item import WorkItem, WorkItemQuerySet
from work.leases import Claimable, ClaimableQuerySet


class HandOverQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Those by which something may still have to be moved."""
        return self.filter(done_at=None)


class HandOver(Claimable):
    """One person's work goes to another, case by case; a killed one goes on where it was.

    ``desk`` gets what names no desk of its own and cannot go to the successor. ``only_desk``: the
    person stays at other desks, and what they have there with them.
    """

    giver = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="تحویل‌دهنده")
    receiver = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="تحویل‌گیرنده"
    )
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", verbose_name="میز")
    only_desk = models.BooleanField("فقط کارهای همین میز", default=False)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="به دستور"
    )
    asked_at = models.DateTimeField("زمان درخواست", default=now, editable=False)
    moved = models.PositiveIntegerField("کارهای تحویل‌شده", default=0, editable=False)
    done_at = models.DateTimeField("زمان پایان", null=True, editable=False)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = "تحویل کارها"
        verbose_name_plural = "تحویل کارها"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=models.F("giver")),
                name="nobody_hands_over_to_themselves",
                violation_error_message="تحویل‌گیرنده باید همکار دیگری باشد.",
            ),
        ]
        indexes = [
            # The sweep: what is not done yet.
            models.Index(fields=["queued_at"], condition=Q(done_at=None), name="hand_over_undone"),
        ]

    def __str__(self) -> str:
        return f"{self.giver} ← {self.receiver or self.desk}"

    @property
    def words(self) -> str:
        """What the record of each item says."""
        target = f"همکار «{self.receiver}»" if self.receiver else "میز"
        ordered = f"، به دستور «{self.by}»" if self.by else ""
        return f"از «{self.giver}» به {target}{ordered}"

    def left(self) -> WorkItemQuerySet:
        """What the giver still has."""
        items = WorkItem.objects.open().filter(person=self.giver)
        return items.filter(desk=self.desk) if self.only_desk else items
