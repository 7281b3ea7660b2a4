"""Views of the import of contracts: upload, dry run, confirmation, progress, result."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from openpyxl.styles import Font
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import MediaContainer

from accounts.models import User
from submissions.contracts.importer import jobs
from submissions.contracts.importer.holder_changes import HolderChange, find_questions
from submissions.contracts.importer.rows import COLUMNS
from submissions.contracts.repeats import count_repeats
from submissions.models import ContractImport
from web.refusals import Refusal
from web.requests import UserRequest

LATEST = 20
SHOWN_PROBLEMS = 200
CSV = "text/csv; charset=utf-8"
# Where a table would read a formula out of a text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    use_required_attribute = False

    file = forms.FileField(
        label="فایل قراردادها",
        help_text="با قالب XLSX یا CSV، حداکثر ۵۰ مگابایت. عنوان ستون‌ها باید مانند فایل نمونه باشد.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        error_messages={
            "required": "لطفاً فایل را انتخاب کنید.",
            "empty": "این فایل خالی است.",
        },
    )


def may_import(user: User) -> bool:
    return user.has_perm("submissions.add_contractimport")


def require_importer(request: HttpRequest) -> User:
    """Raise PermissionDenied, which Wagtail answers by leading back to its first page."""
    user = request.user
    if not isinstance(user, User) or not may_import(user):
        raise PermissionDenied
    return user


def show_imports(request: UserRequest) -> HttpResponse:
    """Upload, and what was uploaded before."""
    user = require_importer(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        try:
            job = jobs.begin_import(form.cleaned_data["file"], by=user)
        except Refusal as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("contract_import", job.pk)
    context = page_frame("ورود دفتر قراردادها") | {
        "form": form,
        "jobs": ContractImport.objects.select_related("by")[:LATEST],
        "columns": COLUMNS,
        "repeats": count_repeats(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "submissions/admin/import/index.html", context, status=status)


def show_import(request: UserRequest, pk: int) -> HttpResponse:
    """One file: how far it is, what is wrong with it, what it would change, what it has changed."""
    user = require_importer(request)
    found = get_object_or_404(ContractImport, pk=pk)
    refusal = None
    if request.method == "POST":
        try:
            _decide_import(request, found, user)
            return redirect("contract_import", pk)
        except Refusal as said:
            refusal, found = said, ContractImport.objects.get(pk=pk)
    context = page_frame(found.original_name) | _describe_standing(found) | {"refusal": refusal}
    status = refusal.status if refusal else 200
    return render(request, "submissions/admin/import/job.html", context, status=status)


def _decide_import(request: UserRequest, found: ContractImport, user: User) -> None:
    if "cancel" in request.POST:
        jobs.cancel_import(found, by=user)
        messages.success(request, "این فایل حذف شد و چیزی در دفتر تغییر نکرد.")
    else:
        jobs.confirm_import(found, by=user, skip_bad="skip_bad" in request.POST)


def show_progress(request: UserRequest, pk: int) -> HttpResponse:
    """The part of the page that asks for itself again while the worker is at it."""
    require_importer(request)
    found = get_object_or_404(ContractImport, pk=pk)
    response = render(request, "submissions/admin/import/standing.html", _describe_standing(found))
    return response


def _describe_standing(found: ContractImport) -> dict[str, Any]:
    return {
        "job": found,
        "problems": found.problems.all()[:SHOWN_PROBLEMS],
        "shown_problems": SHOWN_PROBLEMS,
        "questions": list_questions(found),
    }


def list_questions(found: ContractImport) -> list[HolderChange]:
    """Contracts with a party of which the file names another holder: the office will have to look."""
    if found.state != ContractImport.State.CHECKED or not found.asked:
        return []
    return find_questions(found)[:SHOWN_PROBLEMS]


def serve_problems(found: ContractImport) -> HttpResponse:
    """What is wrong with the lines of a file, as a table."""
    rows = [["سطر", "ستون", "ایراد"]]
    rows += [[str(p.line), _as_text(p.column), _as_text(p.text)] for p in found.problems.all()]
    response = HttpResponse(_as_csv(rows), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="problems-{found.pk}.csv"'
    return response


def _as_text(text: str) -> str:
    """The text as a table shows it: none that comes out of a file is a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def page_frame(title: str) -> dict[str, Any]:
    """What the admin's page needs around the import: title and way back."""
    here = {"url": "", "label": title}
    home = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    index_item = {"url": reverse("contract_imports"), "label": "ورود دفتر قراردادها"}
    trail = [home, index_item, here] if title != index_item["label"] else [home, here]
    return {"page_title": title, "breadcrumbs_items": trail, "media": MediaContainer().media}


def serve_template(request: UserRequest, kind: str) -> HttpResponse:
    """An empty table with the headings and one example, to be filled in."""
    require_importer(request)
    rows = [[c.title for c in COLUMNS], [c.example for c in COLUMNS]]
    writers = {"csv": (_as_csv, CSV), "xlsx": (_as_xlsx, XLSX)}
    if kind not in writers:
        raise Http404
    write, content_type = writers[kind]
    response = HttpResponse(write(rows), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="contracts.{kind}"'
    return response


def _as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    # With the mark, Excel reads it as UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title, sheet.sheet_view.rightToLeft = "قراردادها", True
    for row in rows:
        sheet.append(row)
    for column in sheet.iter_cols(min_row=1, max_row=1):
        column[0].font = Font(bold=True)
        sheet.column_dimensions[column[0].column_letter].width = 22
        # Text: so that Excel neither drops leading zeros nor makes dates of numbers.
        sheet.column_dimensions[column[0].column_letter].number_format = "@"
    for cell in sheet[2]:
        cell.number_format = "@"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and may_import(request.user)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    base = "contracts/import"
    return [
        path(f"{base}/", show_imports, name="contract_imports"),
        path(f"{base}/<int:pk>/", show_import, name="contract_import"),
        path(f"{base}/<int:pk>/progress/", show_progress, name="contract_import_progress"),
        path(f"{base}/template/<slug:kind>/", serve_template, name="contract_import_template"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return ImportMenuItem(
        "ورود قراردادها",
        reverse("contract_imports"),
        name="contract-imports",
        icon_name="upload",
        order=300,
    )
