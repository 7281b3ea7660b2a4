"""Forms of the steps that the staff take, one for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Collate
from django.forms import BoundField

from accounts.models import Membership, User
from persian.collation import PERSIAN
from persian.forms import PersianCharField
from services_catalog.models import ReturnReason, Seat
from submissions.drafts.answers import in_words
from submissions.models import CorrectionItem
from submissions.staff.desk_forms import AssignForm
from submissions.staff.review_page import ReviewDocument, ReviewPage
from submissions.staff.step_form import WORDS_LIMIT, StepForm, words_field
from submissions.states import StepName
from submissions.step_table import (
    Mend,
    ReferDetail,
    ReopenDetail,
    ReturnDetail,
    StepDetail,
)

SHORT_LIMIT = 500


class RejectForm(StepForm):
    note = words_field(
        "دلیل رد درخواست",
        required=True,
        help_text="این متن به متقاضی نمایش داده می‌شود. دلیل و نحوهٔ اعتراض را روشن و محترمانه بنویسید.",
    )


class AnswerForm(StepForm):
    note = words_field(
        "نظر شما",
        required=True,
        help_text="این متن فقط به همکاران نمایش داده می‌شود.",
    )


class _ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, colleague: User) -> str:
        posts = [seat.desk.unit.title for seat in colleague.seats.all()]
        return f"{colleague} ({'، '.join(posts)})" if posts else str(colleague)


class ReferForm(StepForm):
    asked = _ColleagueField(
        queryset=User.objects.none(),
        label="همکار مورد نظر",
        empty_label="یک همکار را انتخاب کنید",
        error_messages={
            "required": "لطفاً همکار مورد نظر را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از همکاران فهرست را انتخاب کنید.",
        },
    )
    note = words_field(
        "پرسش",
        required=True,
        help_text="این متن فقط به همکاران نمایش داده می‌شود. درخواست روی میز شما باقی می‌ماند.",
    )

    field_order = ("asked", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asked"].queryset = askable_colleagues(self.page)  # type: ignore[attr-defined]

    def detail(self) -> StepDetail:
        return ReferDetail(people=(self.cleaned_data["asked"],))


def askable_colleagues(page: ReviewPage) -> QuerySet[User]:
    """Who can be asked: other reviewers, none of the party, none who was asked already."""
    members = Membership.objects.filter(party_id=page.submission.party_id).values("user")
    asked = page.submission.items.open().filter(parent=page.item).values("person")
    seats = Prefetch("seats", Seat.objects.select_related("desk__unit"))
    return (
        User.objects.filter(groups__name="reviewer", is_active=True, is_staff=True)
        .exclude(pk=page.user.pk)
        .exclude(pk__in=members)
        .exclude(pk__in=asked.filter(person__isnull=False))
        .prefetch_related(seats)
        .order_by(Collate("last_name", PERSIAN), Collate("first_name", PERSIAN), "pk")
        .distinct()
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
    StepName.PASS_ON: StepForm,
    StepName.APPROVE: StepForm,
    StepName.RETURN_FOR_CORRECTION: ReturnForm,
    StepName.REJECT: RejectForm,
    StepName.REFER: ReferForm,
    StepName.ANSWER: AnswerForm,
    StepName.REOPEN: ReopenForm,
    StepName.TAKE: StepForm,
    StepName.ASSIGN: AssignForm,
    StepName.PUT_BACK: StepForm,
}


class InternalNoteForm(forms.Form):
    """Form of a note between colleagues; the applicant never reads it."""

    text = PersianCharField(
        label="یادداشت جدید",
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "لطفاً متن یادداشت را بنویسید."},
    )
