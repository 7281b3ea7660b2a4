"""Template tags that show letters on pages of lower apps, which cannot import this one."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from db import questions
from letters.attachments.enclosed import enclosed_in
from letters.attachments.models import LetterAttachment
from letters.dispatch.telling import DispatchLine, lines_for
from letters.drafts.outlook import LetterOutlook
from letters.drafts.purposes import Purpose
from letters.drafts.refusing import missing_for_refusal
from letters.drafts.shown import DraftPage
from letters.images.printing import ImageBroken, image_address
from letters.incoming.beside import LettersBeside
from letters.incoming.models import IncomingLetter
from letters.models import Letter
from letters.registers.number_format import direction_of
from pdf.rendering import as_written
from submissions.models import Submission, WorkItem
from submissions.staff.review_page import ReviewPage
from submissions.states import UNDECIDED
from web.refusals import Refusal

register = template.Library()


@register.simple_tag
def issued_letter_of(submission: Submission) -> Letter | None:
    """The newest letter of the submission that its applicant may read; None before it is issued."""
    return _issued_of.first(submission)


@questions.written
def _issued_of(submission: Any) -> QuerySet[Letter]:
    letters = Letter.objects.for_applicant().issued().filter(submission=submission)
    return letters.order_by("-pk")[:1]


@register.simple_tag
def letters_beside(review: ReviewPage) -> LettersBeside:
    """What came in about the request, and what was sent, for its page among the staff."""
    return LettersBeside(review)


@register.simple_tag
def incoming_about(beside: LettersBeside | str, item: WorkItem) -> list[IncomingLetter]:
    """The incoming letters that answer an inquiry; of a page that shows no letters none."""
    return beside.answers_to(item) if isinstance(beside, LettersBeside) else []


@register.simple_tag
def refusal_in_hand(submission: Submission) -> bool:
    """Whether the refusal has its number and its letter is still being made."""
    return (
        Letter.objects.unfinished().filter(submission=submission, purpose=Purpose.REFUSAL).exists()
    )


@register.simple_tag
def letter_before_number(review: ReviewPage) -> LetterOutlook | None:
    """What is told of the letter to come; None where there is none."""
    spec, state = review.submission.kind_spec, review.submission.state
    if review.is_own or not spec.issues_document or state not in UNDECIDED:
        return None
    return LetterOutlook(review)


@register.filter
def written(text: str) -> SafeString:
    """A text of a letter as it is printed: its references are kept whole."""
    return as_written(text)


@register.simple_tag
def letter_to_sign(review: ReviewPage) -> DraftPage:
    """The letter as it would be, above the key that signs or initials it."""
    return DraftPage(review)


@register.simple_tag
def missing_to_refuse(review: ReviewPage) -> list[Refusal]:
    """What stands in the way of the refusal's letter, above the key that refuses."""
    return missing_for_refusal(review.submission)


@register.filter
def letter_image(sha256: str) -> str:
    """What stands at the head of a letter, as its page shows it; empty where there is none, or it is broken."""
    try:
        return image_address(sha256) if sha256 else ""
    except ImageBroken:
        return ""


@register.filter
def number_direction(number: str) -> str:
    """The direction in which the number of a letter is shown: ``rtl`` where a letter stands in it."""
    return direction_of(number)


@register.simple_tag
def ways_of(letter: Letter) -> list[DispatchLine]:
    """How far the letter is with each whom it is for, as its applicant reads it."""
    return lines_for(letter.dispatches.order_by("pk"))


@register.simple_tag
def attachments_of(letter: Letter) -> list[LetterAttachment]:
    """What goes with an issued letter."""
    return enclosed_in(letter)
