"""Drafts of letters and what the desks reworded in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from letters.attachments.models import LetterAttachment
from letters.drafts.marks import Classification
from letters.drafts.purposes import Purpose
from submissions.states import Urgency


class LetterDraft(models.Model):
    """What is particular about the letter of one request: reworded blocks, how it is classified,
    what goes with it, and the signed text.

    There is a row from the first change or signature on; before that the template says it all.
    """

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="letter_drafts"
    )
    purpose = models.CharField("منظور", max_length=10, choices=Purpose, default=Purpose.RESULT)
    # The version on which it was reworded, or which was signed; None: whichever is current.
    template = models.ForeignKey("letters.LetterTemplate", models.PROTECT, null=True)
    # The reworded blocks: their texts with placeholders, by the place of the block.
    texts = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    # What the first signature froze, see letters.drafts.content.Content; None while nobody signed.
    frozen = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    classification = models.CharField(
        "طبقه‌بندی",
        max_length=15,
        choices=Classification,
        default=Classification.NORMAL,
        db_default="normal",
    )
    # Empty: as urgent as the request.
    urgency = models.CharField(
        "فوریت", max_length=10, choices=Urgency, blank=True, default="", db_default=""
    )
    # The revision with which the two were last chosen, and when they or the attachments changed.
    marks_revision = models.PositiveIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "پیش‌نویس نامه"
        verbose_name_plural = "پیش‌نویس‌های نامه"
        constraints = [
            models.UniqueConstraint(fields=["submission", "purpose"], name="one_draft_a_purpose"),
            known_words("purpose", "result", "refusal", "inquiry", name="draft_purpose_known"),
            known_words(
                "classification", *Classification.values, name="draft_classification_known"
            ),
            known_words("urgency", "", *Urgency.values, name="draft_urgency_known"),
            models.CheckConstraint(
                condition=Q(frozen=None, digest="")
                | (Q(frozen__isnull=False, template__isnull=False) & ~Q(digest="")),
                name="frozen_draft_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.revision})"

    @cached_property
    def attached(self) -> list[LetterAttachment]:
        """What the letter to come is sent with, in the order in which it lists that; asked once."""
        return list(self.attachments.current()) if self.pk else []


class LetterRevision(models.Model):
    """One change of one block: who, when, and the text before and after it."""

    draft = models.ForeignKey(LetterDraft, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    block = models.PositiveSmallIntegerField()
    before = models.TextField()
    after = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    standing_in_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stop = models.CharField(max_length=60)
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "تغییر متن نامه"
        verbose_name_plural = "تغییرهای متن نامه"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.by}"
