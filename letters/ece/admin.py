"""«شبکهٔ دولت» in the admin: received mails, and which bodies are reached by the network."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from letters.ece.downloads import send_mail_file, send_part
from letters.ece.incoming import close_mail
from letters.ece.lines import is_on
from letters.ece.lookup import mails_for
from letters.ece.models import ReceivedMail, TestLetter
from letters.ece.proving import ask_for_test, is_proved
from persian.text import clean_text
from services_catalog.models import Organisation
from web.refusals import Refusal
from web.requests import UserRequest
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin, RowView

BASE = "letters_receivedmail_modeladmin_"
MAY_ACT = "letters.change_receivedmail"


def search_mails(text: str) -> Search:
    """By a part of the subject, the sender's address, or the whole number of the letter."""
    typed = clean_text(text)
    named = Q(subject__icontains=typed) | Q(sender__icontains=typed)
    return Search(text, named | Q(content__number=typed), "subject")


class MailListView(KeysetListView):
    """Received mails, the newest first."""

    page_title = "پیام‌های دریافتی شبکهٔ دولت"
    search_words = "موضوع، شمارهٔ نامه یا نشانی فرستنده"
    template_name = "letters/admin/ece/list.html"
    results_template_name = "letters/admin/ece/list_results.html"

    def keyset(self) -> tuple[str, bool]:
        return "received_at", True

    def search(self, text: str) -> Search:
        return search_mails(text)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(network_is_on=is_on(), **kwargs)


class MailPage(RowView):
    """One mail: what its file says, its files, and why nothing came of it by itself."""

    template_name = "letters/admin/ece/mail.html"
    page_title = "پیام دریافتی"

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_fields_context(self) -> list[Any]:
        """The template shows the mail itself, not a list of columns."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mail: ReceivedMail = self.object
        may_close = mail.state == ReceivedMail.State.NEW and self.request.user.has_perm(MAY_ACT)
        said = mail.content
        return super().get_context_data(
            said=said,
            sender=_in_words(said.get("sender", {})),
            receiver=_in_words(said.get("receiver", {})),
            may_close=may_close,
            **kwargs,
        )


def _in_words(party: dict[str, str]) -> str:
    parts = ("organisation", "department", "position", "name")
    return "، ".join(filter(None, (party.get(part) for part in parts)))


class BodiesView(WagtailAdminTemplateMixin, TemplateView):
    """Bodies with an address on the network, and whether a test letter was answered."""

    request: UserRequest
    template_name = "letters/admin/ece/bodies.html"
    page_title = "دستگاه‌های شبکهٔ دولت"
    header_icon = "mail"
    refusal: Refusal | None = None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [(body, is_proved(body), _last_test(body)) for body in bodies_on_network()]
        return super().get_context_data(
            bodies=rows,
            network_is_on=is_on(),
            may_act=self.request.user.has_perm(MAY_ACT),
            refusal=self.refusal,
            **kwargs,
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse(f"{BASE}index"), "label": MailListView.page_title}
        return [*self.breadcrumbs_items, home, {"url": "", "label": self.page_title}]


def bodies_on_network() -> list[Organisation]:
    """Those that have an address there."""
    rows = Organisation.objects.filter(retired=False).exclude(ece_address="")
    tested = TestLetter.objects.filter(organisation=OuterRef("pk"))
    return list(rows.annotate(tested=Exists(tested)).order_by("name")[:200])


def _last_test(body: Organisation) -> TestLetter | None:
    rows = TestLetter.objects.filter(organisation=body).order_by("-pk")
    return rows.first() if getattr(body, "tested", True) else None


class MailAdmin(NativeModelAdmin):
    """«شبکهٔ دولت»: the secretariat's; what waits there is registered or closed by a person."""

    model = ReceivedMail
    menu_label = "شبکهٔ دولت"
    menu_icon = "mail"
    menu_order = 115
    list_view_class = MailListView
    page_view_class = MailPage
    history_page_class = MailPage

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceivedMail]:
        return mails_for(request.user)

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("file", "file/<int:pk>/", self.file_view),
            ("part", "file/<int:pk>/<str:part>/<int:index>/", self.part_view),
            ("close", "close/<int:pk>/", self.close_view),
            ("bodies", "bodies/", self.bodies_view),
            ("test", "bodies/<int:pk>/test/", self.test_view),
        )

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The XML as it came."""
        mail = self.row(request, pk)
        return _refuse_writing(request) or send_mail_file(mail)

    def part_view(self, request: HttpRequest, pk: int, part: str, index: int) -> HttpResponseBase:
        """One file of a received letter."""
        mail = self.row(request, pk)
        return _refuse_writing(request) or send_part(mail, part, index)

    def close_view(self, request: UserRequest, pk: int) -> HttpResponseBase:
        """Nothing more is to be done about it."""
        mail = self.row(request, pk)
        if answer := _refuse_acting(request):
            return answer
        close_mail(mail, by=request.user, note=clean_text(request.POST.get("note", ""))[:500])
        messages.success(request, "پیام بررسی و بسته شد.")
        return redirect(f"{BASE}inspect", pk)

    def bodies_view(self, request: HttpRequest) -> HttpResponseBase:
        """Who is reached by the network."""
        self.require_reading(request)
        page: Any = BodiesView.as_view()(request)
        return page

    def test_view(self, request: UserRequest, pk: int) -> HttpResponseBase:
        """Send a test letter."""
        self.require_reading(request)
        if answer := _refuse_acting(request):
            return answer
        body = get_object_or_404(Organisation, pk=pk, retired=False)
        ask_for_test(body, by=request.user)
        messages.success(request, f"نامهٔ آزمایشی برای «{body.name}» در صف ارسال قرار گرفت.")
        return redirect(f"{BASE}bodies")


def _refuse_writing(request: HttpRequest) -> HttpResponse | None:
    return None if request.method in ("GET", "HEAD") else HttpResponseNotAllowed(["GET", "HEAD"])


def _refuse_acting(request: UserRequest) -> HttpResponse | None:
    """None for who may act; 405 for a look, PermissionDenied for who may only read."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm(MAY_ACT):
        raise PermissionDenied
    return None
