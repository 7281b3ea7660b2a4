"""ECE files and their parts, given out to people: always to be saved, never opened in place."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404

from letters.dispatch.models import Dispatch
from letters.ece.composing import file_name, write_for, write_letter_file
from letters.ece.incoming import ATTACHMENT, ORIGIN, file_of
from letters.ece.models import ReceivedMail
from letters.ece.shapes import FILE_TYPES
from letters.models import Letter

XML = "application/xml"


def send_letter_file(letter: Letter, to: Dispatch | None = None) -> FileResponse:
    """The ECE file of a letter, for another way than ours; 404 while it has no paper."""
    if letter.rendered_at is None:
        raise Http404
    content = write_for(to) if to else write_letter_file(letter)
    return _send_file(content, file_name(letter.number_text), XML)


def send_mail_file(mail: ReceivedMail) -> FileResponse:
    """The XML of a received mail as it came; 404 when it brought none."""
    if not mail.file:
        raise Http404
    with mail.file.open("rb") as file:
        return _send_file(file.read(), f"ece-{mail.pk}.xml", XML)


def send_part(mail: ReceivedMail, part: str, index: int) -> FileResponse:
    """One file of a received letter; 404 when there is none such."""
    found = file_of(mail, part, index) if part in (ORIGIN, ATTACHMENT) else None
    if found is None:
        raise Http404
    name = f"ece-{mail.pk}-{part}-{index + 1}.{found.extension}"
    return _send_file(found.content, name, FILE_TYPES[found.extension])


def _send_file(content: bytes, name: str, content_type: str) -> FileResponse:
    answer = FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=content_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
