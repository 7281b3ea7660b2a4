"""How the office is reached, and its name where nothing can be asked."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from persian.digits import to_persian
from web.models import OfficeSettings

register = template.Library()


@register.simple_tag(takes_context=True)
def office_phone(context: Context, css: str = "") -> SafeString:
    """The phone with its extension, as a link where it can be dialled; nothing without a phone."""
    office: OfficeSettings = context["portal"].office
    if not office.phone:
        return SafeString()
    words = format_html("<bdi>{}</bdi>", to_persian(office.phone))
    if office.phone_href:
        look = format_html(' class="{}"', css) if css else ""
        words = format_html('<a{} href="{}">{}</a>', look, office.phone_href, words)
    if office.extension:
        words += format_html(" داخلی <bdi>{}</bdi>", to_persian(office.extension))
    return words


@register.simple_tag
def name_known_of_office() -> str:
    """The office's name as this process read it last: no query, also when nothing works."""
    return OfficeSettings.last_name_read
