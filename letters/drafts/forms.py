"""What is chosen for the letter to come; pages and the API read it by the same form."""

from __future__ import annotations

from typing import Any

from django import forms

from letters.drafts.marks import Classification
from letters.drafts.models import LetterDraft
from submissions.states import Urgency

WHICH = dict.fromkeys(("required", "invalid_choice"), "لطفاً یکی را از همین فهرست انتخاب کنید.")


class MarksForm(forms.Form):
    """How the letter is classified and how urgent it is; ``revision``: the one that was shown."""

    use_required_attribute = False

    classification = forms.ChoiceField(
        label="طبقه‌بندی",
        choices=Classification.choices,
        help_text="نامهٔ دارای طبقه‌بندی با پست الکترونیک برای متقاضی ارسال نمی‌شود و در راستی‌آزمایی فقط شماره، تاریخ و "
        "اعتبار آن نمایش داده می‌شود.",
        error_messages=WHICH,
    )
    urgency = forms.ChoiceField(
        label="فوریت",
        choices=[("", "مطابق فوریت درخواست"), *Urgency.choices],
        required=False,
        error_messages=WHICH,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    @staticmethod
    def initial_of(draft: LetterDraft | None) -> dict[str, Any]:
        """What the draft says now."""
        draft = draft or LetterDraft()
        names = ("classification", "urgency", "revision")
        return {name: getattr(draft, name) for name in names}

    def said(self) -> tuple[Classification, Urgency | None]:
        """Both, of a valid form; None: as urgent as the request."""
        urgency = self.cleaned_data["urgency"]
        classification = Classification(self.cleaned_data["classification"])
        return classification, Urgency(urgency) if urgency else None
