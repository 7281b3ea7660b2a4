"""The report on a verification: for machines, and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now

from letters.comparison import Comparison
from letters.models import Letter
from letters.proof import ProofReport, describe_file, describe_letter
from pdf.rendering import read_stylesheet
from pdf.visitors_press import print_for_visitor
from web.models import OfficeSettings

REPORT_CSS: Final = Path(__file__).parent / "print" / "proof_report.css"


def make_report(letter: Letter, found: Comparison | None = None) -> ProofReport:
    """What is known of a letter, and of a file beside it, at this moment."""
    file = describe_file(found) if found else None
    return ProofReport(checked_at=now(), letter=describe_letter(letter), file=file)


def print_report(report: ProofReport, letter: Letter, request: HttpRequest) -> bytes:
    """The report as PDF. It proves nothing by itself: the address on it does. Raises PressBusy."""
    address = settings.SITE_URL + reverse("letters:verify", args=[letter.verify_code])
    page = {
        "report": report,
        "letter": letter,
        "office": OfficeSettings.load(request).name,
        "address": address.split("://", 1)[1],
    }
    html = render_to_string("letters/proof_report.html", page)
    return print_for_visitor(html, css=read_stylesheet(REPORT_CSS), created=report.checked_at)
