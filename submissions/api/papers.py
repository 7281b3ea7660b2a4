"""The documents of a request: what is asked, one file for each, and what is not the applicant's."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Schema, UploadedFile

from accounts.models import Scope
from services_catalog.facts import DocumentFacts
from signin.tokens.scopes import asks_for
from submissions.api.drafts import find_own
from submissions.api.one_request import CODE, find_readable
from submissions.api.shared import FileLimit, router, with_limited_file
from submissions.api.step_bodies import StrictSchema
from submissions.applicant.document_views import serve_document
from submissions.documents import judging, storage
from submissions.documents.inspection import TooLarge
from submissions.drafts import editing
from submissions.drafts.requirements import asked_documents, requirement_of
from submissions.models import Document, Submission
from submissions.models.waiting_file import files_waiting
from web.requests import UserRequest

DOCUMENTS = f"{CODE}documents/"


class RequiredPaper(Schema):
    """One document that is asked. ``state``: missing, waiting (to be looked into), there or declined.

    ``required``: whom it is asked of; what is ``declared`` may be declined.
    """

    code: str
    title: str
    help: str
    required: str
    max_bytes: int
    state: str
    id: int | None = None
    name: str = ""
    size: int = 0
    sha256: str = ""


class DeclinedBody(StrictSchema):
    """Whether the document is not the applicant's to bring."""

    declined: bool


def _limit_of(request: HttpRequest) -> FileLimit | None:
    """What the document may weigh that the address names. Raises Http404."""
    if request.resolver_match is None:
        return None
    needed = find_asked(request, **request.resolver_match.kwargs)[1]
    return FileLimit(needed.max_bytes, TooLarge(needed.max_bytes))


@router.get(DOCUMENTS, response=list[RequiredPaper], summary="مدارک لازم و مدارک ارسال‌شده")
@asks_for(Scope.SUBMISSIONS_READ)
def list_papers(request: UserRequest, tracking_code: str) -> list[RequiredPaper]:
    """What the request asks of whoever acts for its party, and what is there."""
    return _papers_of(request, find_own(request, tracking_code))


@router.post(
    f"{DOCUMENTS}{{str:code}}/",
    response=list[RequiredPaper],
    auth=with_limited_file(_limit_of),
    summary="بارگذاری مدرک",
)
@asks_for(Scope.SUBMISSIONS_ACT)
def bring_paper(
    request: UserRequest, tracking_code: str, code: str, file: File[UploadedFile]
) -> list[RequiredPaper]:
    """One PDF, JPEG or PNG in a form (multipart), in place of the file that was there.

    A file that cannot be judged at once is ``waiting``, and the old one counts until then.
    """
    submission, needed = find_asked(request, tracking_code, code)
    judging.take_turn(submission, needed.code, request.user)
    storage.attach_document(submission, needed, file, by=request.user)
    return list_papers(request, tracking_code)


@router.patch(f"{DOCUMENTS}{{str:code}}/", response=list[RequiredPaper], summary="مدرک شامل نیست")
@asks_for(Scope.SUBMISSIONS_ACT)
def decline_paper(
    request: UserRequest, tracking_code: str, code: str, said: DeclinedBody
) -> list[RequiredPaper]:
    """Say that a ``declared`` document is not the applicant's to bring, or take that back."""
    submission, needed = find_asked(request, tracking_code, code)
    decline = editing.decline_document if said.declined else editing.undecline_document
    decline(submission, needed.code, by=request.user)
    return list_papers(request, tracking_code)


@router.delete(f"{DOCUMENTS}{{str:code}}/", response=list[RequiredPaper], summary="حذف فایل")
@asks_for(Scope.SUBMISSIONS_ACT)
def remove_paper(request: UserRequest, tracking_code: str, code: str) -> list[RequiredPaper]:
    """Take the file back that counts now."""
    submission, needed = find_asked(request, tracking_code, code)
    current = submission.documents.current().filter(requirement=needed.code)
    storage.remove_document(get_object_or_404(current), by=request.user)
    return list_papers(request, tracking_code)


@router.get(f"{CODE}files/{{int:document_id}}/", response={200: bytes}, summary="دریافت فایل مدرک")
@asks_for(Scope.SUBMISSIONS_READ)
def show_file(request: UserRequest, tracking_code: str, document_id: int) -> HttpResponseBase:
    """The file itself, for whoever may read it."""
    find_readable(request, tracking_code)
    return serve_document(request, tracking_code, document_id)


def find_asked(
    request: HttpRequest, tracking_code: str, code: str
) -> tuple[Submission, DocumentFacts]:
    """The request, and what it asks of the caller under ``code``. Raises Http404."""
    mine = cast(UserRequest, request)
    submission = find_own(mine, tracking_code)
    needed = requirement_of(submission, code, mine.user)
    if needed is None:
        raise Http404
    return submission, needed


def _papers_of(request: UserRequest, submission: Submission) -> list[RequiredPaper]:
    current = {paper.requirement: paper for paper in submission.documents.current()}
    waiting = {paper.requirement for paper in files_waiting(submission)}
    return [
        _paper(needed, current.get(needed.code), needed.code in waiting, submission)
        for needed in asked_documents(submission, request.user)
    ]


def _paper(
    needed: DocumentFacts, found: Document | None, waits: bool, submission: Submission
) -> RequiredPaper:
    absent = "declined" if needed.code in submission.declined else "missing"
    file: dict[str, Any] = {}
    if found:
        file = {"id": found.pk, "name": found.original_name, "size": found.size}
    return RequiredPaper(
        code=needed.code,
        title=needed.title,
        help=needed.help,
        required=needed.required,
        max_bytes=needed.max_bytes,
        state="waiting" if waits else "there" if found else absent,
        sha256=found.sha256 if found else "",
        **file,
    )
