"""The people of a desk in its form."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel

from accounts.models import User


class SeatForm(WagtailAdminModelForm):
    """A seat. Whoever sits there already may stay, and be taken off, also without a role."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("user", "stand_in"):
            field, seated = self.fields[name], getattr(self.instance, f"{name}_id")
            field.queryset = User.objects.filter(Q(is_staff=True) | Q(pk=seated))
            field.label_from_instance = _name_colleague


def _name_colleague(user: User) -> str:
    if not user.is_active:
        return f"{user} (حساب غیرفعال)"
    return str(user) if user.is_staff else f"{user} (بدون نقش)"


class SeatsPanel(InlinePanel):
    """The seats of a desk."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        rows = options["formsets"][self.relation_name]
        usual = rows.get("form", WagtailAdminModelForm)
        rows["form"] = type("SeatRowForm", (SeatForm, usual), {})
        return options
