"""What only editors see on a public page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.templatetags.wagtailuserbar import wagtailuserbar

register = template.Library()


@register.simple_tag(takes_context=True)
def editors_bar(context: Context) -> Any:
    """Wagtail's bar (edit, checks of the content) for those who write pages; nothing for others.

    Only the account itself is asked about readers and applicants, which costs no query.
    """
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_staff or not user_has_any_page_permission(user):
        return ""
    return wagtailuserbar(context, "bottom-right")
