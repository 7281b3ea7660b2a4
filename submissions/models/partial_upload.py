"""Unfinished uploads: their length so far and their current writer."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from accounts.models import User
from work.leases import Claimable, ClaimableQuerySet

# How long a part waits for the rest of its file.
KEPT = timedelta(hours=24)
# In the private storage.
FOLDER = "uploads/"


class PartialUploadQuerySet(ClaimableQuerySet):
    def open(self) -> Self:
        """Still to be continued."""
        return self.filter(done_at=None, expires_at__gt=now())

    def unfinished(self) -> Self:
        """What the sweep takes away: parts nobody came back for, traces of those that arrived."""
        return self.filter(expires_at__lte=now())

    def held_at(self, now: datetime) -> Self:
        """Those that somebody writes to."""
        return self.filter(done_at=None, claimed_until__gte=now)

    def expire(self) -> int:
        """Mark them for the next sweep to take away; how many there were."""
        return self.filter(done_at=None).update(expires_at=now())


def upload_expiry() -> datetime:
    """When a part begun now runs out, unless more of it comes."""
    return now() + KEPT


def names_of_parts(names: list[str]) -> list[str]:
    """Those of ``names`` in the private storage that are the bytes of a part."""
    if not any(name.startswith(FOLDER) for name in names):
        return []
    return [_name_of(key) for key in PartialUpload.objects.values_list("key", flat=True)]


def _name_of(key: uuid.UUID) -> str:
    return f"{FOLDER}{key}.part"


class PartialUpload(Claimable):
    """One file on its way in, addressed by its ``key`` and continued by its owner only.

    ``claimed_until`` is the hold of the one request that writes to it. The row of a file that
    has arrived stays until it expires: somebody whose last answer was lost asks here.
    """

    key = models.UUIDField("کلید", unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="فرستنده")
    submission = models.ForeignKey(
        "submissions.Submission", models.CASCADE, related_name="+", verbose_name="درخواست"
    )
    requirement = models.CharField("مدرک", max_length=60)
    original_name = models.CharField("نام فایل", max_length=255)
    fingerprint = models.CharField("اثر محتوا", max_length=100, blank=True)
    size = models.PositiveBigIntegerField("حجم (بایت)")
    offset = models.PositiveBigIntegerField("رسیده (بایت)", default=0)
    started_at = models.DateTimeField("زمان شروع", default=now)
    expires_at = models.DateTimeField("پایان مهلت", default=upload_expiry)
    done_at = models.DateTimeField("زمان اتمام", null=True)

    objects = PartialUploadQuerySet.as_manager()

    class Meta:
        verbose_name = "بارگذاری ناتمام"
        verbose_name_plural = "بارگذاری‌های ناتمام"
        indexes = [
            # The sweep: what has run out.
            models.Index(fields=["expires_at"], name="part_by_expiry"),
            # The documents page and the limits: what somebody has on the way.
            models.Index(
                fields=["owner", "submission"], condition=Q(done_at=None), name="part_open_of"
            ),
        ]
        constraints = [
            # Whole means looked at and put in place: the last byte counts only with the document.
            models.CheckConstraint(
                condition=Q(done_at=None, offset__lt=F("size"))
                | Q(done_at__isnull=False, offset=F("size")),
                name="part_whole_when_done",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def path(self) -> Path:
        """Where its bytes lie, beside the private files."""
        return Path(storages["private"].path(_name_of(self.key)))

    @property
    def percent(self) -> int:
        return self.offset * 100 // self.size
