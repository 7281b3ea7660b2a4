"""Forms of an ارجاع: whom to ask for what and until when, the answer, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from persian.forms import JalaliDateField
from persian.jalali import format_jalali_datetime
from services_catalog.models import Desk, Seat
from submissions.models import Submission
from submissions.staff.desk_forms import in_order
from submissions.staff.step_form import StepForm, words_field
from submissions.states import REFERRED, Purpose
from submissions.step_details import ReferDetail, StepDetail
from submissions.workflow.referring import Asking, due_on
from submissions.workflow.work_items import Asked

ONLY_US = "این متن فقط به همکاران نمایش داده می‌شود."
NOBODY = "لطفاً حداقل یک همکار یا یک میز را انتخاب کنید."
# Of an asker whose own time is over nobody knows how long it may take: a year at most.
LONGEST = timedelta(days=365)

# The label and the hint of the words that answer, by what was asked for.
ANSWERS = {
    Purpose.OPINION: "نظر شما",
    Purpose.ACTION: "نتیجهٔ اقدام",
    Purpose.INFORMATION: "توضیح (اختیاری)",
}


class AnswerForm(StepForm):
    """The words of whoever was asked; none are needed when it was for their information."""

    note = words_field("نظر شما", required=True, help_text=ONLY_US)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.page.asked_of_me
        purpose = Purpose(asked.purpose) if asked else Purpose.OPINION
        label, required = ANSWERS[purpose], purpose != Purpose.INFORMATION
        self.fields["note"] = words_field(label, required=required, help_text=ONLY_US)


class RecallForm(StepForm):
    """A question is taken back, with words for whoever had it or without."""

    note = words_field("توضیح برای همکار (اختیاری)", required=False, help_text=ONLY_US, rows=2)


def _field_of_many(rows: Any, label: str) -> forms.ModelMultipleChoiceField:
    wrong = f"لطفاً «{label}» را از همین فهرست انتخاب کنید."
    return forms.ModelMultipleChoiceField(
        queryset=rows,
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(("invalid_choice", "invalid_pk_value", "list"), wrong),
    )


def purpose_field() -> forms.ChoiceField:
    """What colleagues are asked for."""
    wrong = dict.fromkeys(("required", "invalid_choice"), "لطفاً منظور از ارجاع را انتخاب کنید.")
    choices = [(purpose.value, purpose.label) for purpose in REFERRED]
    return forms.ChoiceField(
        label="منظور از ارجاع", choices=choices, initial=Purpose.OPINION, error_messages=wrong
    )


def in_order_with_posts(people: QuerySet[User]) -> QuerySet[User]:
    """Colleagues by their names, each with the seats that :func:`name_with_posts` tells."""
    seats = Prefetch("seats", Seat.objects.select_related("desk__unit"))
    return in_order(people).prefetch_related(seats)


class ReferForm(StepForm):
    """Colleagues and desks, what they are asked for, until when, and the words of the question."""

    asked = _field_of_many(User.objects.filter(is_staff=True), "همکاران")
    desks = _field_of_many(Desk.objects.select_related("unit", "park", "province"), "میزها")
    purpose = purpose_field()
    due = JalaliDateField(label="مهلت پاسخ (اختیاری)", required=False)
    note = words_field(
        "متن ارجاع",
        required=True,
        help_text=f"{ONLY_US} درخواست نزد شما باقی می‌ماند.",
    )

    field_order = ("asked", "desks", "purpose", "due", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = self.page.item
        self.asking = Asking(self.page.submission, item, self.page.user) if item else None
        # Without an item nothing can be asked, which the page says instead of the form.
        if item is not None:
            self._offer_colleagues()
            self._offer_desks()
            self._limit_days(item.due_at)

    def _offer_colleagues(self) -> None:
        people = User.objects.filter(is_active=True, is_staff=True)
        people = people.filter(Q(groups__name="reviewer") | Q(pk__in=self._ticked("asked")))
        self._offer("asked", in_order_with_posts(people).distinct(), name_with_posts)

    def _offer_desks(self) -> None:
        near = Desk.objects.filter(desks_near(self.page.submission), open=True)
        rows = near | Desk.objects.filter(pk__in=self._ticked("desks"))
        ordered = rows.select_related("unit", "park", "province").order_by("unit__title", "pk")
        self._offer("desks", ordered, str)

    def _offer(self, name: str, rows: Iterable[Asked], label: Any) -> None:
        """Offer those who can be asked; who was ticked stays, with the reason beside the field."""
        ticked = self._ticked(name)
        self.fields[name].choices = [  # type: ignore[attr-defined]
            (row.pk, label(row)) for row in rows if row.pk in ticked or not self._why_not(row)
        ]

    def _why_not(self, asked: Asked) -> str:
        return self.asking.why_not(asked) if self.asking else ""

    def _ticked(self, name: str) -> set[int]:
        said = self.data.getlist(name) if hasattr(self.data, "getlist") else []
        return {int(key) for key in said if key.isascii() and key.isdecimal() and len(key) < 19}

    def _limit_days(self, own: datetime) -> None:
        field, today = self.fields["due"], localdate()
        last = localdate(own)
        field.min_date, field.max_date = today, last if last >= today else today + LONGEST  # type: ignore[attr-defined]
        field.help_text = (
            f"اگر خالی بماند، مهلت پاسخ همان مهلت شماست: {format_jalali_datetime(own)}."
        )

    def clean_asked(self) -> list[Asked]:
        return self._require_askable("asked")

    def clean_desks(self) -> list[Asked]:
        return self._require_askable("desks")

    def _require_askable(self, name: str) -> list[Asked]:
        chosen = list(self.cleaned_data[name])
        if wrong := [words for each in chosen if (words := self._why_not(each))]:
            raise ValidationError(wrong)
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "asked" in cleaned and "desks" in cleaned and not cleaned["asked"] + cleaned["desks"]:
            self.add_error("asked", NOBODY)
        return cleaned

    def detail(self) -> StepDetail:
        said = self.cleaned_data
        return ReferDetail(
            people=tuple(said["asked"]),
            desks=tuple(said["desks"]),
            purpose=Purpose(said["purpose"]),
            due_at=due_on(self.page.submission, self.page.item, said["due"])
            if said["due"]
            else None,
        )


def name_with_posts(colleague: User) -> str:
    """A colleague and where they sit, as a list of colleagues names them."""
    posts = dict.fromkeys(seat.desk.unit.title for seat in colleague.seats.all())
    return f"{colleague} ({'، '.join(posts)})" if posts else str(colleague)


def desks_near(submission: Submission) -> Q:
    """The desks of the company, of the submission's province and of its park."""
    here = Q(park=None, province=None) | Q(park=None, province=submission.province_id)
    return here | Q(park=submission.park_id) if submission.park_id else here
