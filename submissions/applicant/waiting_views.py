"""The file of a document that waits to be judged: how it stands, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from submissions.applicant import document_views
from submissions.applicant.draft_page import get_own, url_of
from submissions.documents import judging
from submissions.drafts.requirements import requirement_of
from web.requests import UserRequest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def handle_waiting(request: UserRequest, tracking_code: str, requirement: str) -> HttpResponse:
    """GET: the row as it is now, to a script that asks again. POST: take the file back."""
    submission = get_own(request, tracking_code)
    needed = requirement_of(submission, requirement, request.user)
    if needed is None:
        raise Http404
    if request.method == "POST":
        judging.forget_waiting(submission, needed.code, by=request.user)
        messages.success(request, "فایل حذف شد.")
    elif document_views.wants_row(request):
        return document_views.render_row(request, submission, needed)
    return redirect(url_of(submission, "documents", f"document-{needed.code}"))
