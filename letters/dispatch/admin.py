"""The secretariat's desk in the admin: boxes of dispatches, one dispatch with its history, its acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail_modeladmin.helpers import PermissionHelper

from letters.admin import letters_for, own_letters
from letters.dispatch import post_views
from letters.dispatch.desk import (
    BOX_NAMED,
    BOXES,
    Box,
    dispatches_for,
    lanes_of,
    rows_of,
    search_dispatches,
)
from letters.dispatch.desk_acts import BY_NAME, RIGHT, DeskAct, acts_open
from letters.dispatch.making import begin_dispatches
from letters.dispatch.models import Dispatch
from letters.dispatch.refusals import DispatchMoved
from web.pagination import OwnRows
from web.refusals import Refusal
from web.requests import UserRequest
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin, ReadingHelper, RowView

NAME = "letters_dispatch_modeladmin_"


class DispatchListView(KeysetListView):
    """One box; of what is to be done the oldest comes first."""

    page_title = "ارسال نامه‌ها"
    search_words = "شمارهٔ نامه، بارکد، کد رهگیری یا نام"
    template_name = "letters/admin/desk/list.html"
    results_template_name = "letters/admin/desk/list_results.html"

    @cached_property
    def box(self) -> Box:
        return BOX_NAMED.get(self.request.GET.get("box", ""), BOXES[0])

    def keyset(self) -> tuple[str, bool]:
        return "created_at", not self.box.is_work

    def lanes(self) -> Sequence[Q]:
        return lanes_of(self.box)

    def get_base_queryset(self) -> QuerySet[Dispatch]:
        rows: QuerySet[Dispatch] = super().get_base_queryset()
        return rows if self.is_searching else rows_of(self.box, rows)

    def own_rows(self) -> OwnRows | None:
        return own_letters(self.request.user)

    def search(self, text: str) -> Search:
        return search_dispatches(self.request.user, text)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        return {**context, "boxes": BOXES, "box": self.box}


class DispatchPage(RowView):
    """One dispatch: to whom, how, how far, what was done for it, and what can be done now."""

    template_name = "letters/admin/desk/dispatch.html"
    page_title = "ارسال نامه"

    def get_page_subtitle(self) -> str:
        return str(self.object.name)

    def get_fields_context(self) -> list[Any]:
        """The template shows the dispatch, not a list of columns."""
        return []

    @property
    def header_buttons(self) -> list[Any]:
        """Its history stands on the page itself."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        others = self.object.letter.dispatches.exclude(pk=self.object.pk).order_by("pk")
        return {
            **context,
            "acts": acts_open(self.request.user, self.object),
            "attempts": self.object.attempts.select_related("by").order_by("-pk"),
            "others": others,
        }


def require_acting(request: HttpRequest) -> None:
    """Raise PermissionDenied for who may read the desk and do nothing there."""
    user: Any = request.user
    if not user.has_perm(RIGHT):
        raise PermissionDenied


class DispatchHelper(ReadingHelper):
    """The desk is the secretariat's and the managers'."""

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        return False


class DispatchAdmin(NativeModelAdmin):
    """«ارسال نامه‌ها»"""

    model = Dispatch
    menu_label = "ارسال نامه‌ها"
    menu_icon = "upload"
    menu_order = 115
    permission_helper_class: type[PermissionHelper] = DispatchHelper
    list_view_class = DispatchListView
    page_view_class = DispatchPage
    history_page_class = DispatchPage

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dispatch]:
        return dispatches_for(request.user)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[Dispatch]:
        return self.get_queryset(request).select_related("desk__unit", "batch")

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        acting = post_views.PostViews(self)
        return (
            ("act", "act/<int:pk>/<slug:name>/", self.act_view),
            ("begin", "begin/<int:pk>/", self.begin_view),
            ("post", "post/", acting.show_queue),
            ("batch", "post/<int:pk>/", acting.show_batch),
            ("paper", "post/<int:pk>/<slug:name>/", acting.serve_paper),
            ("barcodes", "barcodes/", acting.enter_barcodes),
        )

    def act_view(self, request: UserRequest, pk: int, name: str) -> HttpResponse:
        """The form of an act, and the act. 404: not theirs to see; 403: to read alone; 409: moved."""
        dispatch = self.row(request, pk)
        require_acting(request)
        act = BY_NAME.get(name)
        if act is None:
            raise Http404
        return show_act(request, dispatch, act)

    def begin_view(self, request: UserRequest, pk: int) -> HttpResponse:
        """Begin to send a letter of before there was this desk."""
        self.require_reading(request)
        letter = get_object_or_404(letters_for(request.user), pk=pk)
        require_acting(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        begin_dispatches(letter, by=request.user)
        messages.success(request, "ارسال نامه برای گیرندگان آن شروع شد.")
        return redirect("letters_letter_modeladmin_inspect", letter.pk)


def show_act(request: UserRequest, dispatch: Dispatch, act: DeskAct) -> HttpResponse:
    """The act's form with what is wrong in it, the refusal, or the way back to the dispatch."""
    said = request.POST if request.method == "POST" else None
    form = act.form(said, dispatch=dispatch)
    refusal: Refusal | None = None
    if not act.is_open(dispatch):
        refusal = DispatchMoved(dispatch)
    elif form.is_bound and form.is_valid():
        try:
            act.do(dispatch, by=request.user, **form.said())
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, act.done)
            return redirect(f"{NAME}inspect", dispatch.pk)
    status = refusal.status if refusal else (422 if form.is_bound else 200)
    context = post_views.frame(act.label) | {
        "object": dispatch,
        "act": act,
        "form": form,
        "refusal": refusal,
        "back": reverse(f"{NAME}inspect", args=[dispatch.pk]),
    }
    return render(request, "letters/admin/desk/act.html", context, status=status)
