"""Forms of the steps that are taken on many at once, and who is offered which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.models import User
from services_catalog.models import Seat
from services_catalog.models.places import seats_today
from submissions.staff.arrangement_forms import URGENCY_HELP, WHICH_URGENCY
from submissions.staff.desk_forms import CHOOSE
from submissions.staff.referral_forms import in_order_with_posts, name_with_posts, purpose_field
from submissions.staff.step_form import words_field
from submissions.states import INTERNAL, OF_THE_DESK, StepName, Urgency

ONLY_US = "این متن فقط به همکاران نمایش داده می‌شود."


class PassOnForm(forms.Form):
    """The words that every applicant of them will read, if anything is written."""

    note = words_field(
        "توضیح برای متقاضیان (اختیاری)",
        required=False,
        rows=2,
        help_text="این متن در «گزارش درخواست» همهٔ این درخواست‌ها به متقاضی نمایش داده می‌شود.",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def kept_detail(self) -> Mapping[str, Any]:
        """What the act keeps beside the words. To be asked of a valid form."""
        return {}


class _ColleaguesField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, colleague: User) -> str:
        return name_with_posts(colleague)


class _ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, colleague: User) -> str:
        return name_with_posts(colleague)


class ReferForm(PassOnForm):
    """The same question to the same colleagues about each of them."""

    people = _ColleaguesField(
        queryset=User.objects.none(),
        label="همکاران مورد نظر",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "لطفاً حداقل یک همکار را انتخاب کنید."},
    )
    purpose = purpose_field()
    note = words_field(
        "متن ارجاع",
        required=True,
        help_text="این متن فقط به همکاران نمایش داده می‌شود. درخواست‌ها روی میز شما باقی می‌ماند.",
    )

    field_order = ("people", "purpose", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.deciding().exclude(pk=self.by.pk)
        self.fields["people"].queryset = in_order_with_posts(colleagues)  # type: ignore[attr-defined]

    def kept_detail(self) -> Mapping[str, Any]:
        people = [user.pk for user in self.cleaned_data["people"]]
        return {"people": people, "purpose": self.cleaned_data["purpose"]}


class PutBackForm(PassOnForm):
    """All of it goes back to its desks."""

    note = words_field("توضیح برای همکاران (اختیاری)", required=False, rows=2, help_text=ONLY_US)


class AssignForm(PutBackForm):
    """One colleague of the desks is to have it all."""

    person = _ColleagueField(
        queryset=User.objects.none(),
        label="همکار",
        empty_label="یک همکار را انتخاب کنید",
        help_text=(
            "درخواستی که این همکار در میز آن حضور ندارد یا مجاز به تصمیم‌گیری دربارهٔ آن نیست، "
            "کنار گذاشته می‌شود."
        ),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )

    field_order = ("person", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = _colleagues_led_by(self.by)  # type: ignore[attr-defined]

    def kept_detail(self) -> Mapping[str, Any]:
        return {"person": self.cleaned_data["person"].pk}


class UrgencyOfManyForm(PassOnForm):
    """How soon all of them are wanted, and why."""

    urgency = forms.ChoiceField(
        label="فوریت",
        choices=[("", "فوریت را انتخاب کنید"), *Urgency.choices],
        help_text=f"{URGENCY_HELP} درخواستی که در حال حاضر همین فوریت را دارد، کنار گذاشته می‌شود.",
        error_messages={"required": WHICH_URGENCY, "invalid_choice": WHICH_URGENCY},
    )
    note = words_field("دلیل", required=True, rows=2, help_text=ONLY_US)

    field_order = ("urgency", "note")

    def kept_detail(self) -> Mapping[str, Any]:
        return {"urgency": self.cleaned_data["urgency"]}


FORMS: dict[StepName, type[PassOnForm]] = {
    StepName.PASS_ON: PassOnForm,
    StepName.REFER: ReferForm,
    StepName.ASSIGN: AssignForm,
    StepName.PUT_BACK: PutBackForm,
    StepName.SET_URGENCY: UrgencyOfManyForm,
}
LABELS = {
    StepName.PASS_ON: "تأیید و ارسال به میز بعدی",
    StepName.REFER: "ارجاع به همکاران",
    StepName.ASSIGN: "سپردن به همکار",
    StepName.PUT_BACK: "برگرداندن به میز",
    StepName.SET_URGENCY: "تعیین فوریت",
}


def bulk_keys(user: User, *, mine: bool) -> list[tuple[str, str]]:
    """The steps that ``user`` is offered for many rows of a list, with their labels.

    ``mine``: whether the list is what waits for the user.
    """
    names = [name for name in FORMS if name not in INTERNAL] if mine else []
    leads = user.has_role("manager") or bool(_desks_led_by(user))
    if leads:
        names += [name for name in FORMS if name in OF_THE_DESK]
    if mine or leads:
        names.append(StepName.SET_URGENCY)
    return [(name.value, LABELS[name]) for name in names]


def _desks_led_by(user: User) -> list[int]:
    return [seat.desk_id for seat in seats_today(user) if seat.head]


def _colleagues_led_by(user: User) -> Any:
    """Who decides at the desks that the user leads; for a manager everybody who decides."""
    people = User.objects.deciding()
    if not user.has_role("manager"):
        there = Seat.objects.filter(desk__in=_desks_led_by(user))
        standing_in = there.filter(stand_in__isnull=False).values("stand_in")
        people = people.filter(pk__in=there.values("user")) | people.filter(pk__in=standing_in)
    return in_order_with_posts(people)
