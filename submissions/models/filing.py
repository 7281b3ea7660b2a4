"""Documents of a submission, its filings, and accepted documents that may be used again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Self

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now

from accounts.models import User
from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from services_catalog.models import Park, Province
from submissions.models.contract import Contract
from submissions.models.filed_facts import FiledFacts

if TYPE_CHECKING:
    from django.core.files.storage import Storage

if TYPE_CHECKING:
    from submissions.models.submission import Submission


def document_path(document: Document, filename: str) -> str:
    """A name that says nothing; the original name is kept as text only."""
    return f"documents/{now():%Y/%m}/{uuid.uuid4()}"


def private_storage() -> Storage:
    return storages["private"]


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> Self:
        """The files that count now, not those they took the place of."""
        return self.filter(replaced_at=None)


class Document(models.Model):
    """One uploaded file for one requirement, named by the requirement's code."""

    class Scan(models.TextChoices):
        NONE = "none", "بدون پویش"
        CLEAN = "clean", "پویش‌شده و سالم"
        INFECTED = "infected", "آلوده"

    submission = models.ForeignKey(
        "submissions.Submission", models.PROTECT, related_name="documents"
    )
    requirement = models.CharField("مدرک", max_length=60)
    original_name = models.CharField("نام فایل", max_length=255)
    file = models.FileField(upload_to=document_path, storage=private_storage, max_length=120)
    size = models.PositiveBigIntegerField("حجم (بایت)")
    content_type = models.CharField("نوع محتوا", max_length=100)
    sha256 = models.CharField(max_length=64)
    scan = models.CharField("پویش", max_length=10, choices=Scan, default=Scan.NONE)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("زمان بارگذاری", default=now)
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "مدرک"
        verbose_name_plural = "مدارک"
        ordering = ["pk"]
        constraints = [
            # One current file for a requirement, however many uploads race.
            models.UniqueConstraint(
                fields=["submission", "requirement"],
                condition=Q(replaced_at=None),
                name="one_current_document",
            ),
            # Nobody opens a file that was found infected.
            known_words("scan", "none", "clean", "infected", name="document_scan_known"),
            # The copy that the applicant keeps names both; they are how a file is told again.
            models.CheckConstraint(
                condition=Q(Exact(Length("sha256"), 64), size__gt=0),
                name="document_has_size_and_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class Filing(FrozenModel):
    """The content of one handing-in. Immutable.

    ``contract``, ``park`` and ``province`` say which rows it is about; what those rows said when
    it was handed in stands in ``facts``.
    """

    submission = models.ForeignKey("submissions.Submission", models.PROTECT, related_name="filings")
    number = models.PositiveSmallIntegerField("نوبت")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("زمان ثبت", default=now)
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, related_name="+")
    park = models.ForeignKey(Park, models.PROTECT, null=True, related_name="+")
    province = models.ForeignKey(Province, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    declined = models.JSONField(default=list)
    description = models.TextField(blank=True)
    file_number = models.CharField(max_length=40, blank=True)
    documents = models.ManyToManyField(Document, related_name="filings")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = "نوبت ثبت"
        verbose_name_plural = "نوبت‌های ثبت"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="filing_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} / {self.number}"

    @cached_property
    def said(self) -> FiledFacts:
        """Party and contract as they were when it was handed in."""
        return FiledFacts.model_validate(self.facts)


class KeptDocumentQuerySet(models.QuerySet["KeptDocument"]):
    def valid(self, on: dt.date | None = None) -> Self:
        """What may be used again on a day, today unless said otherwise."""
        day = on or localdate()
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def for_submission(self, submission: Submission) -> Self:
        """What the party of a submission may use again in it."""
        mine = self.valid().filter(
            contract_id=submission.contract_id, contract__party=submission.party_id
        )
        # A contract may have changed hands; the papers of who held it before are not for show.
        return mine.filter(document__submission__party=submission.party_id)


class KeptDocument(models.Model):
    """The latest accepted document of its type, kept for the party that holds the contract.

    It names a document that was handed in, and those are never removed.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="locker")
    type = models.SlugField("نوع مدرک", max_length=60)
    document = models.ForeignKey("submissions.Document", models.PROTECT, related_name="+")
    accepted_on = models.DateField("تاریخ پذیرش")
    valid_until = models.DateField("معتبر تا", null=True, blank=True)

    objects = KeptDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "مدرک نگه‌داری‌شده"
        verbose_name_plural = "مدارک نگه‌داری‌شده"
        constraints = [
            models.UniqueConstraint(fields=["contract", "type"], name="kept_type_once"),
        ]

    def __str__(self) -> str:
        return self.type
