"""Attachments are added to the letter to come and removed from it, until it is signed."""

from __future__ import annotations

from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import now

from accounts.models import User
from db.file_storage import kept_if_recorded
from letters.attachments.models import AttachmentQuerySet, LetterAttachment, attachment_path
from letters.drafts.editing import hold_draft, item_to_write_at, note_change
from letters.drafts.models import LetterDraft
from persian.digits import to_persian
from persian.templatetags.persian import file_size
from persian.text import clean_text
from submissions.documents import papers
from submissions.documents.inspection import BadFile, clean_name
from submissions.documents.storage import fingerprint_of
from submissions.inquiry_details import Paper
from submissions.models import Submission, private_storage
from submissions.refusals import NotYours
from web.refusals import NotNow, Refusal
from work import audit

MOST: Final = 10
#: Of a file, and of all that go with one letter: beyond it the mails of the network carry nothing.
MOST_BYTES: Final = papers.MOST_BYTES
LONGEST_TITLE: Final = 150


class BadTitle(Refusal):
    status = 422
    code = "bad_attachment_title"
    title = "عنوان پیوست نوشته نشده است"
    message = f"لطفاً عنوان پیوست را بنویسید؛ حداکثر {to_persian(LONGEST_TITLE)} کاراکتر."


class TooManyAttachments(NotNow):
    code = "too_many_attachments"
    title = "تعداد پیوست‌ها کامل است"
    message = f"هر نامه حداکثر {to_persian(MOST)} پیوست دارد."


class AttachmentsTooLarge(BadFile):
    code = "attachments_too_large"
    message = f"حجم پیوست‌های نامه روی هم حداکثر {file_size(MOST_BYTES)} است."


class AttachedAlready(NotNow):
    code = "attached_already"
    title = "این فایل قبلاً پیوست شده است"

    def __init__(self, attachment: LetterAttachment) -> None:
        super().__init__(f"همین فایل با عنوان «{attachment.title}» پیوست نامه است.")


class NotAttached(NotNow):
    code = "not_attached"
    title = "این پیوست حذف شده است"
    message = "این فایل دیگر پیوست نامه نیست. لطفاً پیوست‌های فعلی را مشاهده کنید."


def add_attachment(
    submission: Submission, upload: UploadedFile, title: str, *, by: User
) -> LetterAttachment:
    """Attach a file to the letter to come, once it was looked into.

    Raises NotYours, LetterSigned, BadTitle, TooManyAttachments, AttachmentsTooLarge, AttachedAlready
    and as ``papers.require_fine_paper``.
    """
    title = clean_text(title)
    if not title or len(title) > LONGEST_TITLE:
        raise BadTitle
    # Before a process looks into what a reader of the request brings.
    if item_to_write_at(by, submission) is None:
        raise NotYours
    content_type = papers.require_fine_paper(upload, by)
    with kept_if_recorded(private_storage()) as save_file:
        paper = Paper(
            file=save_file(attachment_path(), upload),
            original_name=clean_name(upload.name or ""),
            content_type=content_type,
            size=upload.size or 0,
            sha256=fingerprint_of(upload),
        )
        return _record(submission, title, paper, by)


@transaction.atomic
def remove_attachment(submission: Submission, key: int, *, by: User) -> LetterAttachment:
    """Take one away again. Raises NotYours, LetterSigned and NotAttached."""
    draft, _item = hold_draft(submission, by)
    found = _current(draft).filter(pk=key).first() if draft.pk else None
    if found is None:
        raise NotAttached
    LetterAttachment.objects.filter(pk=found.pk).update(removed_at=now(), removed_by=by)
    note_change(draft)
    facts = {"title": found.title, "sha256": found.sha256}
    audit.record_entry(by, "detach_from_letter", draft.submission, facts)
    return found


@transaction.atomic
def _record(submission: Submission, title: str, paper: Paper, by: User) -> LetterAttachment:
    draft, _item = hold_draft(submission, by)
    _require_room(draft, paper)
    note_change(draft)
    facts = {"title": title, "sha256": paper.sha256}
    audit.record_entry(by, "attach_to_letter", draft.submission, facts)
    return LetterAttachment.objects.create(draft=draft, title=title, added_by=by, **vars(paper))


def _require_room(draft: LetterDraft, paper: Paper) -> None:
    present = list(_current(draft)) if draft.pk else []
    for attachment in present:
        if attachment.sha256 == paper.sha256:
            raise AttachedAlready(attachment)
    if len(present) >= MOST:
        raise TooManyAttachments
    if sum(attachment.size for attachment in present) + paper.size > MOST_BYTES:
        raise AttachmentsTooLarge


def _current(draft: LetterDraft) -> AttachmentQuerySet:
    return LetterAttachment.objects.current().filter(draft=draft)
