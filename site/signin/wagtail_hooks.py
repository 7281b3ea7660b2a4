"""Registers tokens in the admin, and the way to one's own from the account of the staff."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail_modeladmin.options import modeladmin_register

from signin.tokens.admin import TITLE, TokenAdmin

modeladmin_register(TokenAdmin)


@hooks.register("register_account_menu_item")
def own_tokens(request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("accounts:tokens"),
        "label": TITLE,
        "help_text": "اتصال نرم‌افزارهای دیگر به حساب شما.",
    }
