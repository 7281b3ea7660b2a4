"""The locker of a contract: documents that were accepted once and may be used again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from services_catalog.models import DocumentType
from submissions.contracts import Contract

if TYPE_CHECKING:
    from submissions.models import Submission


class KeptDocumentQuerySet(models.QuerySet["KeptDocument"]):
    def valid(self, on: dt.date | None = None) -> Self:
        """What may be used again on a day, today unless said otherwise."""
        day = on or localdate()
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def for_case(self, case: Submission) -> Self:
        """What the party of a case may use again in it."""
        mine = self.valid().filter(contract_id=case.contract_id, contract__party=case.party_id)
        # A contract may have changed hands; the papers of who held it before are not for show.
        return mine.filter(document__submission__party=case.party_id)


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


def keep(case: Submission) -> None:
    """Put the accepted documents of an approved case into the locker of its contract.

    A document that was itself taken from the locker keeps the date until which it is valid.
    Call it in the transaction of the approval.
    """
    if case.contract_id is None:
        return
    months = dict(
        DocumentType.objects.filter(reusable_months__isnull=False).values_list(
            "code", "reusable_months"
        )
    )
    today = localdate()
    for document in case.documents.current():
        needed = case.facts.document(document.requirement)
        if needed is None or needed.type not in months:
            continue
        there = KeptDocument.objects.filter(contract_id=case.contract_id, type=needed.type)
        own = there.filter(document__submission__party=case.party_id)
        if own.filter(document__sha256=document.sha256).exists():
            continue
        KeptDocument.objects.update_or_create(
            contract_id=case.contract_id,
            type=needed.type,
            defaults={
                "document": document,
                "accepted_on": today,
                "valid_until": _after(today, months[needed.type]),
            },
        )


def _after(day: dt.date, months: int | None) -> dt.date | None:
    """The last day of the validity; a type without an end has zero months."""
    return day + dt.timedelta(days=round(months * 30.4375)) if months else None
