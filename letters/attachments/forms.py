"""The form that brings an attachment."""

from __future__ import annotations

from typing import Any

from django import forms

from letters.attachments.keeping import LONGEST_TITLE, MOST, MOST_BYTES, BadTitle
from persian.digits import to_persian
from persian.forms import PersianCharField
from persian.templatetags.persian import file_size
from submissions.documents.inspection import EmptyFile, NoFile

LIMITS = (
    "PDF، JPEG یا PNG. هر نامه حداکثر "
    f"{to_persian(MOST)} پیوست دارد و حجم آن‌ها روی هم حداکثر {file_size(MOST_BYTES)} است."
)


class AttachmentForm(forms.Form):
    """A file and what it is called in the letter."""

    use_required_attribute = False

    title = PersianCharField(
        label="عنوان پیوست",
        max_length=LONGEST_TITLE,
        help_text="در نامه و نزد گیرنده با همین عنوان می‌آید؛ مانند «نقشهٔ جانمایی».",
        error_messages={"required": BadTitle.message, "max_length": BadTitle.message},
    )
    file = forms.FileField(
        label="فایل پیوست",
        help_text=LIMITS,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"required": NoFile.message, "empty": EmptyFile.message},
    )

    def said(self) -> tuple[Any, str]:
        """The upload and its title, of a valid form."""
        return self.cleaned_data["file"], self.cleaned_data["title"]
