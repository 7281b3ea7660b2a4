"""Which register is printed, for which days, and as what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import localdate

from letters.registers.printing.models import PrintDirection, PrintForm
from letters.registers.rows import MAIN, Secretariat
from persian.forms import JalaliDateField

NOT_IN_LIST = "لطفاً یکی از موارد فهرست را انتخاب کنید."
TURNED = "تاریخ پایان نمی‌تواند پیش از تاریخ شروع باشد."


def choice(label: str, choices: Any, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=initial,
        error_messages=dict.fromkeys(("required", "invalid_choice"), NOT_IN_LIST),
    )


class PrintRegisterForm(forms.Form):
    """The book, the days and the form of a print."""

    direction = choice("دفتر", PrintDirection.choices, PrintDirection.OUTGOING)
    secretariat = choice("دبیرخانه", (), MAIN)
    since = JalaliDateField(label="از تاریخ")
    until = JalaliDateField(label="تا تاریخ")
    form = choice("قالب", PrintForm.choices, PrintForm.PDF)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keepers = {MAIN: "دبیرخانهٔ مرکزی"} | dict(Secretariat.objects.values_list("slug", "title"))
        self.fields["secretariat"].choices = list(keepers.items())  # type: ignore[attr-defined]
        today: Any = localdate()
        for name in ("since", "until"):
            self.fields[name].max_date = today  # type: ignore[attr-defined]
        self.fields["since"].initial = today.replace(day=1)
        self.fields["until"].initial = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", TURNED)
        return cleaned
