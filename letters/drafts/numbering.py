"""The number of a letter: taken last, in the transaction of the decision."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.timezone import now

from letters import tasks
from letters.drafts.content import Content
from letters.drafts.purposes import Purpose
from letters.models import Letter, LetterBook
from submissions.models import Submission
from work import enqueue


def number_letter(
    submission: Submission,
    purpose: Purpose,
    content: Content,
    signers: Sequence[dict[str, str]],
) -> Letter:
    """Number what was signed and have its paper made.

    After a reopening the earlier letter for the same stays readable and says what replaced it.
    """
    submission.letters.filter(state=Letter.State.ISSUED, purpose=purpose).update(
        state=Letter.State.SUPERSEDED, ended_at=now()
    )
    taken = LetterBook.objects.next_number("main", LetterBook.Direction.OUTGOING)
    facts = content.facts
    letter = Letter.objects.create(
        submission=submission,
        purpose=purpose,
        book=taken.book,
        number=taken.number,
        number_text=taken.book.written(taken.number),
        issued_at=taken.at,
        subject=facts["subject"],
        recipient=facts["recipient"]["organisation"] or facts["recipient"]["post"],
        template=content.template,
        facts={
            **facts,
            "text": content.text,
            "signers": list(signers),
            "digest": content.digest,
        },
    )
    enqueue(tasks.issue_letter, letter.pk)
    return letter
