"""``{% stylesheets %}``: the links to a stylesheet that is one file when packed, and several otherwise."""

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def stylesheets(name: str) -> SafeString:
    """The links to the parts of ``name``, see :data:`db.static_files.SHEETS`."""
    parts = staticfiles_storage.sheets(name)
    addresses = ((staticfiles_storage.url(part),) for part in parts)
    return format_html_join("\n    ", '<link rel="stylesheet" href="{}">', addresses)
