"""The post at the secretariat's desk: the print queue, a batch with its papers, the barcodes."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer

from letters.dispatch import acts, post
from letters.dispatch.desk_acts import RIGHT
from letters.dispatch.forms import BarcodeForm
from letters.dispatch.models import Dispatch, PostBatch
from pdf.responses import send_pdf
from persian.digits import to_persian
from web.refusals import Refusal
from web.requests import UserRequest, whole_number
from web.staff_lists import NativeModelAdmin

NAME = "letters_dispatch_modeladmin_"
# Shown of a queue; the rest follows when these are printed.
SHOWN = 100


def frame(title: str) -> dict[str, Any]:
    """What every page of the admin needs around its content."""
    home = {"url": reverse(f"{NAME}index"), "label": "ارسال نامه‌ها"}
    root = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    trail = [root, home, {"url": "", "label": title}]
    return {"page_title": title, "breadcrumbs_items": trail, "media": MediaContainer().media}


class PostViews:
    """Views of the post within what the person may read; whoever may not send is led away."""

    def __init__(self, model_admin: NativeModelAdmin) -> None:
        self.model_admin = model_admin

    def rows(self, request: HttpRequest) -> QuerySet[Dispatch]:
        """Raises PermissionDenied."""
        user: Any = request.user
        if not user.has_perm(RIGHT):
            raise PermissionDenied
        rows: QuerySet[Dispatch] = self.model_admin.get_queryset(request)
        return rows

    def items_of(self, request: HttpRequest, pk: int) -> tuple[PostBatch, list[Dispatch]]:
        """A batch and what of it the person may read. Raises Http404 when that is nothing."""
        rows = self.rows(request)
        batch = get_object_or_404(PostBatch.objects.select_related("by"), pk=pk)
        items = list(rows.filter(batch=batch).order_by("created_at", "pk"))
        if not items:
            raise Http404
        return batch, items

    def show_queue(self, request: UserRequest) -> HttpResponse:
        """What is to be printed; a POST prints what was chosen."""
        rows, refusal = self.rows(request), None
        if request.method == "POST":
            keys = map(whole_number, request.POST.getlist("item"))
            chosen = [key for key in keys if key is not None]
            try:
                batch = post.make_batch(rows, chosen, by=request.user)
            except Refusal as error:
                refusal = error
            else:
                return redirect(f"{NAME}batch", batch.pk)
        waiting = post.waiting_for_post(rows)
        lacking = post.lacks_address(waiting)
        context = frame("صف چاپ پست") | {
            "items": waiting.exclude(pk__in=lacking.values("pk"))[: post.AT_ONCE],
            "lacking": lacking[:SHOWN],
            "batches": self.latest_batches(rows),
            "most": post.AT_ONCE,
            "refusal": refusal,
        }
        status = refusal.status if refusal else 200
        return render(request, "letters/admin/desk/post.html", context, status=status)

    def latest_batches(self, rows: QuerySet[Dispatch]) -> QuerySet[PostBatch]:
        """The last ones of which something is still to be given to the post."""
        open_ones = post.waiting_for_barcode(rows).order_by().values("batch")
        return PostBatch.objects.filter(pk__in=open_ones).select_related("by").order_by("-pk")[:20]

    def show_batch(self, request: UserRequest, pk: int) -> HttpResponse:
        """What was printed together, with its papers."""
        batch, items = self.items_of(request, pk)
        title = f"دستهٔ پستی {to_persian(batch.pk)}"
        context = frame(title) | {"batch": batch, "items": items, "papers": post.PAPERS}
        return render(request, "letters/admin/desk/batch.html", context)

    def serve_paper(self, request: UserRequest, pk: int, name: str) -> HttpResponseBase:
        """One of the papers of a batch, printed while somebody waits."""
        batch, items = self.items_of(request, pk)
        if name not in post.PAPERS:
            raise Http404
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return send_pdf(post.print_paper(batch, items, name), f"post-{batch.pk}-{name}.pdf")

    def enter_barcodes(self, request: UserRequest) -> HttpResponse:
        """One item after another: the scanner ends each with Enter, and the next one is shown."""
        waiting = post.waiting_for_barcode(self.rows(request))
        if request.method == "POST":
            return self._take_barcode(request, waiting)
        after = whole_number(request.GET.get("skip", "")) or 0
        item = waiting.filter(pk__gt=after).order_by("pk").first()
        item = item or waiting.order_by("pk").first()
        form = BarcodeForm(dispatch=item) if item else None
        return self._show_item(request, item, form, waiting.count())

    def _take_barcode(self, request: UserRequest, waiting: QuerySet[Dispatch]) -> HttpResponse:
        key = whole_number(request.POST.get("item", ""))
        item = waiting.filter(pk=key).first() if key is not None else None
        if item is None:
            messages.warning(request, "این مرسوله در این فاصله ثبت شده است.")
            return redirect(f"{NAME}barcodes")
        form = BarcodeForm(request.POST, dispatch=item)
        if not form.is_valid():
            return self._show_item(request, item, form, waiting.count(), status=422)
        try:
            acts.record_sent(item, by=request.user, **form.said())
        except Refusal as refusal:
            form.add_error("barcode", refusal.message)
            return self._show_item(request, item, form, waiting.count(), status=refusal.status)
        messages.success(request, f"بارکد مرسولهٔ «{item.name}» ثبت شد.")
        return redirect(f"{NAME}barcodes")

    def _show_item(
        self,
        request: UserRequest,
        item: Dispatch | None,
        form: BarcodeForm | None,
        count: int,
        status: int = 200,
    ) -> HttpResponse:
        context = frame("ثبت بارکد مرسوله‌ها") | {"item": item, "form": form, "count": count}
        return render(request, "letters/admin/desk/barcodes.html", context, status=status)
