"""The form of a step with nothing but a note; the forms of the other steps are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from persian.digits import to_ascii
from persian.forms import PersianCharField
from submissions.kinds import handler_for
from submissions.staff.review_page import ReviewPage
from submissions.states import StepName
from submissions.step_details import NoDetail, StepDetail

WORDS_LIMIT = 4000


def words_field(
    label: str, *, required: bool, help_text: str = "", rows: int = 4
) -> PersianCharField:
    return PersianCharField(
        label=label,
        required=required,
        max_length=WORDS_LIMIT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"لطفاً «{label}» را بنویسید."},
    )


class StepForm(forms.Form):
    """A step with a note that the applicant will read, if anything is written."""

    note = words_field(
        "توضیح برای متقاضی (اختیاری)",
        required=False,
        rows=2,
        help_text="این متن در «گزارش درخواست» به متقاضی نمایش داده می‌شود.",
    )

    def __init__(self, *args: Any, page: ReviewPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page

    def detail(self) -> StepDetail:
        """What the step needs besides its note. To be asked of a valid form."""
        return NoDetail()

    @contextmanager
    def taken(self) -> Iterator[StepDetail]:
        """The same while the step is taken: what a form stores goes again when it is refused."""
        yield self.detail()


class NumberedForm(StepForm):
    """A step of which a letter comes; where a system outside numbers, its number is typed here."""

    #: Of which step; what it asks is the handler's to say.
    name: ClassVar[StepName]
    letter_number = PersianCharField(
        label="شمارهٔ نامه در سامانهٔ دبیرخانه",
        max_length=40,
        help_text="نامه‌های این دبیرخانه در سامانهٔ دیگری شماره می‌گیرد. شماره را همان‌گونه که آنجا ثبت شده است وارد کنید.",
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
        error_messages={"required": "لطفاً شمارهٔ نامه را وارد کنید."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handler = handler_for(self.page.submission.kind)
        if not self.handler.asks_number(self.page.submission, self.name):
            del self.fields["letter_number"]

    def clean_letter_number(self) -> str:
        number = to_ascii(self.cleaned_data["letter_number"])
        if why := self.handler.why_not_number(self.page.submission, number):
            raise ValidationError(why)
        return number

    @property
    def number(self) -> str:
        """The number that was typed, of a valid form."""
        return str(self.cleaned_data.get("letter_number", ""))
