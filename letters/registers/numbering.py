"""Gives a decided letter its number, in the transaction of the decision."""

from __future__ import annotations

from typing import Any

from letters import tasks
from letters.drafts.purposes import Purpose
from letters.models import Letter, LetterBook, LetterTemplate
from letters.registers.outside_numbers import require_number
from letters.registers.rows import Secretariat
from submissions.models import Submission, WorkItem
from work import enqueue


def issue_number(
    submission: Submission,
    facts: dict[str, Any],
    template: LetterTemplate,
    purpose: Purpose,
    *,
    inquiry: WorkItem | None = None,
) -> Letter:
    """A new letter with the next number of the book of the request's secretariat, its paper to be made.

    The submission must be locked (lock order: submission, then book). Where a system outside numbers,
    ``submission.typed_number`` is what it gave. Raises NumberNeeded, BadNumber and NumberTaken.
    """
    keeper = Secretariat.objects.numbering(submission.province_id)
    taken = LetterBook.objects.next_number(keeper.slug, LetterBook.Direction.OUTGOING)
    letter = Letter.objects.create(
        submission=submission,
        purpose=purpose,
        inquiry=inquiry,
        book=taken.book,
        number=taken.number,
        number_text=require_number(taken.book, submission.typed_number)
        if keeper.numbers_outside
        else taken.book.written(taken.number),
        issued_at=taken.at,
        subject=facts["subject"],
        recipient=facts["recipient"]["organisation"] or facts["recipient"]["post"],
        template=template,
        facts=facts,
    )
    enqueue(tasks.issue_letter, letter.pk)
    return letter
