"""Forms by which the staff arrange their work: how soon it is wanted, when to come back to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate

from persian.forms import JalaliDateField, PersianCharField
from submissions.models.work_item import FOLLOW_UP_LIMIT
from submissions.staff.step_form import StepForm, words_field
from submissions.states import Urgency
from submissions.step_details import FollowUpDetail, StepDetail, UrgencyDetail
from submissions.workflow.following_up import LONGEST, NO_DAY

ONLY_US = "این متن فقط به همکاران نمایش داده می‌شود."
WHICH_URGENCY = "لطفاً فوریت را انتخاب کنید."
URGENCY_HELP = (
    "«فوری» زمان باقی‌ماندهٔ میز را نصف می‌کند و «آنی» مهلت میز را حداکثر به پایان روز کاری بعد "
    "می‌رساند. مهلت پاسخ به متقاضی تغییر نمی‌کند."
)


class UrgencyForm(StepForm):
    """How soon it is wanted from now on, and why."""

    urgency = forms.ChoiceField(
        label="فوریت",
        help_text=URGENCY_HELP,
        error_messages={"required": WHICH_URGENCY, "invalid_choice": WHICH_URGENCY},
    )
    note = words_field("دلیل", required=True, rows=2, help_text=ONLY_US)

    field_order = ("urgency", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [u for u in Urgency if u != self.page.submission.urgency]
        self.fields["urgency"].choices = [(u.value, u.label) for u in others]  # type: ignore[attr-defined]

    def detail(self) -> StepDetail:
        return UrgencyDetail(urgency=Urgency(self.cleaned_data["urgency"]))


class FollowUpForm(StepForm):
    """The day, and what is to be done then."""

    day = JalaliDateField(label="تاریخ پیگیری", error_messages={"required": NO_DAY})
    note = PersianCharField(
        label="موضوع پیگیری",
        max_length=FOLLOW_UP_LIMIT,
        help_text="مانند: تماس با شرکت توزیع. این متن فقط به همکاران نمایش داده می‌شود.",
        error_messages={"required": "لطفاً موضوع پیگیری را بنویسید."},
    )

    field_order = ("day", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, today = self.fields["day"], localdate()
        field.min_date, field.max_date = today, today + LONGEST  # type: ignore[attr-defined]

    def detail(self) -> StepDetail:
        return FollowUpDetail(day=self.cleaned_data["day"])
