"""Forms of a place: a province and one of its parks; also the search in the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse

from services_catalog.models import Park, Province
from submissions.contracts import lookup

CHOOSE = "انتخاب کنید"
# The parks come after the province, in place of the empty box that waits for them. While they are
# on their way over a slow line, none of the former province can be chosen.
FOLLOWED_BY_PARKS = {
    "hx-trigger": "change",
    "hx-include": "closest form",
    "hx-target": "#parks",
    "hx-swap": "outerHTML",
    "hx-disabled-elt": "#park",
}


class PlaceForm(forms.Form):
    """The park is asked for once there is a province, and is one of that province's.

    ``at`` names the page that answers with the parks alone (see ``wants_parks``).
    """

    use_required_attribute = False
    at = "submissions:start"

    province = forms.TypedChoiceField(
        label="استان",
        empty_value=None,
        error_messages={
            "required": "لطفاً استان را انتخاب کنید.",
            "invalid_choice": "لطفاً استان را از فهرست انتخاب کنید.",
        },
    )
    park = forms.TypedChoiceField(
        label="شهرک",
        empty_value=None,
        error_messages={
            "required": "لطفاً شهرک را انتخاب کنید.",
            "invalid_choice": "لطفاً شهرک را از شهرک‌های همین استان انتخاب کنید.",
        },
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
        self.fields["province"].widget.attrs |= FOLLOWED_BY_PARKS | {"hx-get": reverse(self.at)}
        provinces = {province.slug: province for province in Province.objects.all()}
        self._offer("province", provinces)
        self.chosen_province = provinces.get(self["province"].value())
        if self.chosen_province is None:
            del self.fields["park"]
        else:
            parks = self.chosen_province.parks.select_related("province")
            self._offer("park", {str(park.pk): park for park in parks})

    def _offer(self, name: str, rows: Mapping[str, Province | Park]) -> None:
        """Fetched once, for the list as well as for the check of what was chosen."""
        field = self.fields[name]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", CHOOSE), *((key, row.name) for key, row in rows.items())]
        field.coerce = rows.get


class RegisterSearchForm(PlaceForm):
    """Stage one: in one park, by the number or by a part of the holder's name."""

    at = "submissions:contract"

    q = forms.CharField(
        label="شمارهٔ قرارداد یا بخشی از نام طرف قرارداد",
        help_text="رقم فارسی و انگلیسی پذیرفته می‌شود. برای جستجوی نام، حداقل سه حرف پیاپی وارد کنید.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": lookup.LONGEST}),
        error_messages={"required": "لطفاً شمارهٔ قرارداد یا بخشی از نام طرف قرارداد را وارد کنید."},
    )
