"""Accepted files that are not asked for twice: of the contract's locker, and of the identity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.timezone import localdate

from services_catalog.kinds import AGENCY, IDENTITY, SUCCESSION
from services_catalog.models import DocumentType
from submissions.models import Document, KeptDocument
from submissions.states import State

if TYPE_CHECKING:
    from accounts.models import User
    from submissions.models import Submission


@dataclass(frozen=True)
class Reusable:
    """An accepted file of a type, and the last day on which it may be brought again."""

    type: str
    document: Document
    valid_until: dt.date | None


def reusable_for(submission: Submission, by: User) -> dict[str, Reusable]:
    """What ``by`` may bring again for this request, by type: the latest file that is valid."""
    found = [*_papers_of_contract(submission), *_papers_of_identity(submission, by)]
    today = localdate()
    return {
        paper.type: paper
        for paper in sorted(found, key=lambda paper: paper.document.pk)
        if paper.valid_until is None or paper.valid_until >= today
    }


def _papers_of_contract(submission: Submission) -> list[Reusable]:
    if submission.contract_id is None:
        return []
    kept = KeptDocument.objects.for_submission(submission)
    sound = kept.exclude(document__scan=Document.Scan.INFECTED)
    return [
        Reusable(each.type, each.document, each.valid_until)
        for each in sound.select_related("document__submission")
    ]


def _papers_of_identity(submission: Submission, by: User) -> Iterator[Reusable]:
    """What was accepted when the party was verified and, of an agent, with the agency."""
    about = Q(submission__kind__in=[IDENTITY.code, SUCCESSION.code])
    if by.acts_as_agent_of(submission.party):
        about |= Q(submission__kind=AGENCY.code, submission__answers__agent_mobile=by.mobile)
    accepted = Document.objects.current().filter(
        about, submission__party=submission.party_id, submission__state=State.COMPLETED
    )
    sound = accepted.exclude(scan=Document.Scan.INFECTED)
    months = _months_by_type()
    for document in sound.select_related("submission__version"):
        needed = document.submission.facts.document(document.requirement)
        ended = document.submission.archived_at
        if needed is not None and needed.type in months and ended is not None:
            until = _day_after(localdate(ended), months[needed.type])
            yield Reusable(needed.type, document, until)


def _months_by_type() -> dict[str, int | None]:
    """For how many months the files of each type may be used again; zero for ever."""
    reusable = DocumentType.objects.filter(reusable_months__isnull=False)
    return dict(reusable.values_list("code", "reusable_months"))


def keep_documents(submission: Submission) -> None:
    """Put the accepted documents of an approved submission into the locker of its contract.

    A document that was itself brought again keeps the date until which it is valid.
    Call it in the transaction of the approval.
    """
    if submission.contract_id is None:
        return
    months, today = _months_by_type(), localdate()
    of_identity = _papers_of_identity(submission, submission.filed_by)
    known = {(paper.type, paper.document.sha256) for paper in of_identity}
    for document in submission.documents.current():
        needed = submission.facts.document(document.requirement)
        if needed is None or needed.type not in months:
            continue
        there = KeptDocument.objects.filter(contract_id=submission.contract_id, type=needed.type)
        own = there.filter(document__submission__party=submission.party_id)
        if (needed.type, document.sha256) in known or own.filter(
            document__sha256=document.sha256
        ).exists():
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
