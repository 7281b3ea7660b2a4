"""Views of a request's documents: list, upload, removal, download."""

from __future__ import annotations

from typing import Any, Final, Protocol, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from pdf.responses import PDF_POLICY, send_pdf
from services_catalog.facts import DocumentFacts
from submissions.applicant.document_rows import document_rows, offer_kept, unfinished_of
from submissions.applicant.draft_page import Page, get_own, url_of
from submissions.documents import inspection, judging, storage
from submissions.drafts import editing
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.requirements import requirement_of
from submissions.models import Document, Submission
from web.refusals import NotNow, Refusal
from web.requests import UserRequest

# What a browser may do with a file that somebody brought: show it, and nothing else.
SANDBOX = f"sandbox; {PDF_POLICY}"
TOO_MANY: Final = 429
# What is said of a file beside its row.
REFUSED: Final = (inspection.BadFile, judging.TooManyWaiting, judging.TooManyLongLooks)


class Infected(NotNow):
    code = "infected"
    title = "این فایل باز نمی‌شود"
    message = "در این فایل بدافزار شناسایی شده است. لطفاً فایل سالم دیگری بارگذاری کنید."


class Quota(FileUploadHandler):
    """Lets no more of a file through than the limit: the rest is read and thrown away.

    So the answer can still be given, and neither memory nor disk is filled.
    """

    def __init__(self, request: HttpRequest, limit: int) -> None:
        super().__init__(request)
        self.left = limit
        self.exceeded = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            self.exceeded = True
            raise StopUpload
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@csrf_exempt
@never_cache
@require_POST
def upload_document(request: HttpRequest, tracking_code: str) -> HttpResponse:
    """One file for ``?requirement=``. The row comes back; 422 when the file is not taken.

    The limit stands before anything reads the body, and checking the CSRF token reads it:
    so that check is made in the inner view, as Django's manual has it for upload handlers.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("submissions:draft", args=[tracking_code, "documents"]))
    return _limit_size(cast(UserRequest, request), tracking_code)


def _limit_size(request: UserRequest, tracking_code: str) -> HttpResponse:
    submission = get_own(request, tracking_code)
    needed = requirement_of(submission, request.GET.get("requirement", ""), request.user)
    if needed is None:
        raise Http404
    try:
        judging.take_turn(submission, needed.code, request.user)
    except Refusal as refusal:
        return answer_upload(request, submission, needed, refusal)
    quota = Quota(request, needed.max_bytes)
    request.upload_handlers.insert(0, quota)
    return _take_upload(request, submission, needed, quota)


@csrf_protect
def _take_upload(
    request: UserRequest, submission: Submission, needed: DocumentFacts, quota: Quota
) -> HttpResponse:
    try:
        _attach_upload(request, submission, needed, quota)
    except Refusal as refusal:
        return answer_upload(request, submission, needed, refusal)
    return answer_upload(request, submission, needed)


def answer_upload(
    request: UserRequest,
    submission: Submission,
    needed: DocumentFacts,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """To a script the row, else the way back to it; a refusal of the file stands in the row."""
    if wants_row(request):
        return render_row(request, submission, needed, refusal)
    if refusal and refusal.status not in (inspection.BadFile.status, TOO_MANY):
        raise refusal
    if refusal:
        request.session[refused_key(submission)] = {needed.code: refusal.message}
    elif submission.waiting_files.filter(requirement=needed.code).exists():
        messages.info(request, f"«{needed.title}» دریافت شد و در حال بررسی است.")
    else:
        messages.success(request, f"اتمام بارگذاری «{needed.title}»")
    return redirect(url_of(submission, "documents", f"document-{needed.code}"))


def _attach_upload(
    request: UserRequest, submission: Submission, needed: DocumentFacts, quota: Quota
) -> None:
    file: Any = request.FILES.get("file")
    if quota.exceeded:
        raise inspection.TooLarge(needed.max_bytes)
    if not isinstance(file, UploadedFile):
        raise inspection.NoFile
    storage.attach_document(submission, needed, file, by=request.user)


def wants_row(request: HttpRequest) -> bool:
    """Whether a script asks, which puts the row into the page itself."""
    return bool(request.headers.get("HX-Request")) or (
        request.headers.get("X-Requested-With") == "XMLHttpRequest"
    )


def render_row(
    request: UserRequest,
    submission: Submission,
    needed: DocumentFacts,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The row of one document as it is now, with the reason of a refusal and its status."""
    # Fetched again: the editable of the row depends on what has just been saved.
    submission = get_own(request, submission.tracking_code)
    refused = {needed.code: refusal.message} if refusal else {}
    parts = unfinished_of(submission, request.user)
    rows = document_rows(
        submission,
        EditableParts.of(submission),
        request.user,
        refused=refused,
        unfinished=parts,
        only=needed.code,
    )
    offer_kept(submission, rows, request.user)
    status = refusal.status if refusal else 200
    return render(request, "submissions/draft/row.html", {"row": rows[0]}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def serve_document(request: UserRequest, tracking_code: str, document_id: int) -> HttpResponseBase:
    """GET: the file itself, to whoever may read the request. POST: take it back."""
    visible = Submission.objects.visible_to(request.user)
    submission = get_object_or_404(
        visible.select_related("version", "party"), tracking_code=tracking_code
    )
    found = get_object_or_404(submission.documents, pk=document_id)
    if request.method == "POST":
        return _remove_document(request, tracking_code, found)
    if not _may_open(request, submission, found):
        raise Http404
    if found.scan == Document.Scan.INFECTED:
        raise Infected
    return serve_file(found)


def _remove_document(request: UserRequest, tracking_code: str, found: Document) -> HttpResponse:
    submission = get_own(request, tracking_code)
    storage.remove_document(found, by=request.user)
    messages.success(request, "فایل حذف شد.")
    return redirect(url_of(submission, "documents", f"document-{found.requirement}"))


def _may_open(request: UserRequest, submission: Submission, found: Document) -> bool:
    """Reviewers read what was handed in, not what the applicant is still gathering."""
    if any(party.pk == submission.party_id for party in request.user.parties):
        return True
    return found.filings.exists()


class GivenFile(Protocol):
    """A row with a file that somebody brought, as it is given out."""

    content_type: Any
    original_name: Any
    file: Any


def serve_file(found: GivenFile) -> HttpResponseBase:
    """A file that somebody brought: shown where it is of a known type, and never run."""
    if found.content_type == "application/pdf":
        return send_pdf(found.file.open("rb"), found.original_name)
    shown = found.content_type in inspection.ALLOWED
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=not shown,
        filename=found.original_name,
        content_type=found.content_type if shown else "application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response


# What needs nothing more of the applicant; upload.js counts by the same words.
READY: Final = {"uploaded", "scanned", "accepted", "not_mine"}


def documents_page(page: Page) -> HttpResponse:
    """The papers, one row each; what its keys without a file do is done here too."""
    request, submission = page.request, page.submission
    if request.method == "POST":
        if code := request.GET.get("decline") or request.GET.get("undecline"):
            return _decline_document(page, code)
        if code := request.GET.get("reuse"):
            return _reuse_document(page, code)
        if "reuse_all" in request.GET:
            return _reuse_all(page)
        return page.onward
    refused = request.session.pop(refused_key(submission), {})
    unfinished = unfinished_of(submission, request.user)
    rows = document_rows(
        submission, page.editable, request.user, refused=refused, unfinished=unfinished
    )
    offer_kept(submission, rows, request.user)
    errors = [(f"document-{row['code']}", row["reason"]) for row in rows if row["code"] in refused]
    return page.render(
        rows=rows,
        # After a return what was accepted is folded below what is to be mended.
        open_rows=[row for row in rows if "upload_url" in row],
        accepted_rows=[row for row in rows if "upload_url" not in row],
        ready=sum(row["state"] in READY for row in rows),
        kept=sum("kept" in row for row in rows),
        errors=errors,
        form_errors=bool(errors),
    )


def refused_key(submission: Submission) -> str:
    """The session's entry for uploads refused without JavaScript: reasons by requirement."""
    return f"refused-{submission.tracking_code}"


def _decline_document(page: Page, code: str) -> HttpResponse:
    act = editing.decline_document if "decline" in page.request.GET else editing.undecline_document
    act(page.submission, code, by=page.request.user)
    if page.request.POST.get("then") == "check":
        return redirect(page.url("check"))
    return redirect(page.url("documents", f"document-{code}"))


def _reuse_document(page: Page, code: str) -> HttpResponse:
    """One tick: the document that was accepted before counts here as well."""
    submission, by = page.submission, page.request.user
    needed = requirement_of(submission, code, by)
    if needed is None:
        raise Http404
    try:
        storage.reuse_document(submission, needed, by=by)
    except REFUSED as refusal:
        page.request.session[refused_key(submission)] = {code: refusal.message}
    return redirect(page.url("documents", f"document-{code}"))


def _reuse_all(page: Page) -> HttpResponse:
    """One key for all that was accepted before and is asked for again."""
    refused, by = {}, page.request.user
    rows = document_rows(page.submission, page.editable, by)
    offer_kept(page.submission, rows, by)
    for row in rows:
        needed = requirement_of(page.submission, row["code"], by)
        if needed is None or "kept" not in row:
            continue
        try:
            storage.reuse_document(page.submission, needed, by=by)
        except REFUSED as refusal:
            refused[needed.code] = refusal.message
    if refused:
        page.request.session[refused_key(page.submission)] = refused
    return redirect(page.url("documents"))
