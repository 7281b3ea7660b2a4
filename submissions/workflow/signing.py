"""A letter is signed as it was seen: its digest stands on the step that signs or initials it."""

from __future__ import annotations

from submissions.desk_policy import signs_letter
from submissions.kinds import handler_for
from submissions.models import Step, Submission, WorkItem
from submissions.refusals import LetterChanged, LetterUnseen
from submissions.signing_details import SignDetail


def digest_to_sign(submission: Submission, item: WorkItem | None, detail: SignDetail) -> str:
    """The digest that an agreement signs; empty where no letter is signed. Raises as require_seen."""
    return require_seen(submission, detail) if signs_letter(submission, item) else ""


def require_seen(submission: Submission, detail: SignDetail) -> str:
    """The digest of the letter as it would be now.

    Raises LetterUnseen when none was shown, LetterChanged when another one was.
    """
    found = handler_for(submission.kind).letter_digest(submission)
    if detail.letter_digest == "":
        raise LetterUnseen
    if detail.letter_digest not in (None, found):
        raise LetterChanged
    return found


def keep_digest(step: Step, digest: str) -> None:
    """Have the step say what was signed with it."""
    if digest:
        step.letter_digest = digest
        step.save(update_fields=["letter_digest"])


def sign_letter(submission: Submission, step: Step, digest: str) -> None:
    """Keep the digest, and have the letter stay as it is from here on."""
    keep_digest(step, digest)
    if digest:
        handler_for(submission.kind).signed(submission, step)
