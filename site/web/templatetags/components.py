"""What ``{% include %}`` does not: components around a text, and components that are drawn once."""

import re
from functools import lru_cache

from django import template
from django.template.context import Context
from django.template.engine import Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from db import lanes
from persian.digits import to_persian

register = template.Library()

# What a component that is kept may be told: values that say by themselves what is shown.
PLAIN = (str, SafeString, int, bool, type(None))
MOST_KEPT = 2000
# The number of a case and what comes after it, which no entry of a menu has.
_CASE = re.compile(r"/[0-9]{6,}.*")


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


@register.simple_tag(name="kept")
def draw_once(component: str, **given: object) -> SafeString:
    """``components/<component>.html`` as ``{% include … only %}`` shows it, drawn once for the same values.

    The component knows nothing but what it is given here, so that nobody is shown what was drawn for
    somebody else. What may change while it stays the same value is no key: with it, it is drawn anew.
    """
    draw = _draw_kept if all(type(value) in PLAIN for value in given.values()) else _draw_component
    return draw(component, tuple((key, type(value), value) for key, value in given.items()))


def _draw_component(name: str, given: tuple[tuple[str, type, object], ...]) -> SafeString:
    # The type is part of the question: of two equal strings one may be safe, and 1 equals True.
    shown = Engine.get_default().get_template(f"components/{name}.html")
    return shown.render(Context({key: value for key, _, value in given}))


_draw_kept = lru_cache(MOST_KEPT)(_draw_component)


@register.simple_tag
def portal_icon(name: str, extra: str = "") -> SafeString:
    """An icon of the portal, see ``components/icon.html``."""
    return draw_once("icon", name=name, extra=extra)


@register.filter
def place_in_menu(path: str) -> str:
    """A page's path as far as a menu can tell pages apart: «/cartable/#» for every case."""
    return _CASE.sub("/#", path)
