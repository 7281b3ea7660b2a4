"""Letters in the admin: a read-only list and a page for each letter."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from wagtail.admin.widgets.button import HeaderButton

from accounts.models import Party
from accounts.party_search import TypedName
from letters.attachments.enclosed import enclosed_in
from letters.attachments.views import find_enclosed
from letters.dispatch.copies import unsent_of_letter
from letters.drafts.purposes import Purpose
from letters.ece.downloads import send_letter_file
from letters.images.preheaded import print_preheaded
from letters.incoming.lookup import incoming_for
from letters.models import Letter
from letters.registers.door_views import LABELS, EndLetterView, open_door
from letters.registers.number_format import is_number
from letters.views import pdf_response
from persian.digits import to_ascii
from submissions.applicant.document_views import serve_file
from submissions.models import Submission
from submissions.staff.queue_lists import sees_everything
from web.pagination import OwnRows
from web.requests import UserRequest
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin, RowView


def search_letters(user: Any, text: str) -> Search:
    """By number, tracking code or the applicant's name."""
    named = "submission__party__name"
    typed = to_ascii(text).strip()
    if "/" in typed or (is_number(typed) and re.search("[0-9]-|-[0-9]", typed)):
        return Search(text, Q(number_text=typed), named)
    digits = typed.replace(" ", "")
    if digits.isascii() and digits.isdecimal():
        by_code, by_number = Q(submission__tracking_code=digits), Q(number=int(digits[:9]))
        return Search(text, by_code if len(digits) == 12 else by_number, named)
    name = TypedName(text)
    own = own_letters(user, name)
    return Search(text, name.condition("submission__party"), named, own)


def letters_for(user: Any) -> QuerySet[Letter]:
    """The letters of the requests that the person may read."""
    # Asked of each letter: the requests that somebody may read can be all that there are.
    readable: Any = Submission.objects.visible_to(user)
    rows = Letter.objects.filter(Exists(readable.filter(pk=OuterRef("submission"))))
    # A member of the party reads what its applicant reads.
    own = Party.objects.acted_for_by(user).order_by().values("pk")
    return rows.exclude(purpose=Purpose.INQUIRY, submission__party__in=own)


def own_letters(user: Any, name: TypedName | None = None) -> OwnRows | None:
    """The letters of a desk's requests, for a list of them or a search that finds many."""
    if sees_everything(user) or (name and not name.is_borne_by_many):
        return None
    return OwnRows("submission", Submission.objects.keys_for(user))


class LetterListView(KeysetListView):
    """Letters, the newest first; also those that have their number but not yet their paper."""

    page_title = "نامه‌ها"
    search_words = "شمارهٔ نامه، کد رهگیری یا نام"
    template_name = "letters/admin/list.html"
    results_template_name = "letters/admin/list_results.html"

    def keyset(self) -> tuple[str, bool]:
        return "issued_at", True

    def get_base_queryset(self) -> QuerySet[Letter]:
        return super().get_base_queryset().select_related("submission__party")

    def own_rows(self) -> OwnRows | None:
        return own_letters(self.request.user)

    @property
    def header_buttons(self) -> list[Any]:
        if not self.request.user.has_perm("letters.add_incomingletter"):
            return []
        return [HeaderButton("چاپ دفتر", url=reverse("register_prints"), icon_name="doc-full")]

    def search(self, text: str) -> Search:
        return search_letters(self.request.user, text)


class LetterPage(RowView):
    """One letter: what stands on it, its paper, its request; and what went wrong, if it did."""

    template_name = "letters/admin/letter.html"
    page_title = "نامه"

    def get_page_subtitle(self) -> str:
        return str(self.object.number_text)

    def get_fields_context(self) -> list[Any]:
        """The template shows the letter itself, not a list of columns."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        door = open_door(self.request.user, self.object)
        shown: dict[str, Any] = {"door": door, **self._ways()}
        if door:
            shown["door_label"] = LABELS[door]
            shown["door_href"] = reverse(
                "letters_letter_modeladmin_end", args=[self.object.pk, door]
            )
        rows = incoming_for(self.request.user).filter(relations__outgoing=self.object)
        shown["attachments"] = enclosed_in(self.object)
        shown["incoming"] = rows.order_by("-pk").distinct()[:20]
        return super().get_context_data(**shown, **kwargs)

    def _ways(self) -> dict[str, Any]:
        """Where the letter is sent, and whether more may be begun."""
        user, letter = self.request.user, self.object
        dispatches = list(letter.dispatches.order_by("pk"))
        living = letter.state == Letter.State.ISSUED
        return {
            "dispatches": dispatches,
            "unsent_copies": unsent_of_letter(letter, dispatches),
            "is_reader": not user.has_perm("letters.view_dispatch"),
            "may_begin": living and user.has_perm("letters.change_dispatch"),
        }


class LetterHistory(LetterPage):
    """History of a letter: when its number was taken, when its PDF was made."""

    template_name = "letters/admin/history.html"


class LetterAdmin(NativeModelAdmin):
    """«نامه‌ها»: whoever may read a request may read its letters."""

    model = Letter
    menu_label = "نامه‌ها"
    menu_icon = "mail"
    menu_order = 110
    list_view_class = LetterListView
    page_view_class = LetterPage
    history_page_class = LetterHistory

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return letters_for(request.user)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return self.get_queryset(request).select_related(
            "submission__party", "template", "inquiry__organisation"
        )

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("file", "file/<int:pk>/", self.file_view),
            ("end", "end/<int:pk>/<slug:door>/", self.show_by(EndLetterView)),
            ("ece", "ece/<int:pk>/", self.ece_view),
            ("preheaded", "preheaded/<int:pk>/", self.preheaded_view),
            ("attachment", "attachment/<int:pk>/<int:key>/", self.attachment_view),
        )

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The paper. Answers 404 while the letter is still being made."""
        letter = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if letter.rendered_at is None:
            raise Http404
        return pdf_response(letter)

    def ece_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The ECE file of the letter, for a body that is reached another way than by our mail."""
        letter = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return send_letter_file(letter)

    def preheaded_view(self, request: UserRequest, pk: int) -> HttpResponseBase:
        """The letter for paper that has its letterhead already."""
        letter = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return print_preheaded(letter, str(request.user.pk))

    def attachment_view(self, request: HttpRequest, pk: int, key: int) -> HttpResponseBase:
        """What was sent with the letter."""
        letter = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return serve_file(find_enclosed(letter, key))
