"""A document in parts, by the tus protocol 1.0.0: begun, continued after a line broke, thrown away.

The same parts as those of the pages (``submissions.documents.resumable``): what a page began goes on here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from ninja import Header
from ninja.decorators import decorate_view

from accounts.models import Scope
from services_catalog.facts import DocumentFacts
from signin.tokens.scopes import asks_for
from submissions.api.papers import DOCUMENTS, find_asked
from submissions.api.shared import router
from submissions.applicant.tus_views import BYTES, VERSION, WHAT_WE_SPEAK, read_metadata
from submissions.documents import resumable
from submissions.models import PartialUpload, Submission
from web.api.answering_once import never_kept
from web.api.problems import answer_problem
from web.refusals import Refusal
from web.requests import UserRequest

PARTS: Final = f"{DOCUMENTS}{{str:code}}/parts/"
PART: Final = f"{PARTS}{{uuid:key}}/"
# What is sent are the bytes themselves; the document says so, and the guard takes nothing else.
OF_BYTES: Final = {
    "requestBody": {
        "required": True,
        "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
}
# Named as they are sent: a name with underscores never arrives behind a web server.
MOST: Final = 10**15
Length = Annotated[int, Header(alias="Upload-Length", ge=0, le=MOST)]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, le=MOST)]
Version = Annotated[str, Header(alias="Tus-Resumable")]
Metadata = Annotated[str, Header(alias="Upload-Metadata", max_length=4096)]
Run = Callable[..., Any]


class OtherVersion(Refusal):
    """Another version of the protocol, or none."""

    status = 412
    code = "tus_version"
    title = "نسخهٔ پروتکل پشتیبانی نمی‌شود"
    message = "ارسال بخش‌به‌بخش با پروتکل tus نسخهٔ ۱.۰.۰ انجام می‌شود (سرآیند Tus-Resumable)."


class BadMetadata(Refusal):
    status = 400
    code = "bad_metadata"
    title = "سرآیند Upload-Metadata خوانا نیست"
    message = "مقادیر Upload-Metadata باید به‌صورت «نام base64» و با ویرگول از هم جدا باشند."


class OtherOffset(Refusal):
    """The part has come to another place than the sender believes."""

    status = 409
    code = "wrong_offset"
    title = "محل ادامهٔ ارسال درست نیست"
    message = "مقدار دریافت‌شده را با HEAD بپرسید و از همان‌جا ادامه دهید."


class MoreThanAnnounced(Refusal):
    status = 413
    code = "too_large"
    title = "بیش از مقدار اعلام‌شده است"
    message = "این بخش از مقداری که برای فایل اعلام شده بود بیشتر است."


class PartBusy(Refusal):
    """Another connection writes to the part at this moment."""

    status = 423
    code = "upload_busy"
    title = "این فایل در حال دریافت است"
    message = "ارتباط دیگری در حال ارسال همین فایل است. لطفاً چند ثانیه بعد دوباره تلاش کنید."
    retry_after = int(resumable.LEASE.total_seconds())


def speaks_tus(run: Run) -> Run:
    """Ask for the version of the protocol before anybody is asked who they are, and tell ours."""

    @wraps(run)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.headers.get("Tus-Resumable") == VERSION:
            response = run(request, *args, **kwargs)
        else:
            other = OtherVersion()
            response = answer_problem(
                other.status, code=other.code, title=other.title, detail=other.message
            )
            for name, word in WHAT_WE_SPEAK.items():
                response.headers[name] = word
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


@router.post(PARTS, response={201: None}, summary="شروع ارسال مدرک به‌صورت بخش‌به‌بخش")
@decorate_view(speaks_tus)
@asks_for(Scope.SUBMISSIONS_ACT)
@never_kept
def begin_part(
    request: UserRequest,
    tracking_code: str,
    code: str,
    upload_length: Length,
    tus_resumable: Version,
    upload_metadata: Metadata = "",
) -> HttpResponse:
    """Announce a file of ``Upload-Length`` bytes, in place of an unfinished one for this document.

    ``Upload-Metadata``: ``filename``, and if need be ``fingerprint``, each in base64. ``Location`` is where
    its bytes go (PATCH), where it ends (DELETE) and where it is asked for (HEAD).
    """
    submission, needed = find_asked(request, tracking_code, code)
    words = read_metadata(request)
    if words is None:
        raise BadMetadata
    begun = resumable.begin_upload(
        submission,
        needed,
        name=words.get("filename", ""),
        size=upload_length,
        fingerprint=words.get("fingerprint", ""),
        by=request.user,
    )
    address = f"{request.path}{begun.key}/"
    return HttpResponse(status=201, headers={"Location": address} | _expiry_of(begun))


@router.api_operation(["HEAD"], PART, response={200: None}, summary="مقدار دریافت‌شدهٔ فایل")
@decorate_view(speaks_tus)
@asks_for(Scope.SUBMISSIONS_ACT)
def measure_part(
    request: UserRequest,
    tracking_code: str,
    code: str,
    key: UUID,
    tus_resumable: Version,
) -> HttpResponse:
    """``Upload-Offset``: how many bytes are here, and where the next ones begin."""
    found = _find_part(request, tracking_code, code, key)[0]
    try:
        reached = resumable.bytes_reached(found)
    except resumable.Gone as gone:
        raise Http404 from gone
    told = {"Upload-Offset": str(reached), "Upload-Length": str(found.size)}
    return HttpResponse(headers=told | _expiry_of(found))


@router.patch(PART, response={204: None}, summary="ارسال بخشی از فایل", openapi_extra=OF_BYTES)
@decorate_view(speaks_tus)
@asks_for(Scope.SUBMISSIONS_ACT)
def continue_part(
    request: UserRequest,
    tracking_code: str,
    code: str,
    key: UUID,
    upload_offset: Offset,
    tus_resumable: Version,
) -> HttpResponse:
    """Bytes from ``Upload-Offset`` on. With the last ones the file is looked into and is the document.

    422: it is refused, and the part is gone; 409: ask for the offset; 423: again after ``Retry-After``.
    """
    found, submission, needed = _find_part(request, tracking_code, code, key)
    if upload_offset + int(request.META.get("CONTENT_LENGTH") or 0) > found.size:
        raise MoreThanAnnounced
    try:
        # Block by block from the socket: request.body would hold all of it in memory.
        reached, _ = resumable.receive_bytes(
            found, submission, needed, at=upload_offset, read=request.read
        )
    except resumable.WrongOffset as wrong:
        raise OtherOffset from wrong
    except resumable.Busy as busy:
        raise PartBusy from busy
    except resumable.Gone as gone:
        raise Http404 from gone
    return HttpResponse(status=204, headers={"Upload-Offset": str(reached)} | _expiry_of(found))


@router.delete(PART, response={204: None}, summary="حذف ارسال ناتمام")
@decorate_view(speaks_tus)
@asks_for(Scope.SUBMISSIONS_ACT)
def drop_part(
    request: UserRequest,
    tracking_code: str,
    code: str,
    key: UUID,
    tus_resumable: Version,
) -> HttpResponse:
    """Throw an unfinished upload away."""
    resumable.drop_upload(_find_part(request, tracking_code, code, key)[0])
    return HttpResponse(status=204)


def _find_part(
    request: UserRequest, tracking_code: str, code: str, key: UUID
) -> tuple[PartialUpload, Submission, DocumentFacts]:
    """The caller's own part for this document. Raises Http404, NotYours."""
    submission, needed = find_asked(request, tracking_code, code)
    mine = PartialUpload.objects.filter(owner=request.user, submission=submission)
    return get_object_or_404(mine, key=key, requirement=needed.code), submission, needed


def _expiry_of(part: PartialUpload) -> dict[str, str]:
    return {"Upload-Expires": http_date(part.expires_at.timestamp())}
