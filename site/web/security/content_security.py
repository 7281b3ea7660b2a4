"""The content security policy: own files only, and of scripts within a page those with its nonce.

The policy itself stands in the settings, for django-csp. Wagtail's admin writes some scripts
into its pages; they are given the page's nonce here, since neither a widget nor a panel knows the
request that it is drawn for.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, cast

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.forms import Widget
from django.http import HttpRequest, HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets import (
    AdminDateInput,
    AdminDateTimeInput,
    AdminTimeInput,
    BaseChooser,
)

# What no page here asks a browser for, so that nothing that got into one could.
ASKED_FOR_BY_NOBODY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

_drawn_for: ContextVar[HttpRequest | None] = ContextVar("drawn_for", default=None)


class ContentSecurityMiddleware(CSPMiddleware):
    """Adds the policy to every answer that has none of its own."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _drawn_for.set(request)
        try:
            return cast(HttpResponseBase, super().__call__(request))
        finally:
            _drawn_for.reset(before)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith("/admin/"):
            parts.replace = {**settings.ADMIN_POLICY, **(parts.replace or {})}
        return parts

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response.headers["Permissions-Policy"] = ASKED_FOR_BY_NOBODY
        return super().process_response(request, response)


def nonce_of_page() -> str:
    """The nonce of the page that is being drawn; empty where none is."""
    request = _drawn_for.get()
    return str(request.csp_nonce) if request is not None else ""  # type: ignore[attr-defined]


def sign_widgets() -> None:
    """Have Wagtail's choosers and boxes write their script with the nonce of the page."""
    BaseChooser.render = _draw_chooser
    for box in (AdminDateInput, AdminTimeInput, AdminDateTimeInput):
        box._render = _draw_box


def _draw_box(
    self: Widget, template_name: str, context: dict[str, Any], renderer: Any = None
) -> SafeString:
    """As Wagtail's template draws it: the field, whose value is escaped, and one script."""
    drawn = Widget._render(self, template_name, context, renderer)  # type: ignore[attr-defined]
    return mark_safe(drawn.replace("<script>", f'<script nonce="{nonce_of_page()}">'))


def _draw_chooser(
    self: Any, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> SafeString:
    """As Wagtail draws it, and like there without an id it is an error."""
    id_ = (attrs or {})["id"]
    known = self.get_value_data(value)
    script = self.render_js_init(id_, name, known)
    return format_html(
        '{}<script nonce="{}">{}</script>',
        mark_safe(self.render_html(name, known, attrs)),
        nonce_of_page(),
        mark_safe(script),
    )
