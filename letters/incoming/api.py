"""Endpoints of the incoming register: list, one letter, registering, correcting, voiding, answering."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, UploadedFile
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope
from letters.ece.lookup import mails_for
from letters.ece.models import MailKind, ReceivedMail
from letters.incoming.acts import correct_by_form, enter_letter, initial_of_mail
from letters.incoming.answer_views import AnswerForm, answer_by_form
from letters.incoming.correcting import void_number
from letters.incoming.forms import CorrectForm, RegisterForm, VoidForm, initial_of
from letters.incoming.lookup import incoming_for, own_incoming, search_incoming
from letters.incoming.models import ArrivalWay, IncomingLetter, IncomingScan
from letters.incoming.registering import CORRECTING, REGISTERING
from letters.incoming.scans import MOST_BYTES, MOST_SCANS
from letters.incoming.shapes import (
    CorrectedIncoming,
    IncomingAnswer,
    IncomingBrief,
    IncomingDetail,
    IncomingPageOut,
    IncomingQuery,
    NewIncoming,
    VoidIncoming,
    brief_of,
    detail_of,
)
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.shared import refuse_unknown, with_file
from submissions.applicant.document_views import serve_file
from submissions.documents.inspection import TooLarge
from submissions.states import Urgency
from web.pagination import KeysetPage, keyset_page
from web.requests import UserRequest
from web.searches.found_rows import found_page

router = Router(auth=signed_in, tags=["staff"])
READING = ("letters.view_incomingletter", CORRECTING, REGISTERING)
AT = "staff/incoming/{int:incoming_id}/"
# Whoever brings more is turned away before anything of it is read.
WITH_SCANS = with_file(MOST_SCANS * MOST_BYTES, TooLarge(MOST_BYTES))


@router.get("staff/incoming/", response=IncomingPageOut, summary="نامه‌های وارده")
@asks_for(Scope.STAFF_READ)
def list_incoming(request: UserRequest, asked: Query[IncomingQuery]) -> IncomingPageOut:
    """The register, the newest first; desks read what belongs to their requests. A search finds 200 at most."""
    rows = _readable(request)
    if text := asked.q.strip()[:100]:
        ordered, search = (
            rows.order_by("-registered_at", "-pk"),
            search_incoming(request.user, text),
        )
        page: KeysetPage[IncomingLetter] = found_page(
            ordered, search, after=asked.after, before=asked.before
        )
    else:
        page = keyset_page(
            rows,
            "registered_at",
            newest_first=True,
            after=asked.after,
            before=asked.before,
            own=own_incoming(request.user),
        )
    items = [IncomingBrief(**brief_of(row)) for row in page.rows]
    return IncomingPageOut(items=items, after=page.after, before=page.before)


@router.post(
    "staff/incoming/",
    response={201: IncomingDetail},
    auth=WITH_SCANS,
    summary="ثبت نامهٔ وارده",
)
@asks_for(Scope.STAFF_ACT)
def register_incoming(
    request: UserRequest, said: Form[NewIncoming], scans: File[list[UploadedFile] | None] = None
) -> tuple[int, IncomingDetail]:
    """A form (multipart) with at most five scans. 409: the same letter stands in the register."""
    refuse_unknown(request, NewIncoming)
    if not request.user.has_perm(REGISTERING):
        raise PermissionDenied
    mail = _find_mail(request, said.mail)
    usual = initial_of_mail(mail) if mail else {"way": ArrivalWay.POST.value}
    usual = {"urgency": Urgency.NORMAL.value, "classification": "normal"} | usual
    typed = said.typed(usual)
    typed.pop("mail", None)
    typed.setdefault("secretariat", "main")
    form = RegisterForm(typed, _files(scans), user=request.user)
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    letter = enter_letter(form, request.user, mail)
    return 201, detail_of(request, _find(request, letter.pk))


@router.get(AT, response=IncomingDetail, summary="یک نامهٔ وارده")
@asks_for(Scope.STAFF_READ)
def show_incoming(request: UserRequest, incoming_id: int) -> IncomingDetail:
    """What is known of it, what it refers to, and all that was done about it."""
    return detail_of(request, _find(request, incoming_id))


@router.post(f"{AT}correct/", response=IncomingDetail, auth=WITH_SCANS, summary="اصلاح نامهٔ وارده")
@asks_for(Scope.STAFF_ACT)
def correct_incoming(
    request: UserRequest,
    incoming_id: int,
    said: Form[CorrectedIncoming],
    scans: File[list[UploadedFile] | None] = None,
) -> IncomingDetail:
    """A form (multipart) with the reason. 403: to read alone. 409: changed since ``expecting``, or void."""
    refuse_unknown(request, CorrectedIncoming)
    letter = _find_to_change(request, incoming_id)
    typed = said.typed(initial_of(letter))
    typed["set_aside"] = [key for key in said.set_aside.replace("،", " ").split() if key]
    form = CorrectForm(typed, _files(scans), user=request.user, letter=letter)
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    correct_by_form(letter, form, request.user)
    return detail_of(request, _find(request, incoming_id))


@router.post(f"{AT}void/", response=IncomingDetail, summary="باطل کردن شمارهٔ وارده")
@asks_for(Scope.STAFF_ACT)
def void_incoming(request: UserRequest, incoming_id: int, said: VoidIncoming) -> IncomingDetail:
    """The number stays in the register and is given to nobody else. 409: changed, void, or an answer."""
    letter = _find_to_change(request, incoming_id)
    form = VoidForm(said.dict())
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    typed = form.cleaned_data
    void_number(letter, by=request.user, reason=typed["reason"], expecting=typed["expecting"])
    return detail_of(request, _find(request, incoming_id))


@router.post(f"{AT}answer/", response=IncomingDetail, summary="ثبت پاسخ استعلام از نامهٔ وارده")
@asks_for(Scope.STAFF_ACT)
def answer_from_incoming(
    request: UserRequest, incoming_id: int, said: IncomingAnswer
) -> IncomingDetail:
    """By whoever has the decision in hand. 403: not yours. 409: it answers no open inquiry, or moved."""
    letter = _find(request, incoming_id)
    form = AnswerForm(said.dict())
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    answer_by_form(letter, form, request.user)
    return detail_of(request, _find(request, incoming_id))


@router.get(f"{AT}scans/{{int:scan_id}}/", response={200: bytes}, summary="تصویر نامهٔ وارده")
@asks_for(Scope.STAFF_READ)
def show_scan(request: UserRequest, incoming_id: int, scan_id: int) -> HttpResponseBase:
    """One scan of a letter, for whoever may read that."""
    rows = IncomingScan.objects.filter(letter=_find(request, incoming_id))
    return serve_file(get_object_or_404(rows if scan_id < 2**63 else rows.none(), pk=scan_id))


def _files(scans: list[UploadedFile] | None) -> Any:
    return _ManyFiles(scans or [])


class _ManyFiles(dict[str, Any]):
    """The files of a call as a form asks for them."""

    def __init__(self, scans: list[UploadedFile]) -> None:
        super().__init__({"scans": scans})

    def getlist(self, name: str) -> list[Any]:
        return list(self.get(name, []))


def _readable(request: HttpRequest) -> QuerySet[IncomingLetter]:
    user: Any = request.user
    if not any(user.has_perm(right) for right in READING):
        raise PermissionDenied
    return incoming_for(user)


def _find(request: UserRequest, key: int) -> IncomingLetter:
    rows = _readable(request).select_related("inquiry__organisation", "reply", "receipt")
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)


def _find_to_change(request: UserRequest, key: int) -> IncomingLetter:
    letter = _find(request, key)
    if not request.user.has_perm(CORRECTING):
        raise PermissionDenied
    return letter


def _find_mail(request: UserRequest, key: int | None) -> ReceivedMail | None:
    if key is None:
        return None
    if not request.user.has_perm("letters.change_receivedmail"):
        raise PermissionDenied
    return get_object_or_404(mails_for(request.user).filter(kind=MailKind.LETTER), pk=key)
