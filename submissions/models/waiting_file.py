"""Files that have arrived and wait to be looked into."""

from __future__ import annotations

from functools import partial
from typing import Self

from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.timezone import now

from accounts.models import User
from submissions.models.filing import document_path, private_storage
from submissions.models.submission import Submission
from work.leases import Claimable, ClaimableQuerySet


class WaitingFileQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Those that nobody has judged yet; of a refused one only the reason is left."""
        return self.filter(refusal="")

    def in_turn(self) -> Self:
        """Due ones, in the order of judging: everybody's first, then everybody's second, and so on."""
        earlier = WaitingFile.objects.filter(
            owner=OuterRef("owner"), refusal="", pk__lt=OuterRef("pk")
        )
        before = earlier.order_by().values("owner").annotate(files=Count("pk")).values("files")
        return self.unclaimed(now()).order_by(Coalesce(Subquery(before), 0), "pk")

    def drop(self) -> None:
        """Take the rows away, and their files after the commit."""
        storage = private_storage()
        names = list(self.exclude(file="").values_list("file", flat=True))
        self.delete()
        for name in names:
            # Whoever brought another file must not lose that for the old one: the sweep has it.
            transaction.on_commit(partial(storage.delete, name), robust=True)


class WaitingFile(Claimable):
    """A file for one requirement that is no document yet: only the worker reads it.

    Found fine, it becomes a :class:`Document` and the row goes. Refused, its file goes, and the row
    keeps the sentence for the applicant until another file comes.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="فرستنده")
    submission = models.ForeignKey(
        Submission,
        models.CASCADE,
        related_name="waiting_files",
        verbose_name="درخواست",
    )
    requirement = models.CharField("مدرک", max_length=60)
    original_name = models.CharField("نام فایل", max_length=255)
    file = models.FileField(
        upload_to=document_path, storage=private_storage, max_length=120, blank=True
    )
    size = models.PositiveBigIntegerField("حجم (بایت)")
    content_type = models.CharField("نوع محتوا", max_length=100)
    sha256 = models.CharField(max_length=64)
    refusal = models.TextField("دلیل پذیرفته نشدن", blank=True)

    objects = WaitingFileQuerySet.as_manager()

    class Meta:
        verbose_name = "فایل در حال بررسی"
        verbose_name_plural = "فایل‌های در حال بررسی"
        ordering = ["pk"]
        indexes = [
            # The turns of judging, and how many of them somebody has.
            models.Index(fields=["owner", "id"], condition=Q(refusal=""), name="waiting_of_owner"),
        ]
        constraints = [
            # The row of the page shows one; another file takes its place.
            models.UniqueConstraint(fields=["submission", "requirement"], name="one_waiting_file"),
            # What was refused is kept nowhere.
            models.CheckConstraint(
                condition=Q(refusal="") & ~Q(file="") | ~Q(refusal="") & Q(file=""),
                name="waiting_file_until_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_refused(self) -> bool:
        return bool(self.refusal)


def files_waiting(submission: Submission) -> list[WaitingFile]:
    """Files that are not judged yet or were refused; asked once of a fetched row.

    Nothing is asked where the row was fetched with ``has_waiting`` and that says no.
    """
    if not getattr(submission, "has_waiting", True):
        return []
    prefetch_related_objects([submission], "waiting_files")
    return list(submission.waiting_files.all())
