"""Attachments on paper: printed behind their letter, pictures on a page of their own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from letters.attachments.enclosed import enclosed_in, read_attachment
from letters.attachments.models import LetterAttachment
from letters.models import Letter
from pdf.rendering import read_stylesheet
from pdf.visitors_press import print_for_visitor
from web.models import OfficeSettings
from web.refusals import NotNow

CSS: Final = Path(__file__).parents[1] / "print" / "post_picture.css"


class AttachmentUnprintable(NotNow):
    """It opens by itself, and its pages cannot be put behind those of another file."""

    code = "attachment_unprintable"
    title = "پیوست نامه همراه نامه چاپ نمی‌شود"

    def __init__(self, attachment: LetterAttachment) -> None:
        super().__init__(
            f"صفحه‌های پیوست «{attachment.title}» در فایل چاپ دسته قرار نمی‌گیرد. لطفاً نامه را از راه دیگری ارسال کنید "
            "یا پیوست را از صفحهٔ نامه جداگانه چاپ کنید."
        )


def pages_behind(letter: Letter, printed_at: datetime) -> Iterator[PageObject]:
    """The pages of what goes with a letter, in its order.

    Raises AttachmentBroken, AttachmentUnprintable and PressBusy.
    """
    for attachment in enclosed_in(letter):
        try:
            yield from PdfReader(BytesIO(_as_pdf(attachment, printed_at))).pages
        except PyPdfError as error:
            raise AttachmentUnprintable(attachment) from error


def bytes_behind(letter: Letter) -> int:
    """How much goes with a letter, as its facts say."""
    return sum(int(one["size"]) for one in letter.facts.get("attachments", []))


def _as_pdf(attachment: LetterAttachment, printed_at: datetime) -> bytes:
    content = read_attachment(attachment)
    if attachment.content_type == "application/pdf":
        return content
    written = base64.b64encode(content).decode()
    page = {
        "title": attachment.title,
        "office": OfficeSettings.load().name,
        "picture": f"data:{attachment.content_type};base64,{written}",
    }
    html = render_to_string("letters/post/picture.html", page)
    return print_for_visitor(html, css=read_stylesheet(CSS), created=printed_at)
