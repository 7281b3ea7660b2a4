"""What is asked for a token, on the pages and by the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Scope, User
from persian.forms import PersianCharField, PersianIntegerField
from signin.tokens.issuing import NAME_TAKEN
from signin.tokens.scopes import offered_scopes

USUAL_DAYS = 90
FOR_A_PROGRAM = "فقط آنچه نرم‌افزار به آن نیاز دارد؛ بیش از دسترسی‌های این کاربر نخواهد بود."
EVERY_PARTY = "همهٔ متقاضیانی که از طرف آن‌ها اقدام می‌کنم"


class TokenForm(forms.Form):
    """What a token of ``owner`` is called, what it opens, for whom and how long."""

    name = PersianCharField(
        label="نام",
        help_text="نام نرم‌افزاری که با این توکن متصل می‌شود؛ مانند «نرم‌افزار مالی».",
        max_length=100,
        error_messages={"required": "لطفاً نامی برای توکن بنویسید."},
    )
    scopes = forms.MultipleChoiceField(
        label="دسترسی‌ها",
        help_text="فقط آنچه نرم‌افزار به آن نیاز دارد؛ بیش از دسترسی‌های خود شما نخواهد بود.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "لطفاً حداقل یک دسترسی را انتخاب کنید.",
            "invalid_choice": "این دسترسی قابل انتخاب نیست.",
            "invalid_list": "این دسترسی قابل انتخاب نیست.",
        },
    )
    party = forms.TypedChoiceField(
        label="از طرف",
        help_text="نرم‌افزار فقط درخواست‌های همین متقاضی را می‌بیند.",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": "شما از طرف این متقاضی اقدام نمی‌کنید."},
    )

    def __init__(self, *args: Any, owner: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        fields: dict[str, Any] = self.fields
        scopes = offered_scopes(owner)
        fields["scopes"].choices = [(scope.value, scope.label) for scope in scopes]
        # A colleague's token reads other parties as well: it cannot be bound to one.
        parties = owner.parties if owner and not owner.is_staff else []
        self.parties = {party.pk: party for party in parties}
        fields["party"].choices = [("", EVERY_PARTY), *((p.pk, p.name) for p in parties)]
        fields["days"] = PersianIntegerField(
            label="مدت اعتبار (روز)",
            min_value=1,
            max_value=settings.API_TOKEN_DAYS,
            initial=min(USUAL_DAYS, settings.API_TOKEN_DAYS),
        )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.owner and self.owner.tokens.live().filter(name=name).exists():
            raise forms.ValidationError(NAME_TAKEN, code="token_name_taken")
        return name

    @property
    def said(self) -> dict[str, Any]:
        """What a valid form says, as ``issue_token`` takes it."""
        said = self.cleaned_data
        return {
            "name": said["name"],
            "scopes": [Scope(scope) for scope in said["scopes"]],
            "days": said["days"],
            "party": self.parties.get(said.get("party") or 0),
        }


class ServiceTokenForm(TokenForm):
    """The same for a service user, whom somebody else has to issue it for."""

    user = forms.ModelChoiceField(
        User.objects.none(),
        label="کاربر سامانه‌ای",
        empty_label=None,
        error_messages={"required": "لطفاً کاربر سامانه‌ای را انتخاب کنید."},
    )
    field_order = ("user", "name", "scopes", "days")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, owner=None, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["scopes"].help_text = FOR_A_PROGRAM
        del fields["party"]
        services = User.objects.filter(is_service=True, is_active=True)
        fields["user"].queryset = services.order_by("username")
        self.order_fields(self.field_order)
