"""Forms of an استعلام: which body is asked for what and until when, its answer, taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.timezone import localdate, now

from persian.digits import to_persian
from persian.forms import JalaliDateField, PersianCharField, PersianIntegerField
from persian.templatetags.persian import file_size
from services_catalog.models import Organisation
from submissions.documents import papers
from submissions.inquiry_details import AnswerInquiryDetail, InquireDetail
from submissions.models import InquiryReply, Submission
from submissions.staff.step_form import NumberedForm, StepForm, words_field
from submissions.states import StepName, Verdict
from submissions.step_table import StepDetail
from submissions.workflow.deadlines import PromiseClock
from submissions.workflow.inquiring import USUAL_DAYS, due_after, why_not_asked
from web.refusals import Refusal

ONLY_US = "این متن به متقاضی نمایش داده نمی‌شود."
NOT_IN_LIST = "لطفاً دستگاه مورد استعلام را از همین فهرست انتخاب کنید."
NEEDED = "لطفاً «{}» را وارد کنید. اگر پاسخی نرسیده است، نتیجهٔ «بدون پاسخ» را انتخاب کنید."
NO_LETTER = "برای نتیجهٔ «بدون پاسخ»، «{}» وارد نمی‌شود."
MOST_DAYS = 250
LONGEST = timedelta(days=365)


class InquireForm(NumberedForm):
    """Which body is asked, until when, and the words of the question."""

    name = StepName.INQUIRE

    body = forms.ModelChoiceField(
        queryset=Organisation.objects.select_related("province"),
        label="دستگاه مورد استعلام",
        error_messages=dict.fromkeys(("required", "invalid_choice"), NOT_IN_LIST),
    )
    days = PersianIntegerField(
        label="مهلت پاسخ (روز کاری)",
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        initial=to_persian(USUAL_DAYS),
    )
    due = JalaliDateField(
        label="یا مهلت تا تاریخ (اختیاری)",
        required=False,
        help_text="اگر تاریخ وارد شود، تعداد روز در نظر گرفته نمی‌شود.",
    )
    note = words_field(
        "متن استعلام",
        required=True,
        help_text=f"{ONLY_US} در گزارش او فقط نام دستگاه و زمان استعلام درج می‌شود.",
    )

    field_order = ("body", "days", "due", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = localdate()
        due: Any = self.fields["due"]
        due.min_date, due.max_date = today, today + LONGEST
        bodies = Organisation.objects.filter(bodies_near(self.page.submission), retired=False)
        offered = [(body.pk, str(body)) for body in bodies]
        self.fields["body"].choices = [("", "یک دستگاه را انتخاب کنید"), *offered]  # type: ignore[attr-defined]

    def clean_body(self) -> Organisation:
        body: Organisation = self.cleaned_data["body"]
        item = self.page.item
        if item and (why := why_not_asked(self.page.submission, item, body)):
            raise ValidationError(why)
        return body

    def detail(self) -> StepDetail:
        said, submission = self.cleaned_data, self.page.submission
        if said["due"]:
            due_at = PromiseClock(submission).closing_of(said["due"])
        else:
            due_at = due_after(submission, now(), said["days"] or USUAL_DAYS)
        return InquireDetail(said["body"], due_at, self.number)


def bodies_near(submission: Submission) -> Q:
    """The bodies of the whole country and of the submission's province."""
    return Q(province=None) | Q(province=submission.province_id)


class AnswerInquiryForm(StepForm):
    """What the body has answered: its letter by number, date and scan, and what it says."""

    verdict = forms.ChoiceField(
        label="نتیجهٔ استعلام",
        choices=[("", "نتیجه را انتخاب کنید"), *Verdict.choices],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "لطفاً نتیجهٔ استعلام را انتخاب کنید."
        ),
    )
    letter_number = PersianCharField(
        label="شمارهٔ نامهٔ دستگاه",
        required=False,
        max_length=InquiryReply._meta.get_field("letter_number").max_length,
    )
    letter_date = JalaliDateField(label="تاریخ نامه", required=False)
    paper = forms.FileField(
        label="تصویر نامه",
        required=False,
        allow_empty_file=True,
        max_length=1000,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        help_text=f"PDF یا عکس JPEG یا PNG، حداکثر {file_size(papers.MOST_BYTES)}. فقط همکاران آن را می‌بینند.",
    )
    note = words_field("متن یا خلاصهٔ پاسخ", required=True, help_text=ONLY_US)

    field_order = ("verdict", "letter_number", "letter_date", "paper", "note")
    letter = ("letter_number", "letter_date", "paper")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content_type = ""
        self.fields["letter_date"].max_date = localdate()  # type: ignore[attr-defined]

    def clean_paper(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["paper"]
        if upload is None:
            return None
        if StepName.ANSWER_INQUIRY not in self.page.steps_open:
            raise ValidationError(self.fields["paper"].error_messages["invalid"])
        try:
            self.content_type = papers.require_fine_paper(upload, self.page.user)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal
        return upload

    def clean(self) -> dict[str, Any]:
        """A letter stands behind every answer, and behind none there is no letter."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        verdict = cleaned.get("verdict")
        for name in self.letter:
            if not verdict or name not in cleaned:
                continue
            wrong = NO_LETTER if verdict == Verdict.NO_ANSWER else NEEDED
            if bool(cleaned[name]) == (verdict == Verdict.NO_ANSWER):
                self.add_error(name, wrong.format(self.fields[name].label))
        return cleaned

    @contextmanager
    def taken(self) -> Iterator[StepDetail]:
        said = self.cleaned_data
        given = (Verdict(said["verdict"]), said["letter_number"], said["letter_date"])
        if said["paper"] is None:
            yield AnswerInquiryDetail(*given)
            return
        with papers.kept_paper(said["paper"], self.content_type) as paper:
            yield AnswerInquiryDetail(*given, paper)


class RecallInquiryForm(StepForm):
    """Nobody waits for the answer any more: why."""

    note = words_field("دلیل لغو استعلام", required=True, help_text=ONLY_US, rows=2)


INQUIRY_FORMS: dict[str, type[StepForm]] = {
    StepName.INQUIRE: InquireForm,
    StepName.ANSWER_INQUIRY: AnswerInquiryForm,
    StepName.RECALL_INQUIRY: RecallInquiryForm,
}
