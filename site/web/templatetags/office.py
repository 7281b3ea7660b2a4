"""How the office is reached, and its name where nothing can be asked."""

from __future__ import annotations

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from persian.digits import to_persian
from web.models import OfficeSettings
from web.templatetags.components import draw_once

register = template.Library()

SAID_OF_OFFICE = ("name", "address", "phone", "phone_href", "extension", "site")


@register.simple_tag(takes_context=True)
def office_phone(context: Context, css: str = "") -> SafeString:
    """The phone with its extension, as a link where it can be dialled; nothing without a phone."""
    office: OfficeSettings = context["portal"].office
    return phone_link(office.phone, office.phone_href, office.extension, css)


@register.simple_tag
def phone_link(phone: str, href: str, extension: str, css: str = "") -> SafeString:
    """``office_phone`` where the office is not at hand, but what is said about its phone."""
    if not phone:
        return SafeString()
    words = format_html("<bdi>{}</bdi>", to_persian(phone))
    if href:
        look = format_html(' class="{}"', css) if css else ""
        words = format_html('<a{} href="{}">{}</a>', look, href, words)
    if extension:
        words += format_html(" داخلی <bdi>{}</bdi>", to_persian(extension))
    return words


@register.simple_tag(takes_context=True)
def of_office(context: Context, component: str, **given: object) -> SafeString:
    """A component that is kept, told what it is given, and ``name`` and how to reach the office.

    The latter: ``address``, ``phone``, ``phone_href`` to dial it, ``extension``, ``site``; each empty
    where nobody can be asked.
    """
    office = getattr(context.get("portal"), "office", None)
    said = {name: getattr(office, name, "") for name in SAID_OF_OFFICE}
    return draw_once(component, **given, **said)


@register.simple_tag
def name_known_of_office() -> str:
    """The office's name as this process read it last: no query, also when nothing works."""
    return OfficeSettings.last_name_read
