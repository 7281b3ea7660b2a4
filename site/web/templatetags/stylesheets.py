"""``{% stylesheets %}``: the links to a stylesheet that is one file when packed, and several otherwise."""

from typing import cast

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from db.static_files import PackedFiles, PlainFiles

register = template.Library()


@register.simple_tag
def stylesheets(name: str) -> SafeString:
    """The links to the parts of ``name``, see :data:`db.static_files.SHEETS`."""
    files = cast(PlainFiles | PackedFiles, staticfiles_storage)
    addresses = ((files.url(part),) for part in files.sheets(name))
    return format_html_join("\n    ", '<link rel="stylesheet" href="{}">', addresses)
