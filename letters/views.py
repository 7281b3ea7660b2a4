"""Download of a letter for its applicant."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from letters.dispatch.acts import note_opened
from letters.models import Letter
from pdf.responses import send_pdf
from submissions.models import Submission
from web.requests import UserRequest


@login_required
@require_safe
def serve_letter(request: UserRequest, tracking_code: str) -> FileResponse:
    """The newest issued letter of a submission, for whoever may read that. 404 when none is."""
    issued = find_issued(request, tracking_code)
    if request.method == "GET" and issued.submission.party in request.user.parties:
        note_opened(issued.pk)
    return pdf_response(issued, download="download" in request.GET)


def find_issued(request: UserRequest, tracking_code: str) -> Letter:
    """The newest issued letter of a submission that whoever asks may read. Raises Http404."""
    visible = Submission.objects.visible_to(request.user)
    submission = get_object_or_404(visible, tracking_code=tracking_code)
    letters = Letter.objects.for_applicant().issued().filter(submission=submission)
    issued = letters.order_by("-pk").first()
    if issued is None:
        raise Http404
    issued.submission = submission
    return issued


def pdf_response(letter: Letter, *, download: bool = False) -> FileResponse:
    """The paper of an issued letter, shown in place unless it is to be saved."""
    name = f"letter-{letter.number_text.replace('/', '-')}.pdf"
    return send_pdf(letter.file.open("rb"), name, download=download)
