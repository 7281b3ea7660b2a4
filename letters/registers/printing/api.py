"""Endpoints of prints of the registers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope
from letters.registers.printing.forms import PrintRegisterForm
from letters.registers.printing.making import ask_for_print
from letters.registers.printing.models import (
    PrintDirection,
    PrintForm,
    PrintState,
    RegisterPrint,
)
from letters.registers.printing.views import SHOWN, prints_of, send_print
from letters.registers.rows import MAIN
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.step_bodies import StrictSchema
from web.requests import UserRequest

router = Router(auth=signed_in, tags=["staff"])
AT = "staff/registers/prints/{int:print_id}/"


class RegisterPrintIn(StrictSchema):
    """``since`` and ``until``: the first and the last day."""

    direction: str
    since: date
    until: date
    form: str = PrintForm.PDF.value
    secretariat: str = MAIN


class RegisterPrintOut(Schema):
    """``lines``: of the print, missing numbers (``gaps``) included; both 0 until it is ready."""

    id: int
    direction: PrintDirection
    secretariat: str
    since: date
    until: date
    form: PrintForm
    state: PrintState
    asked_at: datetime
    lines: int
    gaps: int


@router.get(
    "staff/registers/prints/", response=list[RegisterPrintOut], summary="چاپ‌های دفتر اندیکاتور"
)
@asks_for(Scope.STAFF_READ)
def list_prints(request: UserRequest) -> list[RegisterPrint]:
    """What whoever asks has had printed, the newest first."""
    return list(prints_of(request.user)[:SHOWN])


@router.post(
    "staff/registers/prints/", response={202: RegisterPrintOut}, summary="چاپ دفتر اندیکاتور"
)
@asks_for(Scope.STAFF_ACT)
def print_register(request: UserRequest, said: RegisterPrintIn) -> tuple[int, RegisterPrint]:
    """The worker makes it. 422: more letters than one print takes."""
    prints_of(request.user)
    form = PrintRegisterForm(said.dict())
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    return 202, ask_for_print(by=request.user, **form.cleaned_data)


@router.get(AT, response=RegisterPrintOut, summary="یک چاپ دفتر اندیکاتور")
@asks_for(Scope.STAFF_READ)
def show_print(request: UserRequest, print_id: int) -> RegisterPrint:
    """How far it is."""
    return _find(request, print_id)


@router.get(f"{AT}file/", response={200: bytes}, summary="فایل چاپ دفتر اندیکاتور")
@asks_for(Scope.STAFF_READ)
def show_print_file(request: UserRequest, print_id: int) -> FileResponse:
    """PDF or spreadsheet; 404 while it is not made."""
    return send_print(_find(request, print_id))


def _find(request: UserRequest, key: int) -> Any:
    rows = prints_of(request.user)
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)
