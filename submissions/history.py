"""What happened to a request, step by step."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import Party, User
from services_catalog.models import Desk
from submissions.states import State, StepName
from work.claims import Claimable, ClaimableQuerySet
from work.constraints import known_words


class StepQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Steps that those concerned have not been told of yet."""
        return self.filter(told_at=None)


class Step(Claimable):
    """One thing that happened to a submission: its history, and the outbox of what is told."""

    Name = StepName

    submission = models.ForeignKey("submissions.Submission", models.PROTECT, related_name="history")
    seq = models.PositiveIntegerField()
    name = models.CharField("گام", max_length=30, choices=StepName)
    from_state = models.CharField(max_length=20, choices=State)
    to_state = models.CharField(max_length=20, choices=State)
    stop = models.CharField(max_length=60, blank=True)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    note = models.TextField("توضیح برای متقاضی", blank=True)
    at = models.DateTimeField("زمان", default=now)
    told_at = models.DateTimeField("زمان اعلام", null=True, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "گام"
        verbose_name_plural = "گام‌ها"
        ordering = ["seq"]
        constraints = [
            # Two steps can never both follow the same one, whatever the race.
            models.UniqueConstraint(fields=["submission", "seq"], name="step_seq_once"),
            # The report has words for these, and take_step a method for each.
            known_words("name", *StepName.values, name="step_name_known"),
            known_words("from_state", *State.values, name="step_from_known"),
            known_words("to_state", *State.values, name="step_to_known"),
        ]
        indexes = [
            # visible_to: has this case been at one of my desks?
            models.Index(fields=["desk", "submission"], name="step_desk_reached"),
            # The sweep: what has not been told yet.
            models.Index(fields=["queued_at"], condition=Q(told_at=None), name="step_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.get_name_display()}"
