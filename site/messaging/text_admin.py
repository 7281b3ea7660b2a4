"""«متن پیامک‌ها» in the admin: the wording of every message, with a preview."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import MessageText
from messaging import texts
from messaging.texts import Message, parts_of
from web.requests import UserRequest
from web.staff_lists import NativeModelAdmin

LONGEST = 2000
INDEX = "accounts_messagetext_modeladmin_index"


def preview_text(message: Message, body: str) -> dict[str, Any]:
    """``body`` as it might arrive, and what that would cost."""
    sample = message.sample_of(body)
    parts = parts_of(sample)
    price = parts * settings.SMS_PRICE_PER_PART
    return {"text": sample, "parts": parts, "length": len(sample), "price": price}


class TextForm(forms.Form):
    """The words of one message."""

    body = forms.CharField(
        label="متن پیامک",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "rtl"}),
        error_messages={"required": "لطفاً متن پیامک را بنویسید."},
    )

    def __init__(self, *args: Any, message: Message, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.message = message

    def clean_body(self) -> str:
        return texts.clean_body(self.message, self.cleaned_data["body"])


class TextsView(WagtailAdminTemplateMixin, TemplateView):
    """All messages of the portal, with the words in force."""

    template_name = "accounts/admin/texts.html"
    page_title = "متن پیامک‌ها"
    header_icon = "edit"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        changed = MessageText.objects.select_related("changed_by").in_bulk(field_name="key")
        rows = []
        for message in texts.read_contents().values():
            row = changed.get(message.key)
            body = row.body if row else message.default
            href = reverse("accounts_messagetext_modeladmin_edit", args=[message.key])
            shown = (
                preview_text(message, body) if row is None or texts.can_say(message, body) else None
            )
            rows.append(
                {"message": message, "body": body, "row": row, "href": href, "preview": shown}
            )
        return super().get_context_data(rows=rows, **kwargs)


class TextView(WagtailAdminTemplateMixin, FormView):
    """The words of one message: looked at first, then kept, or given back to the portal."""

    template_name = "accounts/admin/text.html"
    page_title = "متن پیامک"
    header_icon = "edit"
    form_class = TextForm
    request: UserRequest

    @cached_property
    def message(self) -> Message:
        message = texts.read_contents().get(self.kwargs["key"])
        if message is None:
            raise Http404
        return message

    def get_page_subtitle(self) -> str:
        return self.message.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse(INDEX), "label": "متن پیامک‌ها"}
        return [*self.breadcrumbs_items, home, {"url": "", "label": self.message.title}]

    def get_initial(self) -> dict[str, Any]:
        return {"body": texts.current_text(self.message)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "message": self.message}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("action") == "restore":
            texts.change_text(self.message, self.message.default, by=self.request.user)
            messages.success(request, "متن پیش‌فرض سامانه جایگزین شد.")
            return redirect(INDEX)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: TextForm) -> HttpResponse:
        body = form.cleaned_data["body"]
        if self.request.POST.get("action") != "save":
            return self.render_to_response(self.get_context_data(form=form, body=body))
        texts.change_text(self.message, body, by=self.request.user)
        messages.success(self.request, f"متن «{self.message.title}» ثبت شد.")
        return redirect(INDEX)

    def form_invalid(self, form: TextForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now_said = texts.current_text(self.message)
        body = kwargs.get("body", now_said if context["form"].is_bound is False else None)
        return context | {
            "message": self.message,
            "preview": (
                preview_text(self.message, body)
                if body is not None and texts.can_say(self.message, body)
                else None
            ),
            "is_tried": "body" in kwargs,
            "is_changed": now_said != self.message.default,
            "by_template": bool(self.message.token and settings.KAVENEGAR_CODE_TEMPLATE),
        }


class TextAdmin(NativeModelAdmin):
    """«متن پیامک‌ها»: one page for every message, whether the office has words for it or not."""

    model = MessageText
    menu_label = "متن پیامک‌ها"
    menu_icon = "edit"
    menu_order = 320

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        base = self.url_helper.base_url_path
        return (
            path(f"{base}/", self.index_view, name=self.url_name("index")),
            path(f"{base}/<path:key>/", self.edit_view, name=self.url_name("edit")),
        )

    def index_view(self, request: HttpRequest) -> HttpResponse:
        self.require_reading(request)
        return TextsView.as_view()(request)

    def edit_view(self, request: HttpRequest, key: str) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm("accounts.change_messagetext"):
            raise PermissionDenied
        page: HttpResponse = TextView.as_view()(request, key=key)  # type: ignore[assignment]
        return page

    def register_admin_url_finders(self) -> None:
        """Wagtail's reports know nothing of these pages."""
