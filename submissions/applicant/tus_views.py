"""Resumable uploads by the tus protocol 1.0.0: core, creation, termination, expiration.

Signing in and the CSRF token are asked for as everywhere. Refusals are answered as JSON with a
``message``; when a page's script (``X-Requested-With``) sends the last bytes, with the row.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from services_catalog.facts import DocumentFacts
from submissions.applicant import document_views
from submissions.applicant.draft_page import get_own, url_of
from submissions.documents import inspection, resumable
from submissions.drafts.requirements import requirement_of
from submissions.models import PartialUpload, Submission
from web.refusals import Refusal
from web.requests import UserRequest

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,termination,expiration"
WHAT_WE_SPEAK: Final = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS}
BYTES: Final = "application/offset+octet-stream"
# GET and POST on a part are the portal's own.
SPOKEN: Final = ("HEAD", "PATCH", "DELETE")

View = Callable[..., HttpResponse]


def _speak_tus(view: View) -> View:
    """Headers, version, signing in and refusals, as the protocol has them."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _answer_request(view, request, *args, **kwargs)
        response.headers["Tus-Resumable"] = VERSION
        return response

    return answer


def _answer_request(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=WHAT_WE_SPEAK)
    if not request.user.is_authenticated:
        return _say_status(401, "اعتبار ورود شما به پایان رسیده است. لطفاً دوباره وارد شوید.")
    if not _is_understood(request):
        return HttpResponse(status=412, headers={"Tus-Version": VERSION})
    try:
        return view(request, *args, **kwargs)
    except Refusal as refusal:
        too_large = isinstance(refusal, inspection.TooLarge)
        return _say_status(413 if too_large else refusal.status, refusal.message, refusal.code)
    except resumable.WrongOffset:
        return HttpResponse(status=409)
    except resumable.Busy:
        return HttpResponse(status=423)
    except resumable.Gone as gone:
        raise Http404 from gone


def _is_understood(request: HttpRequest) -> bool:
    """Whether it is meant in our version of the protocol, or is a form or page of ours."""
    spoken = request.method in SPOKEN or "Upload-Length" in request.headers
    return not spoken or request.headers.get("Tus-Resumable") == VERSION


def _say_status(status: int, message: str, code: str = "") -> HttpResponse:
    return JsonResponse({"message": message, "code": code}, status=status)


@never_cache
@_speak_tus
@require_http_methods(["OPTIONS", "POST"])
def create_upload(request: UserRequest) -> HttpResponse:
    """Begin a part. ``Upload-Metadata``: filename, request (tracking code), requirement,
    fingerprint (anything by which the sender knows the same file again)."""
    length = _read_number(request, "Upload-Length")
    words = read_metadata(request)
    if length is None or words is None:
        return HttpResponse(status=400)
    submission = get_own(request, words.get("request", ""))
    begun = resumable.begin_upload(
        submission,
        _find_requirement(submission, words.get("requirement", ""), request.user),
        name=words.get("filename", ""),
        size=length,
        fingerprint=words.get("fingerprint", ""),
        by=request.user,
    )
    return HttpResponse(
        status=201,
        headers={
            "Location": reverse("submissions:part", args=[begun.key]),
            "Upload-Expires": _expiry_header(begun),
        },
    )


@never_cache
@_speak_tus
@require_http_methods(["OPTIONS", "HEAD", "PATCH", "DELETE", "GET", "POST"])
def handle_upload(request: UserRequest, key: str) -> HttpResponse:
    """How far it has come, more of it, or its end; GET: the row of its document."""
    found = get_object_or_404(
        PartialUpload.objects.select_related("submission"), key=key, owner=request.user
    )
    submission = get_own(request, found.submission.tracking_code)
    return BY_METHOD[cast(str, request.method)](request, found, submission)


def _head_upload(
    request: UserRequest, found: PartialUpload, submission: Submission
) -> HttpResponse:
    return HttpResponse(
        headers={
            "Upload-Offset": str(resumable.bytes_reached(found)),
            "Upload-Length": str(found.size),
            "Upload-Expires": _expiry_header(found),
        }
    )


def _patch_upload(
    request: UserRequest, found: PartialUpload, submission: Submission
) -> HttpResponse:
    if request.content_type != BYTES:
        return HttpResponse(status=415)
    at = _read_number(request, "Upload-Offset")
    if at is None:
        return HttpResponse(status=400)
    if at + int(request.META.get("CONTENT_LENGTH") or 0) > found.size:
        return HttpResponse(status=413)
    needed = _find_requirement(submission, found.requirement, request.user)
    try:
        # Block by block from the socket: request.body would hold all of it in memory.
        reached, document = resumable.receive_bytes(
            found, submission, needed, at=at, read=request.read
        )
    except document_views.REFUSED as refusal:
        if not document_views.wants_row(request):
            raise
        return document_views.render_row(request, submission, needed, refusal)
    whole = document is not None and document_views.wants_row(request)
    response = (
        document_views.render_row(request, submission, needed)
        if whole
        else HttpResponse(status=204)
    )
    response.headers["Upload-Offset"] = str(reached)
    response.headers["Upload-Expires"] = _expiry_header(found)
    return response


def _delete_upload(
    request: UserRequest, found: PartialUpload, submission: Submission
) -> HttpResponse:
    resumable.drop_upload(found)
    if document_views.wants_row(request):
        return _show_row(request, found, submission)
    return HttpResponse(status=204)


def _show_row(request: UserRequest, found: PartialUpload, submission: Submission) -> HttpResponse:
    needed = _find_requirement(submission, found.requirement, request.user)
    return document_views.render_row(request, submission, needed)


def _discard_upload(
    request: UserRequest, found: PartialUpload, submission: Submission
) -> HttpResponse:
    """The key on the page that throws an unfinished upload away, without a script."""
    resumable.drop_upload(found)
    messages.success(request, "بارگذاری ناتمام حذف شد.")
    return redirect(url_of(submission, "documents", f"document-{found.requirement}"))


BY_METHOD: Final[dict[str, Callable[[UserRequest, PartialUpload, Submission], HttpResponse]]] = {
    "HEAD": _head_upload,
    "PATCH": _patch_upload,
    "DELETE": _delete_upload,
    "GET": _show_row,
    "POST": _discard_upload,
}


def _find_requirement(submission: Submission, code: str, by: User) -> DocumentFacts:
    needed = requirement_of(submission, code, by)
    if needed is None:
        raise Http404
    return needed


def _read_number(request: HttpRequest, header: str) -> int | None:
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def read_metadata(request: HttpRequest) -> dict[str, str] | None:
    """The pairs of Upload-Metadata; None when they cannot be read."""
    words = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, coded = pair.strip().partition(" ")
        try:
            words[name] = base64.b64decode(coded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
    return {name: text.replace("\x00", "") for name, text in words.items()}


def _expiry_header(found: PartialUpload) -> str:
    return http_date(found.expires_at.timestamp())
