"""Endpoints of the letter before it has a number: as it would be, reworded, and as a PDF."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from ninja import Router, Schema
from pydantic import Field

from accounts.models import Scope
from letters.attachments.models import LetterAttachment
from letters.drafts.editing import reword_block
from letters.drafts.marking import mark_letter
from letters.drafts.marks import Classification
from letters.drafts.refusing import missing_for_refusal
from letters.drafts.shown import DraftPage, ShownChange
from letters.drafts.views import send_draft
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.one_request import CODE, find_reviewed
from submissions.api.step_bodies import StrictSchema
from submissions.states import Urgency
from web.requests import UserRequest

router = Router(auth=signed_in, tags=["staff"])


class DraftSigner(Schema):
    """Who signs; before the signature only the post is known."""

    name: str
    post: str
    standing_in_for: str


class DraftBlock(Schema):
    """A block that may be reworded by whoever asks; its placeholders stand in braces, in Persian."""

    block: int
    text: str


class DraftChange(Schema):
    """One change; ``words``: runs of both texts, each ``same``, ``gone`` or ``new``."""

    revision: int
    block: int
    by: str
    standing_in_for: str
    at: datetime
    words: list[tuple[str, str]]


class DraftMark(Schema):
    """An initial or a signature; ``current``: whether the letter says the same since."""

    step: str
    by: str
    standing_in_for: str
    at: datetime
    current: bool


class AttachedFile(Schema):
    """What goes with a letter; ``size`` in bytes, ``sha256`` of its bytes."""

    id: int
    title: str
    original_name: str
    content_type: str
    size: int
    sha256: str


class DraftMissing(Schema):
    """What stands in the way of the letter; ``no_refusal_template``: of that of a refusal alone."""

    code: str
    title: str
    detail: str


class LetterDraftOut(Schema):
    """The letter as it would be. ``digest``: what ``letter_digest`` of a signing step must say.

    Text is empty while something that it needs is ``missing``. ``unsent_copies``: lines of «رونوشت» that
    name no body of the list, for which nothing will be sent. ``revision``: to be sent with a rewording;
    ``urgency``: null where it is that of the request.
    """

    digest: str
    signed: bool
    revision: int
    missing: list[DraftMissing]
    subject: str
    recipient: list[str]
    paragraphs: list[str]
    signers: list[DraftSigner]
    open_blocks: list[DraftBlock]
    changes: list[DraftChange]
    marks: list[DraftMark]
    classification: Classification
    urgency: Urgency | None
    unsent_copies: list[str]
    attachments: list[AttachedFile]


class MarksBody(StrictSchema):
    """``urgency``: null to follow the request; ``revision``: the one that was shown."""

    classification: Classification
    urgency: Urgency | None
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class RewordingBody(StrictSchema):
    """The new text of a block; ``revision``: the one that was shown."""

    text: Annotated[str, Field(max_length=4000)]
    revision: Annotated[int, Field(ge=0, lt=2**31)]


@router.get(f"{CODE}letter-draft/", response=LetterDraftOut, summary="پیش‌نویس نامه")
@asks_for(Scope.STAFF_READ)
def show_draft(request: UserRequest, tracking_code: str) -> LetterDraftOut:
    """The letter of a request before it has a number, with all that was changed and initialled."""
    return tell_draft(find_letter_draft(request, tracking_code))


@router.put(
    f"{CODE}letter-draft/blocks/{{int:block}}/",
    response=LetterDraftOut,
    summary="ویرایش یک بند نامه",
)
@asks_for(Scope.STAFF_ACT)
def reword(
    request: UserRequest, tracking_code: str, block: int, said: RewordingBody
) -> LetterDraftOut:
    """Reword a block that the template opens.

    403 when it is not in the caller's hands, 409 when somebody else has reworded it since
    ``revision`` (``current_text`` says how) or it is signed, 422 for a text that changes facts.
    """
    page = find_letter_draft(request, tracking_code)
    require_changer(request)
    reword_block(page.submission, block, said.text, by=request.user, seen=said.revision)
    return tell_draft(find_letter_draft(request, tracking_code))


@router.put(f"{CODE}letter-draft/marks/", response=LetterDraftOut, summary="طبقه‌بندی و فوریت نامه")
@asks_for(Scope.STAFF_ACT)
def mark(request: UserRequest, tracking_code: str, said: MarksBody) -> LetterDraftOut:
    """Choose how the letter is classified and how urgent it is.

    403 when it is not in the caller's hands, 409 when it is signed or somebody has chosen since
    ``revision``.
    """
    page = find_letter_draft(request, tracking_code)
    require_changer(request)
    chosen = (said.classification, said.urgency)
    mark_letter(page.submission, *chosen, by=request.user, seen=said.revision)
    return tell_draft(find_letter_draft(request, tracking_code))


@router.get(f"{CODE}letter-draft/pdf/", response={200: bytes}, summary="نسخهٔ PDF پیش‌نویس نامه")
@asks_for(Scope.STAFF_READ)
def show_draft_pdf(request: UserRequest, tracking_code: str) -> FileResponse:
    """The same as a PDF, marked as a draft. 409 with what is missing, 429 when asked too often."""
    return send_draft(find_letter_draft(request, tracking_code))


def require_changer(request: UserRequest) -> None:
    """Raise PermissionDenied for who changes no request, and so no letter."""
    if not request.user.has_perm("submissions.change_submission"):
        raise PermissionDenied


def find_letter_draft(request: UserRequest, tracking_code: str) -> DraftPage:
    """The letter to come of a request that the caller reads as staff. Raises Http404."""
    page = find_reviewed(request, tracking_code)
    if not page.submission.kind_spec.issues_document or page.report.last_filing is None:
        raise Http404
    return DraftPage(page)


def tell_draft(letter: DraftPage) -> LetterDraftOut:
    """All that the staff are told of it."""
    facts = letter.facts
    to = facts.recipient if facts else None
    return LetterDraftOut(
        digest=letter.digest,
        signed=letter.is_signed,
        revision=letter.revision,
        missing=[
            DraftMissing(code=refusal.code, title=refusal.title, detail=refusal.message)
            for refusal in [*letter.missing, *missing_for_refusal(letter.submission)]
        ],
        subject=facts.subject if facts else "",
        recipient=[line for line in (to.post, to.organisation, to.address) if line] if to else [],
        paragraphs=list(facts.paragraphs) if facts else [],
        signers=[DraftSigner(**signer.model_dump()) for signer in facts.signers] if facts else [],
        open_blocks=[DraftBlock(block=b.place, text=b.text) for b in letter.open_blocks],
        changes=[_tell_change(change) for change in letter.changes],
        marks=[
            DraftMark(
                step=mark.step.name,
                by=str(mark.step.by or ""),
                standing_in_for=str(mark.step.standing_in_for or ""),
                at=mark.step.at,
                current=mark.is_current,
            )
            for mark in letter.initials
        ],
        classification=Classification(letter.draft.classification if letter.draft else "normal"),
        urgency=Urgency(letter.draft.urgency) if letter.draft and letter.draft.urgency else None,
        unsent_copies=letter.unsent_copies,
        attachments=list(map(tell_attached, letter.attachments)),
    )


def tell_attached(attachment: LetterAttachment) -> AttachedFile:
    """What is told of an attachment."""
    names = ("title", "original_name", "content_type", "size", "sha256")
    return AttachedFile(id=attachment.pk, **{name: getattr(attachment, name) for name in names})


def _tell_change(change: ShownChange) -> DraftChange:
    return DraftChange(
        revision=change.revision.number,
        block=change.revision.block,
        by=str(change.revision.by),
        standing_in_for=str(change.revision.standing_in_for or ""),
        at=change.revision.at,
        words=[(run.kind, run.text) for run in change.words],
    )
