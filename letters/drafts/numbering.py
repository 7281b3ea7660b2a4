"""The number of a letter: taken last, in the transaction of the decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.models import User
from letters.drafts.content import Content
from letters.drafts.purposes import Purpose
from letters.models import Letter
from letters.registers.doors import replace_earlier
from letters.registers.numbering import issue_number
from submissions.models import Submission


def number_letter(
    submission: Submission,
    purpose: Purpose,
    content: Content,
    signers: Sequence[dict[str, str]],
    *,
    by: User | None,
    body: int | None = None,
) -> Letter:
    """Number what was signed and have its paper made; ``body``: the key of the one that it is for.

    After a reopening the earlier letter for the same stays readable and says what replaced it.
    """
    replace_earlier(submission, purpose, by=by)
    signed: dict[str, Any] = {"text": content.text, "signers": list(signers)}
    signed["digest"] = content.digest
    if body is not None:
        # Beside what was signed: a name that stands there may be another by now.
        signed["body"] = body
    return issue_number(submission, {**content.facts, **signed}, content.template, purpose)
