"""Documents of a submission: attached privately after inspection, replaced, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import now

from accounts.models import User
from db.file_storage import kept_if_recorded
from services_catalog.facts import DocumentFacts
from submissions.documents.inspection import clean_name, inspect_upload
from submissions.documents.reuse import reusable_for
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.editing import Accepted, in_hand
from submissions.models import (
    Document,
    PartialUpload,
    Submission,
    document_path,
    private_storage,
)
from web.refusals import NotNow
from work import audit


class NotKept(NotNow):
    code = "not_kept"
    title = "استفادهٔ مجدد از این مدرک امکان‌پذیر نیست"
    message = "مهلت استفادهٔ مجدد از این مدرک به پایان رسیده است. لطفاً فایل جدیدی بارگذاری کنید."


class PartOfFiling(NotNow):
    code = "part_of_filing"
    title = "این فایل حذف نمی‌شود"
    message = (
        "این فایل بخشی از درخواست ثبت‌شدهٔ شماست و حذف نمی‌شود. "
        "در صورت نیاز به تغییر، فایل جدیدی جایگزین آن کنید."
    )


def attach_document(
    submission: Submission,
    requirement: DocumentFacts,
    upload: UploadedFile,
    *,
    by: User,
    and_then: Callable[[], None] | None = None,
) -> Document:
    """Keep ``upload`` as the file of ``requirement``, in place of the one that was there.

    The old file goes, unless it was handed in once, and so do parts of other files that ``by``
    had on the way for it. ``and_then`` runs in the transaction that puts the file in place.
    Raises a :class:`submissions.documents.inspection.BadFile`, Accepted when the document is not open, and what
    :func:`submissions.drafts.editing.in_hand` raises.
    """
    content_type = inspect_upload(upload, requirement.max_bytes)
    facts = Document(
        requirement=requirement.code,
        original_name=clean_name(upload.name or ""),
        content_type=content_type,
        size=upload.size or 0,
        sha256=_fingerprint_of(upload),
        uploaded_by=by,
    )
    with kept_if_recorded(private_storage()) as save_file:
        # Written before the lock is taken: nobody waits for a disk.
        facts.file = save_file(document_path(facts, ""), upload)
        with transaction.atomic():
            _put_in_place(submission, facts, by)
            if and_then:
                and_then()
    return facts


def reuse_document(submission: Submission, requirement: DocumentFacts, *, by: User) -> Document:
    """Bring what was accepted before for ``requirement``: a copy of its own.

    Raises NotKept when there is nothing valid, and whatever :func:`attach_document` raises.
    """
    found = reusable_for(submission, by).get(requirement.type)
    if found is None:
        raise NotKept
    document = found.document
    with document.file.open("rb") as stored:
        copy = UploadedFile(stored, name=document.original_name, size=document.size)
        return attach_document(submission, requirement, copy, by=by)


def require_open(submission: Submission, code: str, by: User) -> tuple[Submission, Document | None]:
    """The request, locked, and the file that is there, when ``by`` may bring another one now.

    Raises Accepted, and what :func:`submissions.drafts.editing.in_hand` raises. Call it in a transaction.
    """
    submission = in_hand(submission, by)
    current = submission.documents.current().filter(requirement=code).first()
    if not EditableParts.of(submission).document(code, current):
        raise Accepted
    return submission, current


def _put_in_place(submission: Submission, document: Document, by: User) -> None:
    code = document.requirement
    submission, current = require_open(submission, code, by)
    if current:
        _retire_document(current)
    document.submission = submission
    document.uploaded_at = now()
    document.save()
    if code in submission.declined:
        submission.declined = [other for other in submission.declined if other != code]
    submission.updated_at = document.uploaded_at
    submission.save()
    parts = PartialUpload.objects.filter(owner=by, submission=submission, requirement=code)
    # Not the part that is being finished: its writer marks it in this same transaction.
    parts.unheld().expire()
    audit.record_entry(by, "attach", submission, {"requirement": code, "sha256": document.sha256})


@transaction.atomic
def remove_document(document: Document, *, by: User) -> None:
    """Take a file back; the one that was handed in before it counts again.

    Raises PartOfFiling for a file that was handed in, and what ``in_hand`` raises.
    """
    submission = in_hand(document.submission, by)
    current = submission.documents.current().filter(pk=document.pk).first()
    if current is None:
        return
    if current.filings.exists():
        raise PartOfFiling
    _retire_document(current)
    _restore_earlier(submission, document.requirement)
    submission.updated_at = now()
    submission.save()
    audit.record_entry(by, "remove", submission, {"requirement": document.requirement})


def _restore_earlier(submission: Submission, requirement: str) -> None:
    filed = submission.documents.filter(requirement=requirement, filings__isnull=False)
    if earlier := filed.order_by("-pk").first():
        earlier.replaced_at = None
        earlier.save(update_fields=["replaced_at"])


def _retire_document(document: Document) -> None:
    """Set a file aside: kept when it was handed in once, otherwise gone after the commit."""
    if document.filings.exists():
        document.replaced_at = now()
        document.save(update_fields=["replaced_at"])
        return
    storage, name = document.file.storage, str(document.file.name)
    document.delete()
    # The page of a file that is in place must not fail for the one that was there: the sweep has it.
    transaction.on_commit(lambda: storage.delete(name), robust=True)


def _fingerprint_of(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
