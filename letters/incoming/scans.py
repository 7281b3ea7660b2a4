"""Scans of incoming letters: looked into like other papers of colleagues, and given out to readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from db.file_storage import kept_if_recorded
from letters.incoming.models import scan_path
from persian.digits import to_persian
from persian.templatetags.persian import file_size
from submissions.documents import papers
from submissions.documents.inspection import clean_name
from submissions.documents.storage import fingerprint_of
from submissions.inquiry_details import Paper
from submissions.models import private_storage

#: Files brought at a time; more may be added by a correction.
MOST_SCANS: Final = 5
MOST_BYTES: Final = papers.MOST_BYTES
TOO_MANY = f"حداکثر {to_persian(MOST_SCANS)} فایل در هر نوبت پذیرفته می‌شود."


class ManyFilesInput(forms.FileInput):
    """A box for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name)


class ScansField(forms.FileField):
    """Several files; cleans to a list of uploads."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = kwargs.pop("help_text", "")
        attrs = {"accept": ".pdf,.jpg,.jpeg,.png"}
        super().__init__(
            widget=ManyFilesInput(attrs=attrs),
            allow_empty_file=True,
            max_length=1000,
            help_text=f"{help_text} هر فایل حداکثر {file_size(MOST_BYTES)}.",
            **kwargs,
        )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_SCANS:
            raise ValidationError(TOO_MANY)
        return [super(ScansField, self).clean(one, initial) for one in given]


def require_fine_scans(uploads: Sequence[UploadedFile], by: User) -> list[str]:
    """The types of scans that may be kept. Raises as ``papers.require_fine_paper``."""
    return [papers.require_fine_paper(upload, by) for upload in uploads]


@contextmanager
def kept_papers(uploads: Sequence[UploadedFile], types: Sequence[str]) -> Iterator[list[Paper]]:
    """Stores scans that were found fine; they go again when the block that records them fails."""
    with kept_if_recorded(private_storage()) as save_file:
        yield [
            Paper(
                file=save_file(scan_path(), upload),
                original_name=clean_name(upload.name or ""),
                content_type=content_type,
                size=upload.size or 0,
                sha256=fingerprint_of(upload),
            )
            for upload, content_type in zip(uploads, types, strict=True)
        ]
