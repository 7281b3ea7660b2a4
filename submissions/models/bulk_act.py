"""One step taken on many work items by one person; the row is what the worker goes on with."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from submissions.models.work_item import WorkItem
from submissions.states import StepName
from work.leases import Claimable, ClaimableQuerySet

# The steps that can be taken on many at once.
MANY = (
    StepName.PASS_ON,
    StepName.REFER,
    StepName.ASSIGN,
    StepName.PUT_BACK,
    StepName.SET_URGENCY,
)
STEPS = [(name.value, name.label) for name in MANY]


class BulkActQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Acts of which something is still to be done."""
        return self.filter(finished_at=None)


class BulkAct(Claimable):
    """What somebody has chosen for many items at once, in the words that all of them get."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField("اقدام", max_length=30, choices=STEPS)
    note = models.TextField("توضیح", blank=True)
    # As the detail of the step has them, with keys in place of rows: see workflow.bulk.
    detail = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField("زمان ثبت", default=now, editable=False)
    finished_at = models.DateTimeField("زمان پایان", null=True, editable=False)

    objects = BulkActQuerySet.as_manager()

    class Meta:
        verbose_name = "اقدام گروهی"
        verbose_name_plural = "اقدام‌های گروهی"
        ordering = ["-pk"]
        constraints = [
            # The worker takes no other step on many.
            known_words("name", *[name for name, _label in STEPS], name="bulk_step_known"),
        ]
        indexes = [
            models.Index(fields=["by", "-id"], name="bulk_act_of_person"),
            # The sweep: what has not come to its end.
            models.Index(
                fields=["queued_at"], condition=Q(finished_at=None), name="bulk_act_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} ({self.pk})"


class BulkLineQuerySet(models.QuerySet["BulkLine"]):
    def waiting(self) -> Self:
        """Those that have not been tried yet."""
        return self.filter(step=None, refusal="")


class BulkLine(models.Model):
    """One item of it: the step that was taken, or why none was."""

    act = models.ForeignKey(BulkAct, models.CASCADE, related_name="lines")
    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="+")
    #: The last step that the person had seen of its submission.
    expecting = models.PositiveIntegerField()
    step = models.ForeignKey("submissions.Step", models.PROTECT, null=True, related_name="+")
    refusal = models.TextField("دلیل انجام نشدن", blank=True)

    objects = BulkLineQuerySet.as_manager()

    class Meta:
        verbose_name = "مورد اقدام گروهی"
        verbose_name_plural = "موارد اقدام گروهی"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "item"], name="bulk_item_once"),
            models.CheckConstraint(
                condition=Q(step=None) | Q(refusal=""), name="bulk_line_done_or_refused"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id} / {self.item_id}"
