"""Registers text messages in the admin, and their failures on the managers' first page.

And the way from the account of the staff to their second factor.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from wagtail import hooks
from wagtail.admin.site_summary import SummaryItem
from wagtail_modeladmin.options import modeladmin_register

from accounts.models import SmsMessage
from messaging.sms_admin import COUNTED, SmsAdmin, is_manager
from messaging.text_admin import TextAdmin
from web.requests import UserRequest

modeladmin_register(SmsAdmin)
modeladmin_register(TextAdmin)


class TroubleItem(SummaryItem):
    """Summary item: messages of the last week that did not arrive."""

    order = 300
    template_name = "accounts/admin/trouble_item.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        lately = SmsMessage.objects.filter(created_at__gte=now() - COUNTED)
        return {
            "count": lately.in_trouble().count(),
            "href": reverse("accounts_smsmessage_modeladmin_index"),
        }


@hooks.register("construct_homepage_summary_items")
def show_trouble(request: UserRequest, items: list[Any]) -> None:
    if is_manager(request.user):
        items.append(TroubleItem(request))


@hooks.register("register_account_menu_item")
def second_factor(request: UserRequest) -> dict[str, str]:
    return {
        "url": reverse("mfa_index"),
        "label": "مرحلهٔ دوم ورود",
        "help_text": "برنامهٔ احراز هویت، کلیدهای عبور و کدهای بازیابی شما.",
    }
