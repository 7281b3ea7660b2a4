"""Putting a judged file in place as the document of a requirement, and setting one aside."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now

from accounts.models import User
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.editing import Accepted, in_hand
from submissions.models import Document, PartialUpload, Submission
from work import audit


def require_open(submission: Submission, code: str, by: User) -> tuple[Submission, Document | None]:
    """The request, locked, and the file that is there, when ``by`` may bring another one now.

    Raises Accepted, and what :func:`submissions.drafts.editing.in_hand` raises. Call it in a transaction.
    """
    submission = in_hand(submission, by)
    current = submission.documents.current().filter(requirement=code).first()
    if not EditableParts.of(submission).document(code, current):
        raise Accepted
    return submission, current


def put_in_place(submission: Submission, document: Document, by: User) -> None:
    """Make ``document`` the file that counts. Raises what :func:`require_open` raises."""
    code = document.requirement
    submission, current = require_open(submission, code, by)
    if current:
        retire_document(current)
    document.submission = submission
    document.uploaded_at = now()
    document.save()
    if code in submission.declined:
        submission.declined = [other for other in submission.declined if other != code]
    submission.updated_at = document.uploaded_at
    submission.save()
    drop_earlier(submission, code, by)
    audit.record_entry(by, "attach", submission, {"requirement": code, "sha256": document.sha256})


def drop_earlier(submission: Submission, code: str, by: User) -> None:
    """Another file takes the place of what waits for ``code``, and of ``by``'s parts of others."""
    submission.waiting_files.filter(requirement=code).drop()
    parts = PartialUpload.objects.filter(owner=by, submission=submission, requirement=code)
    # Not the part that is being finished: its writer marks it in this same transaction.
    parts.unheld().expire()


def retire_document(document: Document) -> None:
    """Set a file aside: kept when it was handed in once, otherwise gone after the commit."""
    if document.filings.exists():
        document.replaced_at = now()
        document.save(update_fields=["replaced_at"])
        return
    storage, name = document.file.storage, str(document.file.name)
    document.delete()
    # The page of a file that is in place must not fail for the one that was there: the sweep has it.
    transaction.on_commit(lambda: storage.delete(name), robust=True)
