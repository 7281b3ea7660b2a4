"""``{% component %}`` and ``{% heading %}``: what ``{% include %}`` and plain HTML say only on one line."""

import re

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from db import lanes
from persian.digits import to_persian

register = template.Library()


@register.filter
def counted(many: int) -> str:
    """How many there are, in words where nobody has counted further: «۱۲», «بیش از ۱۰۰۰»."""
    more = many > lanes.MOST_COUNTED
    return f"بیش از {to_persian(lanes.MOST_COUNTED)}" if more else to_persian(many)


def _in_one_line(content: str) -> SafeString:
    """As a browser shows it: the line breaks of the template are blanks, none at the ends."""
    return mark_safe(re.sub(r"[ \t\r\n]+", " ", content).strip(" "))


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: str, name: str, **given: object) -> str:
    """``components/<name>.html`` as ``{% include … with … only %}`` shows it; the content is its ``text``."""
    assert context.template is not None
    shown = context.template.engine.get_template(f"components/{name}.html")
    return shown.render(context.new({**given, "text": _in_one_line(content)}))


@register.simple_block_tag
def heading(content: str, level: str, css: str = "") -> str:
    """A heading whose level the including page says, such as ``h2``; css: its classes."""
    opening = format_html('<{} class="{}">', level, css) if css else format_html("<{}>", level)
    return format_html("{}{}</{}>", opening, _in_one_line(content), level)
