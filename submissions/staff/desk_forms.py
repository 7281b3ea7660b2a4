"""Forms by which the work of a desk is given out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Collate

from accounts.models import User
from persian.collation import PERSIAN
from services_catalog.models import Desk
from submissions.staff.step_form import StepForm, words_field
from submissions.step_details import AssignDetail, StepDetail

CHOOSE = "لطفاً همکار مورد نظر را انتخاب کنید."


class AssignForm(StepForm):
    """Who is to have it, of those who can."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="همکار",
        empty_label="یک همکار را انتخاب کنید",
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    note = words_field(
        "توضیح برای همکار (اختیاری)",
        required=False,
        rows=2,
        help_text="این متن فقط به همکاران نمایش داده می‌شود.",
    )

    field_order = ("person", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page, item = self.page, self.page.item
        found = page.policy.colleagues_for(page.submission, item) if item else []
        keys = [who.pk for who in found if item and who.pk != item.person_id]
        self.fields["person"].queryset = in_order(User.objects.filter(pk__in=keys))  # type: ignore[attr-defined]

    def detail(self) -> StepDetail:
        return AssignDetail(person=self.cleaned_data["person"])


class HandOverForm(forms.Form):
    """To whom all goes that somebody has."""

    use_required_attribute = False

    receiver = forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=False,
        label="تحویل‌گیرنده",
        empty_label="کارها به میز برگردد",
        help_text=(
            "کاری که تحویل‌گیرنده در آن میز حضور ندارد یا مجاز به تصمیم‌گیری دربارهٔ آن نیست، به میز خود "
            "برمی‌گردد."
        ),
        error_messages={"invalid_choice": CHOOSE},
    )
    desk = forms.ModelChoiceField(
        queryset=Desk.objects.none(),
        label="میز جایگزین",
        empty_label="یک میز را انتخاب کنید",
        help_text="ارجاع‌های شخصی که به تحویل‌گیرنده نمی‌رسد، به این میز می‌رود.",
        error_messages={
            "required": "لطفاً میز جایگزین را انتخاب کنید.",
            "invalid_choice": "لطفاً یکی از میزهای دایر را انتخاب کنید.",
        },
    )

    def __init__(self, *args: Any, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = in_order(User.objects.deciding().exclude(pk=giver.pk))
        desks = Desk.objects.filter(open=True).select_related("unit", "province", "park")
        self.fields["receiver"].queryset = people  # type: ignore[attr-defined]
        self.fields["desk"].queryset = desks.order_by("unit__title", "pk")  # type: ignore[attr-defined]
        first = Desk.objects.filter(seats__user=giver, open=True).order_by("seats__pk").first()
        self.fields["desk"].initial = first


def in_order(people: QuerySet[User]) -> QuerySet[User]:
    """By their names, as a list of people is read."""
    return people.order_by(Collate("last_name", PERSIAN), Collate("first_name", PERSIAN), "pk")
