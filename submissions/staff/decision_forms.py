"""Forms of the steps that the staff take, one for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from persian.forms import PersianCharField
from services_catalog.models import ReturnReason
from submissions.drafts.answers import in_words
from submissions.models import CorrectionItem
from submissions.signing_details import NumberDetail, SignDetail
from submissions.staff.arrangement_forms import FollowUpForm, UrgencyForm
from submissions.staff.desk_forms import AssignForm
from submissions.staff.inquiries.forms import INQUIRY_FORMS
from submissions.staff.referral_forms import AnswerForm, RecallForm, ReferForm
from submissions.staff.review_page import ReviewDocument, ReviewPage
from submissions.staff.step_form import WORDS_LIMIT, NumberedForm, StepForm, words_field
from submissions.states import StepName
from submissions.step_details import Mend, ReopenDetail, ReturnDetail, StepDetail

SHORT_LIMIT = 500


class SignForm(StepForm):
    """An agreement or an initial; where a letter stands under it, with the digest that was shown."""

    letter_digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def detail(self) -> StepDetail:
        return SignDetail(self.cleaned_data["letter_digest"])


class ApproveForm(SignForm, NumberedForm):
    """The last agreement, from which the letter has its number."""

    name = StepName.APPROVE

    def detail(self) -> StepDetail:
        return SignDetail(self.cleaned_data["letter_digest"], self.number)


class RejectForm(NumberedForm):
    name = StepName.REJECT
    note = words_field(
        "دلیل رد درخواست",
        required=True,
        help_text="این متن به متقاضی نمایش داده می‌شود. دلیل و نحوهٔ اعتراض را روشن و محترمانه بنویسید.",
    )

    def detail(self) -> StepDetail:
        return NumberDetail(self.number)


class InitialForm(SignForm):
    note = words_field(
        "توضیح برای همکاران (اختیاری)",
        required=False,
        rows=2,
        help_text="پاراف و توضیح آن فقط به همکاران نمایش داده می‌شود.",
    )


class ReopenForm(StepForm):
    """A decided submission is taken up again: where, and why."""

    stop = forms.ChoiceField(
        label="میز شروع مجدد بررسی",
        error_messages={
            "required": "لطفاً میز شروع مجدد بررسی را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از میزهای مسیر این درخواست را انتخاب کنید.",
        },
    )
    note = words_field(
        "دلیل بازگشایی",
        required=True,
        help_text="این متن به متقاضی نمایش داده می‌شود. نامهٔ صادرشده تا تصمیم جدید معتبر است.",
    )

    field_order = ("stop", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        route = [(stop.code, stop.unit_title) for stop in self.page.submission.route]
        self.fields["stop"].choices = [("", "یک میز را انتخاب کنید"), *route]  # type: ignore[attr-defined]

    def detail(self) -> StepDetail:
        return ReopenDetail(stop=self.cleaned_data["stop"])


@dataclass(frozen=True)
class Thing:
    """One thing that can be sent back: what it is and what was handed in for it."""

    kind: str
    code: str
    title: str
    value: str
    paper: ReviewDocument | None = None


@dataclass(frozen=True)
class MendRow:
    """One line of the checklist: the thing, its tick and its note."""

    thing: Thing
    tick: BoundField
    words: BoundField


class ReturnForm(StepForm):
    """A return: why, what is to be mended, and words for each thing of it."""

    reason = forms.ChoiceField(
        label="دلیل عودت",
        error_messages={
            "required": "لطفاً دلیل عودت را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از دلایل فهرست را انتخاب کنید.",
        },
    )
    note = words_field(
        "توضیح برای متقاضی",
        required=True,
        help_text="مورد نیازمند اصلاح را کوتاه و روشن بنویسید.",
    )

    field_order = ("reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = list(ReturnReason.objects.filter(retired=False))
        choices = [("", "یک دلیل را انتخاب کنید"), *((r.code, r.title) for r in self.reasons)]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]
        self.things = list(_things_to_mend(self.page))
        for number, thing in enumerate(self.things):
            self.fields[f"mend-{number}"] = forms.BooleanField(label=thing.title, required=False)
            self.fields[f"words-{number}"] = PersianCharField(
                label=f"مورد نیازمند اصلاح در «{thing.title}»",
                required=False,
                max_length=SHORT_LIMIT,
                widget=forms.TextInput(attrs={"placeholder": "توضیح این مورد (اختیاری)"}),
            )

    @property
    def rows(self) -> list[MendRow]:
        return [
            MendRow(thing, self[f"mend-{number}"], self[f"words-{number}"])
            for number, thing in enumerate(self.things)
        ]

    def clean(self) -> dict[str, Any]:
        """Words beside a thing mean that it is to be mended, ticked or not."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number, _thing in enumerate(self.things):
            if cleaned.get(f"words-{number}"):
                cleaned[f"mend-{number}"] = True
        return cleaned

    def detail(self) -> StepDetail:
        said = self.cleaned_data
        mend = tuple(
            Mend(thing.kind, thing.code, said[f"words-{number}"])
            for number, thing in enumerate(self.things)
            if said[f"mend-{number}"]
        )
        return ReturnDetail(reason=said["reason"], mend=mend)


def _things_to_mend(page: ReviewPage) -> Iterator[Thing]:
    kinds = CorrectionItem.Kind
    for paper in page.papers:
        value = paper.document.original_name if paper.document else "ارائه نشده است"
        yield Thing(kinds.DOCUMENT, paper.code, paper.title, value, paper)
    answers = (page.report.last_filing or page.submission).answers
    for question in page.report.facts.visible_questions(answers):
        answer = answers.get(question.code)
        value = in_words(question, answer) if answer not in (None, "") else "پاسخ داده نشده است"
        yield Thing(kinds.ANSWER, question.code, question.label, value)
    if page.has_description:
        yield Thing(kinds.DESCRIPTION, "", "شرح درخواست", page.report.description)


FORMS: dict[str, type[StepForm]] = {
    StepName.PASS_ON: SignForm,
    StepName.APPROVE: ApproveForm,
    StepName.RETURN_FOR_CORRECTION: ReturnForm,
    StepName.REJECT: RejectForm,
    StepName.REFER: ReferForm,
    StepName.ANSWER: AnswerForm,
    StepName.RECALL: RecallForm,
    StepName.REOPEN: ReopenForm,
    StepName.RECALL_RETURN: StepForm,
    StepName.TAKE: StepForm,
    StepName.ASSIGN: AssignForm,
    StepName.PUT_BACK: StepForm,
    StepName.SET_URGENCY: UrgencyForm,
    StepName.SET_FOLLOW_UP: FollowUpForm,
    StepName.END_FOLLOW_UP: StepForm,
    StepName.INITIAL: InitialForm,
    **INQUIRY_FORMS,
}


class InternalNoteForm(forms.Form):
    """Form of a note between colleagues; the applicant never reads it."""

    text = PersianCharField(
        label="یادداشت جدید",
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "لطفاً متن یادداشت را بنویسید."},
    )
