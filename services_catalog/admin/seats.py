"""The people of a desk in its form."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from accounts.models import User
from services_catalog.models import RouteStop

NO_PROGRAM = "این واحد در مسیر یک خدمت امضا می‌کند و کاربر سامانه‌ای در میز آن قرار نمی‌گیرد."


class SeatForm(WagtailAdminModelForm):
    """A seat. Whoever sits there already may stay, and be taken off, also without a role."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("user", "stand_in"):
            field, seated = self.fields[name], getattr(self.instance, f"{name}_id")
            field.queryset = User.objects.filter(Q(is_staff=True) | Q(pk=seated))
            field.label_from_instance = _name_colleague


class SeatFormSet(BaseChildFormSet):
    """The seats of one desk. A program has none where somebody signs."""

    def clean(self) -> None:
        super().clean()
        signing = RouteStop.objects.filter(unit=self.instance.unit_id, signs=True)
        programs = [
            (form, name)
            for form in self.forms
            for name in ("user", "stand_in")
            if (who := form.cleaned_data.get(name)) is not None and who.is_service
        ]
        if programs and signing.exists():
            for form, name in programs:
                form.add_error(name, NO_PROGRAM)


def _name_colleague(user: User) -> str:
    if not user.is_active:
        return f"{user} (حساب غیرفعال)"
    if user.is_service:
        return f"{user} (کاربر سامانه‌ای)"
    return str(user) if user.is_staff else f"{user} (بدون نقش)"


class SeatsPanel(InlinePanel):
    """The seats of a desk."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        rows = options["formsets"][self.relation_name]
        usual = rows.get("form", WagtailAdminModelForm)
        rows["form"] = type("SeatRowForm", (SeatForm, usual), {})
        rows["formset"] = SeatFormSet
        return options
