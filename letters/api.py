"""Endpoints of letters: the paper for its applicant, what became of it for everybody, the staff's list."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from accounts.models import Scope
from letters.admin import letters_for, own_letters, search_letters
from letters.attachments.enclosed import enclosed_in
from letters.dispatch.copies import unsent_of_letter
from letters.dispatch.telling import lines_for
from letters.drafts.api import AttachedFile, tell_attached
from letters.drafts.marks import Classification, find_choice
from letters.models import Letter, LetterState
from letters.proof import LetterProof, ProofReport, describe_letter
from letters.proof_report import make_report
from letters.proof_views import answer_report, judge_file, require_letter, take_look
from letters.views import pdf_response, serve_letter
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.one_request import find_readable
from submissions.states import Urgency
from web.pagination import KeysetPage, keyset_page
from web.requests import UserRequest
from web.searches.found_rows import found_page

verify = Router(tags=["verify"])
office = Router(auth=signed_in, tags=["staff"])
# Said here, not by a parameter: the whole of a file would be read before its length is judged.
FILE_IN_A_FORM: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}
papers = Router(auth=signed_in, tags=["submissions"])


class LetterWay(Schema):
    """How far a letter is with one whom it is for, in ``words``; ``number``: registered there under it."""

    recipient: str
    is_copy: bool
    words: str
    number: str
    barcode: str
    at: datetime | None


class IssuedLetter(Schema):
    """``state`` as in ``verify/``, for which ``verify_code`` is, as it is printed on the letter."""

    number: str
    issued_at: datetime
    subject: str
    recipient: str
    state: str
    verify_code: str
    ways: list[LetterWay]
    attachments: list[AttachedFile]


@verify.get("verify/{code}/", response=LetterProof, summary="راستی‌آزمایی نامه")
def show_verification(request: HttpRequest, code: str) -> LetterProof:
    """What became of the letter with the code that is printed on it."""
    take_look(request)
    return describe_letter(require_letter(code))


@verify.post(
    "verify/{code}/file/",
    response=ProofReport,
    summary="مقایسهٔ فایل با نامه",
    openapi_extra={"requestBody": FILE_IN_A_FORM},
)
def compare_with_file(request: HttpRequest, code: str) -> ProofReport:
    """What the ``file`` of a form (multipart) is beside the letter: ours to the bit, altered, unknown.

    It is kept nowhere. At most five megabytes.
    """
    return make_report(*judge_file(request, code))


@verify.get("verify/{code}/report/", response={200: bytes}, summary="گزارش راستی‌آزمایی")
def show_report(request: HttpRequest, code: str) -> FileResponse:
    """What became of the letter as a PDF."""
    return answer_report(request, code)


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
    issued = Letter.objects.for_applicant().issued().filter(submission=submission).order_by("-pk")
    issued = issued.prefetch_related("dispatches")
    return [
        IssuedLetter(
            number=letter.number_text,
            issued_at=letter.issued_at,
            subject=letter.subject,
            recipient=letter.recipient,
            state=letter.state,
            verify_code=letter.verify_code,
            ways=ways_of(letter),
            attachments=list(map(tell_attached, enclosed_in(letter))),
        )
        for letter in issued
    ]


def ways_of(letter: Letter) -> list[LetterWay]:
    """The way to each recipient, as the applicant reads it."""
    rows = sorted(letter.dispatches.all(), key=lambda row: row.pk)
    return [
        LetterWay(
            recipient=line.name,
            is_copy=line.is_copy,
            words=line.words,
            number=line.number,
            barcode=line.barcode,
            at=line.at,
        )
        for line in lines_for(rows)
    ]


class LetterQuery(Schema):
    """``q``: number, tracking code or name; ``after`` and ``before``: marks of an earlier page."""

    q: str = ""
    after: str = ""
    before: str = ""


class LetterBrief(Schema):
    """A letter in the list; ``rendered_at`` is null until its paper is there.

    ``classification`` and ``urgency`` are those of the letter, whatever its request has now.
    """

    id: int
    number: str
    issued_at: datetime
    subject: str
    recipient: str
    party: str
    tracking_code: str
    state: LetterState
    rendered_at: datetime | None
    classification: Classification
    urgency: Urgency


class LetterDetail(LetterBrief):
    """One letter; ``tries``: how often its paper was tried in vain; ``ways``: where it is sent.

    ``unsent_copies``: lines of «رونوشت» that name no body of the list, for which nothing is sent.
    ``ended_at`` and ``end_reason``: since when it holds no longer, and why it was revoked or made void.
    """

    verify_code: str
    template: str
    template_version: int
    size: int
    sha256: str
    tries: int
    ended_at: datetime | None
    end_reason: str
    ways: list[LetterWay]
    unsent_copies: list[str]
    attachments: list[AttachedFile]


class LetterPage(Schema):
    items: list[LetterBrief]
    after: str
    before: str


@office.get("staff/letters/", response=LetterPage, summary="نامه‌ها")
@asks_for(Scope.STAFF_READ)
def list_letters(request: UserRequest, asked: Query[LetterQuery]) -> LetterPage:
    """Letters of the requests that whoever asks may read, the newest first; a search finds 200 at most."""
    rows = _readable(request).select_related("submission__party")
    if text := asked.q.strip()[:100]:
        ordered, search = rows.order_by("-issued_at", "-pk"), search_letters(request.user, text)
        page: KeysetPage[Letter] = found_page(
            ordered, search, after=asked.after, before=asked.before
        )
    else:
        page = keyset_page(
            rows,
            "issued_at",
            newest_first=True,
            after=asked.after,
            before=asked.before,
            own=own_letters(request.user),
        )
    items = [LetterBrief(**_brief(letter)) for letter in page.rows]
    return LetterPage(items=items, after=page.after, before=page.before)


@office.get("staff/letters/{int:letter_id}/", response=LetterDetail, summary="یک نامه")
@asks_for(Scope.STAFF_READ)
def show_one_letter(request: UserRequest, letter_id: int) -> LetterDetail:
    """What stands on it, and how far its paper is."""
    return tell_letter(find_letter_of(request, letter_id))


def tell_letter(letter: Letter) -> LetterDetail:
    """All that the staff are told of a letter."""
    return LetterDetail(
        **_brief(letter),
        verify_code=letter.verify_code,
        template=letter.template.title,
        template_version=letter.template.version,
        size=letter.size,
        sha256=letter.sha256,
        tries=letter.tries,
        ended_at=letter.ended_at,
        end_reason=letter.end_reason,
        ways=ways_of(letter),
        unsent_copies=unsent_of_letter(letter, letter.dispatches.all()),
        attachments=list(map(tell_attached, enclosed_in(letter))),
    )


@office.get("staff/letters/{int:letter_id}/file/", response={200: bytes}, summary="نسخهٔ چاپی نامه")
@asks_for(Scope.STAFF_READ)
def show_file(request: UserRequest, letter_id: int) -> FileResponse:
    """The paper as PDF; 404 while it is still being made."""
    letter = find_letter_of(request, letter_id)
    if letter.rendered_at is None:
        raise Http404
    return pdf_response(letter)


def _readable(request: UserRequest) -> QuerySet[Letter]:
    """The letters that the caller may read. Raises PermissionDenied for who reads none."""
    if not request.user.has_perm("letters.view_letter"):
        raise PermissionDenied
    return letters_for(request.user)


def find_letter_of(request: UserRequest, key: int) -> Letter:
    """A letter that the caller may read. Raises PermissionDenied and Http404."""
    rows = _readable(request).select_related("submission__party", "template")
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)


def _brief(letter: Letter) -> dict[str, Any]:
    submission = letter.submission
    return {
        "id": letter.pk,
        "number": letter.number_text,
        "issued_at": letter.issued_at,
        "subject": letter.subject,
        "recipient": letter.recipient,
        "party": submission.party.name,
        "tracking_code": submission.tracking_code,
        "state": letter.state,
        "rendered_at": letter.rendered_at,
        "classification": find_choice(Classification, letter.classification),
        "urgency": find_choice(Urgency, letter.priority),
    }
