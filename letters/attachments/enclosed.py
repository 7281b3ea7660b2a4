"""What is attached to a letter, as its facts name it; read for those who are sent it."""

from __future__ import annotations

import hashlib
from typing import Final

from letters.attachments.models import LetterAttachment
from letters.models import Letter
from web.refusals import NotNow

#: How files of a kind are named; nothing else is ever attached.
EXTENSIONS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class AttachmentBroken(NotNow):
    """The file of an attachment cannot be read as it was signed; it goes nowhere."""

    code = "attachment_broken"
    title = "پیوست نامه در دسترس نیست"

    def __init__(self, attachment: LetterAttachment) -> None:
        super().__init__(
            f"فایل پیوست «{attachment.title}» همان‌گونه که امضا شده است خوانده نمی‌شود. "
            "لطفاً به مدیر سامانه اطلاع دهید."
        )


def enclosed_in(letter: Letter) -> list[LetterAttachment]:
    """What goes with the letter, in the order of the list on it; whatever its draft has now."""
    named = letter.facts.get("attachments") or []
    if not named:
        return []
    rows = LetterAttachment.objects.filter(
        draft__submission=letter.submission_id, sha256__in=[one["sha256"] for one in named]
    )
    found = {(row.title, row.sha256): row for row in rows}
    return [found[one["title"], one["sha256"]] for one in named]


def read_attachment(attachment: LetterAttachment) -> bytes:
    """Its bytes, as they were signed. Raises AttachmentBroken."""
    try:
        with attachment.file.open("rb") as file:
            content: bytes = file.read()
    except OSError:
        raise AttachmentBroken(attachment) from None
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise AttachmentBroken(attachment)
    return content


def name_file(attachment: LetterAttachment, place: int) -> str:
    """How its file is called where it is sent; ``place``: in the list on the letter, from 1 on."""
    return f"attachment-{place}.{EXTENSIONS[attachment.content_type]}"
