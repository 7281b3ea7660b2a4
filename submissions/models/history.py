"""History of a submission: steps, corrections, internal notes."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import Party, User
from db.constraints import known_words
from services_catalog.models import Desk
from submissions.states import INTERNAL, State, StepName
from work.leases import Claimable, ClaimableQuerySet


class StepQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Steps that those concerned have not been told of yet."""
        return self.filter(told_at=None)

    def shown(self) -> Self:
        """What concerns the applicant too; how the staff arrange their work is theirs alone."""
        return self.exclude(name__in=INTERNAL)


class Step(Claimable):
    """One step of a submission: its history, and the outbox of what is told."""

    Name = StepName

    submission = models.ForeignKey("submissions.Submission", models.PROTECT, related_name="history")
    seq = models.PositiveIntegerField()
    name = models.CharField("مرحله", max_length=30, choices=StepName)
    from_state = models.CharField(max_length=20, choices=State)
    to_state = models.CharField(max_length=20, choices=State)
    stop = models.CharField(max_length=60, blank=True)
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    # What was acted on; null: the step concerns the whole submission, and everybody's page of it.
    item = models.ForeignKey(
        "submissions.WorkItem", models.PROTECT, null=True, related_name="steps"
    )
    # Title of the unit that somebody spoke for who was asked: kept, since people change seats.
    # It shows where they sat and opens nothing to anybody, as ``desk`` does.
    unit = models.CharField(max_length=150, blank=True, default="", db_default="")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # Whose place ``by`` took that day; their own place needs no word.
    standing_in_for = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="به جانشینی از"
    )
    note = models.TextField("توضیح برای متقاضی", blank=True)
    # What was signed or initialled with it: SHA-256 of the letter's text and facts.
    letter_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    at = models.DateTimeField("زمان", default=now)
    told_at = models.DateTimeField("زمان اعلام", null=True, editable=False)
    # The place in the history of all requests, given after the commit: see workflow.numbering.
    number = models.BigIntegerField("شمارهٔ رویداد", null=True, unique=True, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "مرحله"
        verbose_name_plural = "مراحل"
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
            # visible_to: has this submission been at one of my desks?
            models.Index(fields=["desk", "submission"], name="step_desk_reached"),
            # The sweep: what has not been told yet.
            models.Index(fields=["queued_at"], condition=Q(told_at=None), name="step_untold"),
            # numbering: what has been committed since.
            models.Index(fields=["id"], condition=Q(number=None), name="step_unnumbered"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.get_name_display()}"

    @property
    def is_beside_others(self) -> bool:
        """Whether it agrees to a request that other desks still look at."""
        return self.name == StepName.PASS_ON and self.item_id is not None

    @property
    def is_internal(self) -> bool:
        """Whether it tells only how the staff arrange their work; its words are theirs."""
        return self.name in INTERNAL


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def unopened(self) -> Self:
        """Those still open that no applicant has looked at."""
        return self.filter(closed_by=None, seen_at=None)

    def mark_opened(self) -> bool:
        """Note that the applicant looks at them now; whether one of them was new to them.

        One conditional UPDATE: the return is either opened or taken back, never both.
        """
        return bool(self.unopened().update(seen_at=now()))


class Correction(models.Model):
    """List of what must be mended; opened by a return, closed by the resubmission or a recall.

    The words of the reason are copied when the return is made: what somebody was told stays.
    """

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="corrections"
    )
    opened_by = models.OneToOneField("submissions.Step", models.PROTECT, related_name="correction")
    closed_by = models.OneToOneField(
        "submissions.Step", models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField("دلیل", max_length=50)
    reason_title = models.CharField("عنوان دلیل", max_length=150, blank=True, default="")
    reason_advice = models.TextField("راهنمای متقاضی", blank=True, default="")
    # When somebody of the party looked at it first; until then it can be taken back.
    seen_at = models.DateTimeField("زمان مشاهدهٔ متقاضی", null=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "عودت"
        verbose_name_plural = "عودت‌ها"
        constraints = [
            models.UniqueConstraint(
                fields=["submission"], condition=Q(closed_by=None), name="one_open_correction"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class CorrectionItem(models.Model):
    """One document, answer or text to be mended, named by its code."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", "مدرک"
        ANSWER = "answer", "پاسخ"
        DESCRIPTION = "description", "شرح درخواست"

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20, choices=Kind)
    code = models.CharField(max_length=60, blank=True)
    note = models.TextField("توضیح", blank=True)

    class Meta:
        verbose_name = "مورد عودت"
        verbose_name_plural = "موارد عودت"
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "kind", "code"], name="correction_item_once"
            ),
            # What the applicant may change again hangs on it.
            known_words(
                "kind", "document", "answer", "description", name="correction_item_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.code}"


class InternalNote(models.Model):
    """A note between colleagues, in another table than the notes an applicant reads."""

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="internal_notes"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField("یادداشت داخلی")
    at = models.DateTimeField("زمان", default=now)

    class Meta:
        verbose_name = "یادداشت داخلی"
        verbose_name_plural = "یادداشت‌های داخلی"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
