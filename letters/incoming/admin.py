"""«نامه‌های وارده» in the admin: the register, one letter with its history, and its scans."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.widgets.button import HeaderButton

from letters.incoming.acts import CorrectView, RegisterView, VoidView
from letters.incoming.answer_views import AnswerView, may_answer
from letters.incoming.lookup import incoming_for, own_incoming, search_incoming
from letters.incoming.models import IncomingLetter, IncomingScan
from letters.incoming.registering import CORRECTING, REGISTERING
from submissions.applicant.document_views import serve_file
from submissions.models import Submission
from web.pagination import OwnRows
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin, RowView

NAME = "letters_incomingletter_modeladmin_"


class IncomingListView(KeysetListView):
    """The register, the newest first; void numbers stand in it too."""

    page_title = "نامه‌های وارده"
    search_words = "شماره، موضوع، فرستنده یا کد رهگیری"
    template_name = "letters/admin/incoming/list.html"
    results_template_name = "letters/admin/incoming/list_results.html"

    def keyset(self) -> tuple[str, bool]:
        return "registered_at", True

    def own_rows(self) -> OwnRows | None:
        return own_incoming(self.request.user)

    def search(self, text: str) -> Search:
        return search_incoming(self.request.user, text)

    @property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm(REGISTERING):
            return []
        href = reverse(f"{NAME}register")
        return [
            HeaderButton("ثبت نامهٔ وارده", url=href, icon_name="plus"),
            HeaderButton("چاپ دفتر", url=reverse("register_prints"), icon_name="doc-full"),
        ]


class IncomingPage(RowView):
    """One letter: what is known of it, its scans, what it refers to, and all that was done about it."""

    template_name = "letters/admin/incoming/letter.html"
    page_title = "نامهٔ وارده"
    object: IncomingLetter

    def get_page_subtitle(self) -> str:
        return str(self.object.number_text)

    def get_fields_context(self) -> list[Any]:
        """The template shows the letter itself, not a list of columns."""
        return []

    @property
    def header_buttons(self) -> list[Any]:
        """Its history stands on the page itself."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        letter, user = self.object, self.request.user
        readable = Submission.objects.visible_to(user).filter(incoming=letter)
        scans = list(letter.scans.all())
        return super().get_context_data(
            scans=[scan for scan in scans if scan.set_aside_at is None],
            set_aside=[scan for scan in scans if scan.set_aside_at is not None],
            relations=letter.relations.select_related("outgoing", "incoming"),
            referring=letter.referring.select_related("letter"),
            events=letter.events.select_related("by").order_by("-pk"),
            receipt=getattr(letter, "receipt", None),
            may_correct=user.has_perm(CORRECTING) and not letter.is_void,
            may_answer=may_answer(user, letter),
            reads_request=letter.submission_id is not None and readable.exists(),
            reads_mail=letter.mail_id and user.has_perm("letters.view_receivedmail"),
            **kwargs,
        )


class IncomingAdmin(NativeModelAdmin):
    """«نامه‌های وارده»: kept by the secretariat; desks read what belongs to their requests."""

    model = IncomingLetter
    menu_label = "نامه‌های وارده"
    menu_icon = "download"
    # By its label it would begin like «نامه‌ها», which would be marked with it.
    menu_item_name = "incoming-letters"
    menu_order = 112
    list_view_class = IncomingListView
    page_view_class = IncomingPage
    history_page_class = IncomingPage

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingLetter]:
        return incoming_for(request.user)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[IncomingLetter]:
        return self.get_queryset(request).select_related(
            "registered_by", "mail", "reply", "inquiry__organisation", "receipt"
        )

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("register", "register/", self.show_by(RegisterView)),
            ("correct", "correct/<int:pk>/", self.show_by(CorrectView)),
            ("void", "void/<int:pk>/", self.show_by(VoidView)),
            ("answer", "answer/<int:pk>/", self.show_by(AnswerView)),
            ("scan", "scan/<int:pk>/<int:scan>/", self.scan_view),
        )

    def scan_view(self, request: HttpRequest, pk: int, scan: int) -> HttpResponseBase:
        """One scan of a letter, for whoever may read that."""
        letter = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        found = get_object_or_404(IncomingScan.objects.filter(letter=letter), pk=scan)
        return serve_file(found)
