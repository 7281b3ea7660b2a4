"""Forms of the admin's pages of subscribers."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Party, User
from persian.digits import to_ascii
from submissions.states import StepName
from submissions.workflow.events import EVENT_TYPES
from webhooks.addresses import clean_url
from webhooks.models import Subscriber
from webhooks.subscribers import Wanted

LTR = {"dir": "ltr"}
EVENT_CHOICES = [(event, StepName(name).label) for event, name in EVENT_TYPES.items()]
NO_OWNER = "کاربر فعالی با این نام کاربری وجود ندارد."
NO_PARTY = "متقاضی تأییدشده‌ای با این شناسه وجود ندارد."
NO_NUMBER = "شمارهٔ رویداد را با رقم وارد کنید."
BACKWARDS = "شمارهٔ پایان نباید کوچک‌تر از شمارهٔ شروع باشد."


class SubscriberForm(forms.Form):
    """Who is told, where, and of what."""

    title = forms.CharField(label="عنوان", max_length=100)
    url = forms.CharField(
        label="نشانی گیرنده",
        max_length=500,
        help_text="رویدادها با روش POST به این نشانی ارسال می‌شود.",
        widget=forms.TextInput(attrs=LTR),
    )
    owner = forms.CharField(
        label="نام کاربری صاحب",
        max_length=150,
        help_text="فقط رویداد درخواست‌هایی ارسال می‌شود که این کاربر مجاز به دیدن آن‌هاست.",
        widget=forms.TextInput(attrs=LTR),
    )
    party = forms.CharField(
        label="شناسهٔ متقاضی (اختیاری)",
        required=False,
        max_length=11,
        help_text="در صورت تکمیل، فقط رویداد درخواست‌های این متقاضی ارسال می‌شود.",
        widget=forms.TextInput(attrs=LTR),
    )
    events = forms.MultipleChoiceField(
        label="رویدادها",
        required=False,
        choices=EVENT_CHOICES,
        help_text="اگر موردی انتخاب نشود، همهٔ رویدادها ارسال می‌شود.",
        widget=forms.CheckboxSelectMultiple,
    )
    is_on = forms.BooleanField(label="ارسال رویدادها فعال باشد", required=False, initial=True)

    @classmethod
    def typed(cls, row: Subscriber) -> dict[str, Any]:
        """What the form holds for a subscriber that is there."""
        return {
            "title": row.title,
            "url": row.url,
            "owner": row.owner.get_username(),
            "party": row.party.national_id if row.party else "",
            "events": row.events,
            "is_on": row.is_on,
        }

    def clean_url(self) -> str:
        return clean_url(self.cleaned_data["url"])

    def clean_owner(self) -> User:
        named = User.objects.filter(username=self.cleaned_data["owner"], is_active=True).first()
        if named is None:
            raise forms.ValidationError(NO_OWNER)
        return named

    def clean_party(self) -> Party | None:
        typed = to_ascii(self.cleaned_data["party"]).strip()
        found = Party.objects.filter(national_id=typed).first() if typed else None
        if typed and found is None:
            raise forms.ValidationError(NO_PARTY)
        return found

    def wanted(self) -> Wanted:
        """What was filled in; to be asked once it is valid."""
        return Wanted(**self.cleaned_data)


class NumberField(forms.CharField):
    """The number of an event, in any digits."""

    def clean(self, value: Any) -> Any:
        typed = to_ascii(super().clean(value)).strip()
        if typed and not (typed.isascii() and typed.isdecimal() and 0 < int(typed) < 2**63):
            raise forms.ValidationError(NO_NUMBER)
        return int(typed) if typed else None


class SpanForm(forms.Form):
    """Which events are sent again."""

    first = NumberField(label="از رویداد شمارهٔ", max_length=19)
    last = NumberField(label="تا رویداد شمارهٔ (اختیاری)", max_length=19, required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and last < first:
            self.add_error("last", BACKWARDS)
        return found
