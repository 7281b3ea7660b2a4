"""What stands around every page of the admin and is the same on each, drawn once in each process.

What is kept here follows from plain values alone, all of which are its key: no request, nobody.
So whatever one reader gets of it, another with the same values would get from Wagtail as well.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import lru_cache
from types import NoneType, SimpleNamespace
from typing import Any, cast

from django.middleware.csrf import get_token
from django.template.loader import get_template
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.admin.telepath import JSContext
from wagtail.admin.templatetags import wagtailadmin_tags as wagtails

from web.public_pages.kept_values import kept_values

ICON = "wagtailadmin/shared/icon.html"
BREADCRUMBS = "wagtailadmin/shared/breadcrumbs.html"
SHORTCUTS = "wagtailadmin/shared/keyboard_shortcuts_dialog.html"

Plain = str | bool | None
# Anything else, such as a text to be translated, is made a text of the moment.
_PLAIN = (str, SafeString, bool, NoneType)


def keep_frame() -> None:
    """Have Wagtail's templates ask here. Called before the first of them is read."""
    wagtails.register.simple_tag(draw_icon, name="icon")
    wagtails.register.simple_tag(draw_breadcrumbs, name="breadcrumbs")
    wagtails.register.simple_tag(
        draw_shortcuts, takes_context=True, name="keyboard_shortcuts_dialog"
    )
    wagtails.register.simple_tag(tell_scripts, takes_context=True, name="wagtail_config")
    # Used for the menu alone, of which each page asks anew what the reader may see.
    wagtails.JSContext = KeptPacking


def _as_plain(value: Any) -> Plain:
    return value if type(value) in _PLAIN else str(value)


def draw_icon(
    name: Any = None, classname: Any = None, title: Any = None, wrapped: Any = False
) -> str:
    """``{% icon %}`` as Wagtail draws it; a page has dozens, few of them different."""
    return _draw_icon(*map(_as_plain, (name, classname, title, wrapped)))


# Typed, as a text that is safe already is equal to one that must be escaped.
@lru_cache(maxsize=500, typed=True)
def _draw_icon(*given: Plain) -> str:
    return get_template(ICON).render(wagtails.icon(*given))


def draw_breadcrumbs(
    items: Any, is_expanded: Any = False, classname: Any = None, icon_name: Any = None
) -> str:
    """``{% breadcrumbs %}``: those of a list are always the same, of a case those of its service."""
    told = tuple(
        tuple((name, plain := _as_plain(value), type(plain)) for name, value in item.items())
        for item in items
    )
    looks = (bool(is_expanded), _as_plain(classname), _as_plain(icon_name))
    return _draw_breadcrumbs(told, *looks, get_language())


# The types of what they say stand among it: see icons.
@lru_cache(maxsize=500)
def _draw_breadcrumbs(
    told: tuple[tuple[tuple[str, Plain, type], ...], ...],
    is_expanded: bool,
    classname: Plain,
    icon_name: Plain,
    language: str | None,
) -> str:
    items = [{name: value for name, value, _type in item} for item in told]
    shown = wagtails.breadcrumbs(items, is_expanded, classname, icon_name)
    return get_template(BREADCRUMBS).render(shown)


def draw_shortcuts(context: Mapping[str, Any]) -> str:
    """``{% keyboard_shortcuts_dialog %}``: the same but for the keyboard, and whether they are on."""
    request = context["request"]
    return _draw_shortcuts(
        request.headers.get("User-Agent", ""),
        _has_shortcuts(request),
        get_language(),
        get_script_prefix(),
    )


@lru_cache(maxsize=100)
def _draw_shortcuts(browser: str, are_on: bool, language: str | None, prefix: str) -> str:
    """``language``, ``prefix``: what the words and the address in it follow, besides the rest."""
    profile = SimpleNamespace(keyboard_shortcuts=are_on)
    request = SimpleNamespace(
        headers={"User-Agent": browser}, user=SimpleNamespace(wagtail_userprofile=profile)
    )
    shown = wagtails.keyboard_shortcuts_dialog({"request": request})
    return get_template(SHORTCUTS).render(shown)


def tell_scripts(context: Mapping[str, Any]) -> dict[str, Any]:
    """``{% wagtail_config %}``: one word of it is the reader's own, the languages stand in rows."""
    request, locale = context["request"], context.get("locale")
    key = (
        "what Wagtail tells its scripts",
        locale and locale.language_code,
        _has_shortcuts(request),
        get_language(),
        get_script_prefix(),
    )
    told = kept_values.find(key, lambda: wagtails.wagtail_config(context) | {"CSRF_TOKEN": ""})
    # Where the forms of the page have theirs, it is the same: each is made letter by letter.
    return told | {"CSRF_TOKEN": str(context.get("csrf_token") or get_token(request))}


def _has_shortcuts(request: Any) -> bool:
    profile = getattr(request.user, "wagtail_userprofile", None)
    return profile is None or bool(profile.keyboard_shortcuts)


class KeptPacking:
    """Writes the menu down for its script; the same menu of the same person once."""

    def pack(self, modules: list[Any]) -> list[Any]:
        return _pack_menu(_Menu(modules))


class _Menu:
    """A menu, equal to another with the same words and addresses in it."""

    def __init__(self, modules: list[Any]) -> None:
        self.modules, self.words = modules, _words_of(modules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Menu) and self.words == other.words

    def __hash__(self) -> int:
        return hash(self.words)


@lru_cache(maxsize=500)
def _pack_menu(menu: _Menu) -> list[Any]:
    packed = JSContext().pack(menu.modules)
    # What is kept by its words holds on to nobody.
    menu.modules = []
    return cast("list[Any]", packed)


def _words_of(part: Any) -> Hashable:
    """All that a part of the menu hands to its script, as something that can be a key."""
    if isinstance(part, dict):
        return tuple((name, _words_of(value)) for name, value in part.items())
    if isinstance(part, (list, tuple)):
        return tuple(map(_words_of, part))
    if hasattr(part, "js_args"):
        return type(part), _words_of(part.js_args())
    return part if type(part) in _PLAIN else (type(part), str(part))
