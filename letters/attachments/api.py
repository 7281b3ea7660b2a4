"""Endpoints of attachments: brought to the letter to come, and given out with the issued one."""

from __future__ import annotations

from typing import Annotated

from django.http.response import HttpResponseBase
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from accounts.models import Scope
from letters.api import find_letter_of
from letters.attachments.keeping import (
    LONGEST_TITLE,
    MOST_BYTES,
    AttachmentsTooLarge,
    add_attachment,
    remove_attachment,
)
from letters.attachments.views import find_enclosed, find_of_draft
from letters.drafts.api import LetterDraftOut, find_letter_draft, require_changer, tell_draft
from letters.views import find_issued
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.one_request import CODE
from submissions.api.shared import with_file
from submissions.applicant.document_views import serve_file
from web.requests import UserRequest

router = Router(auth=signed_in, tags=["staff"])
papers = Router(auth=signed_in, tags=["submissions"])
OF_DRAFT = f"{CODE}letter-draft/attachments/"


class AttachmentBody(Schema):
    """``title``: what the file is called in the letter."""

    title: Annotated[str, Field(max_length=LONGEST_TITLE)]


@router.post(
    OF_DRAFT,
    response={201: LetterDraftOut},
    auth=with_file(MOST_BYTES, AttachmentsTooLarge()),
    summary="پیوست جدید نامه",
)
@asks_for(Scope.STAFF_ACT)
def attach_file(
    request: UserRequest, tracking_code: str, said: Form[AttachmentBody], file: File[UploadedFile]
) -> tuple[int, LetterDraftOut]:
    """A PDF, JPEG or PNG in a form (multipart), to go with the letter.

    403 when the letter is not in the caller's hands, 409 when it is signed, has ten attachments or the
    same file already, 422 for a file that is not taken.
    """
    page = find_letter_draft(request, tracking_code)
    require_changer(request)
    add_attachment(page.submission, file, said.title, by=request.user)
    return 201, tell_draft(find_letter_draft(request, tracking_code))


@router.get(
    f"{OF_DRAFT}{{int:attachment_id}}/", response={200: bytes}, summary="پیوست پیش‌نویس نامه"
)
@asks_for(Scope.STAFF_READ)
def show_attachment_of_draft(
    request: UserRequest, tracking_code: str, attachment_id: int
) -> HttpResponseBase:
    """The file of one, for whoever may read the letter to come."""
    return serve_file(
        find_of_draft(find_letter_draft(request, tracking_code).submission, attachment_id)
    )


@router.delete(
    f"{OF_DRAFT}{{int:attachment_id}}/", response=LetterDraftOut, summary="حذف پیوست نامه"
)
@asks_for(Scope.STAFF_ACT)
def detach_file(request: UserRequest, tracking_code: str, attachment_id: int) -> LetterDraftOut:
    """Take one away again. 403: not in the caller's hands. 409: signed, or no attachment any more."""
    page = find_letter_draft(request, tracking_code)
    require_changer(request)
    remove_attachment(page.submission, attachment_id, by=request.user)
    return tell_draft(find_letter_draft(request, tracking_code))


@router.get(
    "staff/letters/{int:letter_id}/attachments/{int:attachment_id}/",
    response={200: bytes},
    summary="پیوست نامه",
)
@asks_for(Scope.STAFF_READ)
def show_attachment(request: UserRequest, letter_id: int, attachment_id: int) -> HttpResponseBase:
    """What was sent with a letter, for whoever may read that."""
    return serve_file(find_enclosed(find_letter_of(request, letter_id), attachment_id))


@papers.get(
    f"{CODE}letter/attachments/{{int:attachment_id}}/",
    response={200: bytes},
    summary="دریافت پیوست نامه",
)
@asks_for(Scope.LETTERS_READ)
def show_issued_attachment(
    request: UserRequest, tracking_code: str, attachment_id: int
) -> HttpResponseBase:
    """What goes with the newest issued letter of a request, for whoever may read that."""
    return serve_file(find_enclosed(find_issued(request, tracking_code), attachment_id))
