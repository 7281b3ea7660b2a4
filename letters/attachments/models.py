"""The table of what is attached to letters."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.timezone import now

from accounts.models import User
from db.frozen import FrozenModel, FrozenQuerySet
from submissions.models.filing import private_storage


class AttachmentQuerySet(FrozenQuerySet["LetterAttachment"]):
    def current(self) -> Self:
        """Those that the letter to come is sent with."""
        return self.filter(removed_at=None)


def attachment_path(attachment: LetterAttachment | None = None, filename: str = "") -> str:
    """A name that says nothing; the original name is kept as text only."""
    return f"letter-attachments/{now():%Y/%m}/{uuid.uuid4()}"


class LetterAttachment(FrozenModel):
    """One file that goes out with the letter of a request, looked into before it was kept.

    A signature freezes which ones: the letter names each by title and digest. One that is removed
    from the draft stays, since an earlier letter of the request may name it.
    """

    changing = frozenset({"removed_at", "removed_by"})
    # Letters name attachments by their digest.
    wagtail_reference_index_ignore = True

    draft = models.ForeignKey("letters.LetterDraft", models.PROTECT, related_name="attachments")
    title = models.CharField("عنوان پیوست", max_length=150)
    file = models.FileField(upload_to=attachment_path, storage=private_storage, max_length=120)
    original_name = models.CharField("نام فایل", max_length=255)
    content_type = models.CharField("نوع محتوا", max_length=100)
    size = models.PositiveBigIntegerField("حجم (بایت)")
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("زمان افزودن", default=now)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField("زمان حذف", null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "پیوست نامه"
        verbose_name_plural = "پیوست‌های نامه"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(Exact(Length("sha256"), 64), ~Q(file=""), ~Q(title=""), size__gt=0),
                name="letter_attachment_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="letter_attachment_removed_by_somebody",
            ),
            # The same file twice is a slip.
            models.UniqueConstraint(
                fields=["draft", "sha256"],
                condition=Q(removed_at=None),
                name="letter_attachment_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title
