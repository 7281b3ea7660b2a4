"""The page on which the secretariat has its registers printed, and the prints themselves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer

from letters.incoming.registering import REGISTERING
from letters.registers.printing.forms import PrintRegisterForm
from letters.registers.printing.making import ask_for_print, keeper_title
from letters.registers.printing.models import PrintForm, PrintState, RegisterPrint
from web.refusals import Refusal
from web.requests import UserRequest

TITLE = "چاپ دفتر اندیکاتور"
SHOWN = 20
TYPES = {
    PrintForm.PDF: "application/pdf",
    PrintForm.SHEET: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def prints_of(user: Any) -> QuerySet[RegisterPrint]:
    """The prints that the person has asked for. Raises PermissionDenied for who keeps no register."""
    if not user.has_perm(REGISTERING):
        raise PermissionDenied
    return RegisterPrint.objects.filter(by=user).order_by("-pk")


def show_prints(request: UserRequest) -> HttpResponse:
    """The form, and what was asked for; a POST asks."""
    rows = prints_of(request.user)
    form = PrintRegisterForm(request.POST if request.method == "POST" else None)
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        try:
            ask_for_print(by=request.user, **form.cleaned_data)
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, "چاپ دفتر در صف آماده‌سازی است.")
            return redirect("register_prints")
    status = refusal.status if refusal else 422 if form.is_bound else 200
    root = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    context = {
        "page_title": TITLE,
        "breadcrumbs_items": [root, {"url": "", "label": TITLE}],
        "media": MediaContainer().media,
        "form": form,
        "refusal": refusal,
        "prints": [(row, keeper_title(row.secretariat)) for row in rows[:SHOWN]],
    }
    return render(request, "letters/admin/registers/prints.html", context, status=status)


def serve_print(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a print; 404 while it is not made."""
    found = get_object_or_404(prints_of(request.user), pk=pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    return send_print(found)


def send_print(found: RegisterPrint) -> FileResponse:
    """The file, to be saved. Raises Http404 while there is none."""
    if found.state != PrintState.READY:
        raise Http404
    answer = FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=TYPES[PrintForm(found.form)],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
