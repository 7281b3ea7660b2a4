"""«گیرندگان رویداد» in the admin: who is told, what was sent, and sending again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from persian.digits import to_persian
from submissions.states import StepName
from submissions.workflow.events import EVENT_TYPES
from web.refusals import Refusal
from web.requests import UserRequest
from web.staff_lists import NativeModelAdmin
from webhooks import subscribers
from webhooks.forms import SpanForm, SubscriberForm
from webhooks.models import Subscriber

LIST = "webhooks_subscriber_modeladmin_index"
PAGE = "webhooks_subscriber_modeladmin_inspect"
TITLE = "گیرندگان رویداد"
# Deliveries of the log on one page.
SHOWN = 30


class SubscriberPage(WagtailAdminTemplateMixin):
    """What these pages share; whoever may not change subscribers is led away before."""

    kwargs: dict[str, Any]
    header_icon = "link"
    page_title = TITLE

    @cached_property
    def subscriber(self) -> Subscriber:
        rows = Subscriber.objects.select_related("owner", "party")
        found: Subscriber = get_object_or_404(rows, pk=self.kwargs["pk"])
        return found

    def get_page_subtitle(self) -> str:
        return self.subscriber.title if "pk" in self.kwargs else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse(LIST), "label": TITLE}
        last = {"url": "", "label": self.get_page_subtitle() or self.page_title}
        return [*self.breadcrumbs_items, home, last]


class ListView(SubscriberPage, TemplateView):
    """All of them; they are few."""

    template_name = "webhooks/admin/list.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Subscriber.objects.select_related("owner", "party").order_by("title", "pk")
        return super().get_context_data(subscribers=rows, **kwargs)


class OneView(SubscriberPage, TemplateView):
    """One subscriber with its log, and what can be done with it."""

    request: UserRequest
    template_name = "webhooks/admin/subscriber.html"
    refusal: Refusal | None = None
    form: SpanForm | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        log = self.subscriber.deliveries.select_related("step__submission")
        before = self.request.GET.get("before", "")
        if before.isascii() and before.isdecimal() and len(before) < len(str(2**63)):
            log = log.filter(number__lt=int(before))
        found = list(log.prefetch_related("attempts").order_by("-number")[: SHOWN + 1])
        names = [StepName(EVENT_TYPES[event]).label for event in self.subscriber.events]
        return super().get_context_data(
            subscriber=self.subscriber,
            event_labels=names,
            waiting=self.subscriber.deliveries.waiting().count(),
            deliveries=found[:SHOWN],
            older=found[SHOWN - 1].number if len(found) > SHOWN else 0,
            form=self.form or SpanForm(),
            refusal=self.refusal,
            **kwargs,
        )


class EditView(SubscriberPage, FormView):
    """A new subscriber, or one that is there."""

    request: UserRequest
    template_name = "webhooks/admin/form.html"
    page_title = "گیرندهٔ رویداد"
    form_class = SubscriberForm

    def get_initial(self) -> dict[str, Any]:
        if "pk" in self.kwargs:
            return SubscriberForm.typed(self.subscriber)
        return {"owner": self.request.user.get_username()}

    def form_valid(self, form: SubscriberForm) -> HttpResponse:
        if "pk" in self.kwargs:
            subscribers.change_subscriber(self.subscriber, form.wanted(), by=self.request.user)
            messages.success(self.request, "تغییرات گیرنده ثبت شد.")
            return redirect(PAGE, self.subscriber.pk)
        made, secret = subscribers.add_subscriber(form.wanted(), by=self.request.user)
        return show_secret(self.request, made, secret)

    def form_invalid(self, form: SubscriberForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = self.subscriber if "pk" in self.kwargs else None
        back = reverse(PAGE, args=[known.pk]) if known else reverse(LIST)
        return super().get_context_data(subscriber=known, back=back, **kwargs)


class SecretView(SubscriberPage, TemplateView):
    """The secret, in the answer to what has made it and nowhere else."""

    template_name = "webhooks/admin/secret.html"
    page_title = "کلید امضا"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = self.get_context_data(subscriber=self.subscriber, secret=kwargs["secret"])
        return self.render_to_response(context)


def show_secret(request: HttpRequest, subscriber: Subscriber, secret: str) -> HttpResponse:
    """The page that shows a secret once."""
    page: Any = SecretView.as_view()(request, pk=subscriber.pk, secret=secret)
    return page


class ActView(OneView):
    """What the keys of the page do."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        acts: dict[str, Callable[[], HttpResponse]] = {
            "resume": self.resume,
            "secret": self.renew,
            "replay": self.replay,
            "delete": self.delete_it,
        }
        act = acts.get(request.POST.get("act", ""))
        return act() if act else redirect(PAGE, self.subscriber.pk)

    def resume(self) -> HttpResponse:
        subscribers.resume_subscriber(self.subscriber, by=self.request.user)
        messages.success(self.request, "ارسال رویدادها از سر گرفته شد.")
        return redirect(PAGE, self.subscriber.pk)

    def renew(self) -> HttpResponse:
        secret = subscribers.renew_secret(self.subscriber, by=self.request.user)
        return show_secret(self.request, self.subscriber, secret)

    def replay(self) -> HttpResponse:
        self.form = SpanForm(self.request.POST)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        first, last = self.form.cleaned_data["first"], self.form.cleaned_data["last"]
        try:
            count = subscribers.send_again(
                self.subscriber, first, last or first, by=self.request.user
            )
        except Refusal as refusal:
            self.refusal = refusal
            return self.render_to_response(self.get_context_data(), status=refusal.status)
        messages.success(self.request, f"{to_persian(count)} رویداد دوباره در صف ارسال قرار گرفت.")
        return redirect(PAGE, self.subscriber.pk)

    def delete_it(self) -> HttpResponse:
        subscribers.delete_subscriber(self.subscriber, by=self.request.user)
        messages.success(self.request, f"گیرندهٔ «{self.subscriber.title}» حذف شد.")
        return redirect(LIST)


class SubscriberAdmin(NativeModelAdmin):
    """«گیرندگان رویداد»"""

    model = Subscriber
    menu_label = TITLE
    menu_icon = "link"
    menu_order = 330

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        base = self.url_helper.base_url_path
        pages: tuple[tuple[str, str, str, Any], ...] = (
            ("index", "", "view", ListView),
            ("create", "create/", "add", EditView),
            ("inspect", "inspect/<int:pk>/", "view", OneView),
            ("edit", "edit/<int:pk>/", "change", EditView),
            ("act", "act/<int:pk>/", "change", ActView),
        )
        return tuple(
            path(f"{base}/{route}", guarded(page.as_view(), action), name=self.url_name(name))
            for name, route, action, page in pages
        )


def guarded(view: Any, action: str) -> Callable[..., HttpResponse]:
    """``view`` for whoever has the permission; Wagtail leads others back to its first page."""

    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.has_perm(f"webhooks.{action}_subscriber"):
            raise PermissionDenied
        found: HttpResponse = view(request, **kwargs)
        return found

    return answer
