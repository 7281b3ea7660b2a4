"""The form of a step with nothing but a note; the forms of the other steps are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms

from persian.forms import PersianCharField
from submissions.staff.review_page import ReviewPage
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
