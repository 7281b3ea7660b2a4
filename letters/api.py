"""Endpoints of letters: the paper for its applicant, and what became of it for everybody."""

from __future__ import annotations

from datetime import datetime

from django.http import FileResponse, Http404, HttpRequest
from ninja import Router, Schema

from accounts.models import Scope
from letters.models import Letter
from letters.proof import find_letter, mask_holder
from letters.views import serve_letter
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.one_request import find_readable
from web.requests import UserRequest

verify = Router(tags=["verify"])
papers = Router(auth=signed_in, tags=["submissions"])


class VerifiedLetter(Schema):
    """What the paper says of itself. ``state``: issued, superseded or revoked; ``holder``: masked."""

    number: str
    issued_at: datetime
    subject: str
    recipient: str
    holder: str
    state: str


class IssuedLetter(Schema):
    """``state`` as in ``verify/``, for which ``verify_code`` is, as it is printed on the letter."""

    number: str
    issued_at: datetime
    subject: str
    recipient: str
    state: str
    verify_code: str


@verify.get("verify/{code}/", response=VerifiedLetter, summary="راستی‌آزمایی نامه")
def show_verification(request: HttpRequest, code: str) -> VerifiedLetter:
    """What became of the letter with the code that is printed on it."""
    letter = find_letter(code)
    if letter is None:
        raise Http404
    return VerifiedLetter(
        number=letter.number_text,
        issued_at=letter.issued_at,
        subject=letter.subject,
        recipient=letter.recipient,
        holder=mask_holder(letter),
        state=letter.state,
    )


@papers.get("submissions/{tracking_code}/letter/", response={200: bytes}, summary="دریافت نامه")
@asks_for(Scope.LETTERS_READ)
def show_letter(request: UserRequest, tracking_code: str) -> FileResponse:
    """The newest issued letter of a request as PDF, for whoever may read that."""
    return serve_letter(request, tracking_code)


@papers.get(
    "submissions/{tracking_code}/letters/", response=list[IssuedLetter], summary="نامه‌های درخواست"
)
@asks_for(Scope.LETTERS_READ)
def list_issued(request: UserRequest, tracking_code: str) -> list[IssuedLetter]:
    """The letters of a request, the newest first; empty while its paper is still being made."""
    submission = find_readable(request, tracking_code)
    issued = Letter.objects.issued().filter(submission=submission).order_by("-pk")
    return [
        IssuedLetter(
            number=letter.number_text,
            issued_at=letter.issued_at,
            subject=letter.subject,
            recipient=letter.recipient,
            state=letter.state,
            verify_code=letter.verify_code,
        )
        for letter in issued
    ]
