"""Papers that colleagues bring: looked into like the files of applicants, but no documents of theirs.

The look is made while the page waits: it takes a place of the host and so much time, no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from db.file_storage import kept_if_recorded
from submissions.documents import inspection, judging
from submissions.documents.inspection import Look, TooComplex, clean_name
from submissions.documents.storage import fingerprint_of
from submissions.inquiry_details import Paper
from submissions.models import private_storage
from submissions.models.inquiry_reply import paper_path
from web.refusals import Refusal
from work.places import NoPlace

MOST_BYTES: Final = 10 * 1024 * 1024
WHILE_WAITING: Final = Look(cpu_seconds=3, for_a_place=5, for_the_answer=15)


class NoLookNow(Refusal):
    status = 503
    code = "no_look_now"
    title = "بررسی فایل در این لحظه ممکن نیست"
    message = "سامانه اکنون فایل‌های دیگری را بررسی می‌کند. لطفاً یک دقیقهٔ دیگر دوباره ارسال کنید."
    retry_after = 60


def require_fine_paper(upload: UploadedFile, by: User) -> str:
    """The type of a paper that may be kept.

    Raises a BadFile, TooManyUploads, TooManyLongLooks, and NoLookNow while the host is busy.
    """
    content_type = inspection.recognise(upload, MOST_BYTES)
    if wait := judging.UPLOADS_A_MINUTE.take(str(by.pk)):
        raise judging.TooManyUploads(wait)
    if wait := judging.LONG_LOOKS_AN_HOUR.wait(str(by.pk)):
        raise judging.TooManyLongLooks(wait)
    try:
        inspection.require_fine(upload, content_type, WHILE_WAITING)
    except NoPlace as busy:
        raise NoLookNow from busy
    except TooComplex:
        judging.LONG_LOOKS_AN_HOUR.take(str(by.pk))
        raise
    return content_type


@contextmanager
def kept_paper(upload: UploadedFile, content_type: str) -> Iterator[Paper]:
    """Stores a paper that was found fine; it goes again when the block that records it fails."""
    with kept_if_recorded(private_storage()) as save_file:
        yield Paper(
            file=save_file(paper_path(), upload),
            original_name=clean_name(upload.name or ""),
            content_type=content_type,
            size=upload.size or 0,
            sha256=fingerprint_of(upload),
        )
