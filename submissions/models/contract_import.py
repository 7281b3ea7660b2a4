"""Import jobs of the register, their staged rows and problems."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.utils.timezone import now

from accounts.models import Party, User
from db.constraints import known_words
from services_catalog.models import Park
from submissions.models.filing import private_storage
from work.leases import Claimable, ClaimableQuerySet


def sheet_path(job: ContractImport, filename: str) -> str:
    """A name that says nothing; the original name is kept as text only."""
    return f"imports/{now():%Y/%m}/{uuid.uuid4()}"


class ContractImportQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Jobs on which the worker has something to do; a checked one waits for a person."""
        return self.filter(state__in=ContractImport.WORKING)

    def ended(self) -> Self:
        return self.filter(state__in=ContractImport.ENDED)


class ImportState(models.TextChoices):
    """How far an import is."""

    READING = "reading", "در حال خواندن و بررسی"
    CHECKED = "checked", "بررسی شد؛ منتظر تأیید"
    MERGING = "merging", "در حال ثبت در دفتر"
    DONE = "done", "ثبت شد"
    REFUSED = "refused", "پذیرفته نشد"
    CANCELLED = "cancelled", "حذف شد"


class ContractImport(Claimable):
    """One file on its way into the register: read and checked, confirmed, merged at once.

    Until the merge the register knows nothing of it. ``lines_read`` grows with the staged
    rows in one transaction, so that whoever continues after a killed worker repeats nothing.
    """

    State = ImportState

    WORKING = (State.READING, State.MERGING)
    ENDED = (State.DONE, State.REFUSED, State.CANCELLED)

    file = models.FileField(
        "فایل", upload_to=sheet_path, storage=private_storage, max_length=120, blank=True
    )
    original_name = models.CharField("نام فایل", max_length=255)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="بارگذاری‌کننده"
    )
    created_at = models.DateTimeField("زمان بارگذاری", default=now, editable=False)
    state = models.CharField("وضعیت", max_length=10, choices=State, default=State.READING)
    lines_total = models.PositiveIntegerField("سطرهای فایل", default=0)
    lines_read = models.PositiveIntegerField("سطرهای خوانده‌شده", default=0)
    good = models.PositiveIntegerField("سطرهای صحیح", default=0)
    bad = models.PositiveIntegerField("سطرهای نادرست", default=0)
    added = models.PositiveIntegerField("قراردادهای جدید", default=0)
    changed = models.PositiveIntegerField("قراردادهای تغییریافته", default=0)
    asked = models.PositiveIntegerField("قراردادهایی که طرف آن‌ها تغییر می‌کند", default=0)
    problem = models.TextField("دلیل پذیرفته نشدن", blank=True)
    finished_at = models.DateTimeField("زمان پایان", null=True, editable=False)

    objects = ContractImportQuerySet.as_manager()

    class Meta:
        verbose_name = "ورود قراردادها"
        verbose_name_plural = "ورودهای قراردادها"
        ordering = ["-pk"]
        constraints = [
            # The worker goes by the state: a job in another one would never end.
            known_words(
                "state",
                "reading",
                "checked",
                "merging",
                "done",
                "refused",
                "cancelled",
                name="import_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_working(self) -> bool:
        return self.state in self.WORKING

    @property
    def is_delayed(self) -> bool:
        """Whether the last try has failed and the next one waits for its time."""
        return self.is_working and self.claimed_until is None and self.not_before is not None

    @property
    def percent(self) -> int:
        """How far the reading is; 99 at most until it is over."""
        if self.state != self.State.READING:
            return 100
        return min(99, self.lines_read * 100 // max(1, self.lines_total))

    @property
    def unchanged(self) -> int:
        """Rows that say what the register says already."""
        return max(0, self.good - self.added - self.changed)


class StagedContract(models.Model):
    """One good row of a file, waiting for the merge. No other table points here."""

    job = models.ForeignKey(ContractImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=40)
    park = models.ForeignKey(Park, models.CASCADE, related_name="+", db_index=False)
    plot = models.CharField(max_length=40, blank=True)
    area = models.PositiveIntegerField(null=True)
    signed_on = models.DateField(null=True)
    file_number = models.CharField(max_length=40, blank=True)
    holder_kind = models.CharField(max_length=10, choices=Party.Kind)
    holder_name = models.CharField(max_length=200)
    holder_key = models.CharField(max_length=200)
    holder_id = models.CharField(max_length=11, blank=True)

    class Meta:
        constraints = [
            # Merged into the register as it stands here, where the same is asked.
            known_words("holder_kind", *Party.Kind.values, name="staged_holder_kind_known"),
            # A contract stands once in a file, however it is spelled; the second is an error.
            models.UniqueConstraint(fields=["job", "number_key"], name="staged_key_once"),
        ]

    def __str__(self) -> str:
        return self.number


class ImportProblem(models.Model):
    """Problem of one line, in words for whoever made the file."""

    job = models.ForeignKey(ContractImport, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField("سطر")
    column = models.CharField("ستون", max_length=60, blank=True)
    text = models.CharField("ایراد", max_length=300)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return self.text
