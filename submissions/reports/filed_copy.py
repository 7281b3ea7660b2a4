"""What the applicant's copy on paper says of one filing."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from submissions.drafts.forms import DECLARATION
from submissions.models import Filing
from submissions.reports.pdf_copy import CopiedDocument, RequestCopy
from submissions.reports.report import Report


def copy_of(report: Report, filing: Filing, *, organisation: str) -> RequestCopy:
    """What the applicant keeps on paper of one filing; ``organisation`` is whom it was filed with."""
    submission = report.submission
    return RequestCopy(
        organisation=organisation,
        tracking_code=submission.tracking_code,
        service=submission.title,
        party_name=filing.said.party.name,
        party_id=filing.said.party.national_id,
        filed_by=report.filed_by,
        filed_at=filing.filed_at,
        due_at=submission.due_at or filing.filed_at,
        contract=filing.said.contract.number if filing.said.contract else "",
        park=filing.said.park,
        declaration=DECLARATION,
        track_address=urlsplit(settings.SITE_URL).netloc + reverse("submissions:track"),
        file_number=filing.file_number,
        description=filing.description,
        answers=[(row.label, row.value) for row in report.answers],
        documents=[
            CopiedDocument(
                paper.title,
                paper.document.original_name,
                paper.document.size,
                paper.document.sha256,
            )
            for paper in report.papers
            if paper.document is not None
        ],
    )
