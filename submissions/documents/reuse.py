"""Accepted files, kept for the next request about the same contract."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from services_catalog.models import DocumentType
from submissions.models import KeptDocument

if TYPE_CHECKING:
    from submissions.models import Submission


def keep_documents(submission: Submission) -> None:
    """Put the accepted documents of an approved submission into the locker of its contract.

    A document that was itself taken from the locker keeps the date until which it is valid.
    Call it in the transaction of the approval.
    """
    if submission.contract_id is None:
        return
    months = dict(
        DocumentType.objects.filter(reusable_months__isnull=False).values_list(
            "code", "reusable_months"
        )
    )
    today = localdate()
    for document in submission.documents.current():
        needed = submission.facts.document(document.requirement)
        if needed is None or needed.type not in months:
            continue
        there = KeptDocument.objects.filter(contract_id=submission.contract_id, type=needed.type)
        own = there.filter(document__submission__party=submission.party_id)
        if own.filter(document__sha256=document.sha256).exists():
            continue
        KeptDocument.objects.update_or_create(
            contract_id=submission.contract_id,
            type=needed.type,
            defaults={
                "document": document,
                "accepted_on": today,
                "valid_until": _day_after(today, months[needed.type]),
            },
        )


def _day_after(day: dt.date, months: int | None) -> dt.date | None:
    """The last day of the validity; a type without an end has zero months."""
    return day + dt.timedelta(days=round(months * 30.4375)) if months else None
