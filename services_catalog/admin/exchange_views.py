"""The catalog taken out as one file and brought in, with what would change shown before."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from pydantic import ValidationError as ShapeError
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import MediaContainer

from accounts.models import User
from persian.digits import to_persian
from services_catalog.exchange import bringing_in
from services_catalog.exchange.document import CatalogDocument, export_catalog, read_document
from web.api.problems import point_to
from web.refusals import Refusal
from web.requests import UserRequest

TITLE = "ورود و خروج کاتالوگ"
MOST_BYTES = 1024 * 1024
MOST_FAULTS = 100
PAGE = "services_catalog/admin/exchange/index.html"


class CatalogFileForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label="سند کاتالوگ",
        help_text="با قالب JSON، حداکثر ۱ مگابایت؛ مانند فایلی که از همین صفحه دریافت می‌شود.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={
            "required": "لطفاً فایل را انتخاب کنید.",
            "empty": "این فایل خالی است.",
        },
    )

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("حجم این فایل بیش از ۱ مگابایت است.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError("این فایل خوانده نشد؛ متن آن باید UTF-8 باشد.") from None


def require_publisher(request: HttpRequest) -> User:
    """Raise PermissionDenied, which Wagtail answers by leading back to its first page."""
    user = request.user
    if not isinstance(user, User) or not bringing_in.may_exchange(user):
        raise PermissionDenied
    return user


def show_exchange(request: UserRequest) -> HttpResponse:
    """The file to take out, and the one to bring in: sent, it is only looked into."""
    user = require_publisher(request)
    if request.method != "POST":
        return _render_page(request, {"form": CatalogFileForm()})
    form = CatalogFileForm(request.POST, request.FILES)
    if form.is_valid():
        return _show_changes(request, form.cleaned_data["file"], user)
    return _render_page(request, {"form": form}, 422)


def bring_in_catalog(request: UserRequest) -> HttpResponse:
    """Do what was shown: the same text again, with the digest of the state it was compared with."""
    user = require_publisher(request)
    if request.method != "POST":
        return redirect("catalog_exchange")
    text, expecting = request.POST.get("document", ""), request.POST.get("expecting", "")
    try:
        done = bringing_in.bring_in(read_document(text), by=user, expecting=expecting)
    except (ShapeError, Refusal) as refusal:
        known = refusal if isinstance(refusal, Refusal) else bringing_in.Unfit(())
        return _show_changes(request, text, user, known)
    messages.success(request, f"{to_persian(len(done.changes))} تغییر در کاتالوگ اعمال شد.")
    return redirect("catalog_exchange")


def serve_export(request: UserRequest) -> HttpResponse:
    """The document, indented for people."""
    require_publisher(request)
    rows = export_catalog().model_dump(mode="json")
    text = json.dumps(rows, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="catalog.json"'
    return response


def _show_changes(
    request: UserRequest, text: str, user: User, refusal: Refusal | None = None
) -> HttpResponse:
    """What the text would change; or why it says nothing that could be brought in."""
    context: dict[str, Any] = {"form": CatalogFileForm(), "refusal": refusal}
    try:
        document = read_document(text)
    except ShapeError as error:
        context["faults"] = [
            {"where": point_to(found["loc"]), "detail": "این مقدار در این محل پذیرفته نیست."}
            for found in error.errors()[:MOST_FAULTS]
        ]
    else:
        context |= _compare(document, user) | {"document": text}
    unfit = refusal or context["faults"]
    status = refusal.status if refusal else 422 if unfit else 200
    return _render_page(request, context, status)


def _compare(document: CatalogDocument, user: User) -> dict[str, Any]:
    found = bringing_in.compare_document(document, by=user)
    faults = [
        {"where": point_to(fault.path), "detail": fault.detail}
        for fault in found.faults[:MOST_FAULTS]
    ]
    return {"found": found, "faults": faults}


def _render_page(request: UserRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    trail = [
        {"url": reverse("wagtailadmin_home"), "label": "خانه"},
        {"url": "", "label": TITLE},
    ]
    frame = {"page_title": TITLE, "breadcrumbs_items": trail, "media": MediaContainer().media}
    return render(request, PAGE, frame | context, status=status)


class ExchangeMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and bringing_in.may_exchange(request.user)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    base = "catalog/exchange"
    return [
        path(f"{base}/", show_exchange, name="catalog_exchange"),
        path(f"{base}/apply/", bring_in_catalog, name="catalog_bring_in"),
        path(f"{base}/catalog.json", serve_export, name="catalog_export"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ExchangeMenuItem(
        TITLE, reverse("catalog_exchange"), name="catalog-exchange", icon_name="download", order=131
    )
