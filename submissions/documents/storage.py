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
from submissions.documents import judging
from submissions.documents.inspection import clean_name, recognise
from submissions.documents.placing import put_in_place, retire_document
from submissions.documents.reuse import reusable_for
from submissions.drafts.editing import in_hand
from submissions.models import (
    Document,
    Submission,
    WaitingFile,
    document_path,
    private_storage,
)
from submissions.states import State
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
) -> Document | WaitingFile:
    """Keep ``upload`` as the file of ``requirement``, in place of the one that was there.

    A file that cannot be judged at once waits for the worker, and the old one counts until then.
    The old file goes, unless it was handed in once, and so do parts of other files that ``by`` had
    on the way for it. ``and_then`` runs in the transaction that puts the file in place.
    Raises a :class:`submissions.documents.inspection.BadFile`, TooManyWaiting and TooManyLongLooks,
    Accepted when the document is not open, and what :func:`submissions.drafts.editing.in_hand` raises.
    """
    content_type = recognise(upload, requirement.max_bytes)
    is_judged = judging.is_fine_at_once(upload, content_type, by)
    facts = Document(
        requirement=requirement.code,
        original_name=clean_name(upload.name or ""),
        content_type=content_type,
        size=upload.size or 0,
        sha256=fingerprint_of(upload),
        uploaded_by=by,
    )
    kept: Document | WaitingFile = facts
    with kept_if_recorded(private_storage()) as save_file:
        # Written before the lock is taken: nobody waits for a disk.
        facts.file = save_file(document_path(facts, ""), upload)
        with transaction.atomic():
            if is_judged:
                put_in_place(submission, facts, by)
            else:
                kept = judging.keep_waiting(submission, facts, by)
            if and_then:
                and_then()
    return kept


def reuse_document(
    submission: Submission, requirement: DocumentFacts, *, by: User
) -> Document | WaitingFile:
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


@transaction.atomic
def remove_document(document: Document, *, by: User) -> None:
    """Take a file back; of a return, the one that was handed in before it counts again.

    Raises PartOfFiling for a file of a return that was handed in, and what ``in_hand`` raises.
    """
    submission = in_hand(document.submission, by)
    current = submission.documents.current().filter(pk=document.pk).first()
    if current is None:
        return
    is_handed_in = submission.state != State.DRAFT
    if is_handed_in and current.filings.exists():
        raise PartOfFiling
    retire_document(current)
    if is_handed_in:
        _restore_earlier(submission, document.requirement)
    submission.updated_at = now()
    submission.save()
    audit.record_entry(by, "remove", submission, {"requirement": document.requirement})


def _restore_earlier(submission: Submission, requirement: str) -> None:
    filed = submission.documents.filter(requirement=requirement, filings__isnull=False)
    if earlier := filed.order_by("-pk").first():
        earlier.replaced_at = None
        earlier.save(update_fields=["replaced_at"])


def fingerprint_of(upload: UploadedFile) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
