"""Endpoints of the government network: received mails, test letters, the file of a letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from accounts.models import Scope
from letters.admin import letters_for
from letters.ece.admin import MAY_ACT, bodies_on_network, search_mails
from letters.ece.downloads import send_letter_file, send_mail_file, send_part
from letters.ece.incoming import close_mail
from letters.ece.lookup import mails_for
from letters.ece.models import MailKind, MailState, ReceivedMail, TestState
from letters.ece.proving import ask_for_test, is_proved
from persian.text import clean_text
from services_catalog.models import Organisation
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from web.pagination import KeysetPage, keyset_page
from web.requests import UserRequest
from web.searches.found_rows import found_page

router = Router(auth=signed_in, tags=["staff"])
MAY_READ = ("letters.view_receivedmail", MAY_ACT)


class MailQuery(Schema):
    """``q``: subject, number or address; ``after`` and ``before``: marks of an earlier page."""

    q: str = ""
    after: str = ""
    before: str = ""


class MailBrief(Schema):
    """A received mail; ``reason`` says why nothing came of it by itself."""

    id: int
    kind: MailKind
    state: MailState
    subject: str
    sender: str
    reason: str
    received_at: datetime


class MailDetail(MailBrief):
    """One mail; ``content`` is what its file says, without the files in it."""

    organisation: str
    letter: str
    register_number: str
    content: dict[str, Any]


class MailList(Schema):
    items: list[MailBrief]
    after: str
    before: str


class CloseMail(Schema):
    note: str = ""


class NetworkBody(Schema):
    """A body with an address on the network; ``is_proved``: a test letter was answered from there."""

    id: int
    name: str
    address: str
    is_proved: bool


class AskedTest(Schema):
    """A test letter under way."""

    number: str
    state: TestState


@router.get("staff/received-mails/", response=MailList, summary="پیام‌های دریافتی شبکهٔ دولت")
@asks_for(Scope.STAFF_READ)
def list_mails(request: UserRequest, asked: Query[MailQuery]) -> MailList:
    """Received mails, the newest first."""
    rows = _readable_mails(request)
    after, before = asked.after, asked.before
    if text := asked.q.strip()[:100]:
        ordered = rows.order_by("-received_at", "-pk")
        page: KeysetPage[ReceivedMail] = found_page(
            ordered, search_mails(text), after=after, before=before
        )
    else:
        page = keyset_page(rows, "received_at", newest_first=True, after=after, before=before)
    items = [MailBrief(**_describe_briefly(mail)) for mail in page.rows]
    return MailList(items=items, after=page.after, before=page.before)


@router.get("staff/received-mails/{int:mail_id}/", response=MailDetail, summary="یک پیام دریافتی")
@asks_for(Scope.STAFF_READ)
def show_mail(request: UserRequest, mail_id: int) -> MailDetail:
    """What it brought, and what became of it."""
    mail = _find_mail(request, mail_id)
    return MailDetail(
        **_describe_briefly(mail),
        organisation=mail.organisation.name if mail.organisation else "",
        letter=mail.dispatch.letter.number_text if mail.dispatch else "",
        register_number=mail.register_number,
        content=mail.content,
    )


@router.get(
    "staff/received-mails/{int:mail_id}/file/",
    response={200: bytes},
    summary="فایل ECE پیام",
)
@asks_for(Scope.STAFF_READ)
def show_mail_file(request: UserRequest, mail_id: int) -> FileResponse:
    """The XML as it came; 404 when the mail brought none."""
    return send_mail_file(_find_mail(request, mail_id))


@router.get(
    "staff/received-mails/{int:mail_id}/files/{part}/{int:index}/",
    response={200: bytes},
    summary="یک فایل از نامهٔ دریافتی",
)
@asks_for(Scope.STAFF_READ)
def show_mail_part(request: UserRequest, mail_id: int, part: str, index: int) -> FileResponse:
    """``part`` is ``origin`` or ``attachment``; ``index`` its place there, from 0 on."""
    return send_part(_find_mail(request, mail_id), part, index)


@router.post(
    "staff/received-mails/{int:mail_id}/close/", response=MailBrief, summary="بستن پیام دریافتی"
)
@asks_for(Scope.STAFF_ACT)
def close_received_mail(request: UserRequest, mail_id: int, said: CloseMail) -> MailBrief:
    """Somebody has looked at it, and nothing more is to be done."""
    mail = _find_mail(request, mail_id)
    _require_right(request, MAY_ACT)
    close_mail(mail, by=request.user, note=clean_text(said.note)[:500])
    return MailBrief(**_describe_briefly(_find_mail(request, mail_id)))


@router.get("staff/network/", response=list[NetworkBody], summary="دستگاه‌های شبکهٔ دولت")
@asks_for(Scope.STAFF_READ)
def list_bodies(request: UserRequest) -> list[NetworkBody]:
    """Bodies with an address there, and whether letters go to them by themselves."""
    _require_right(request, *MAY_READ)
    return [
        NetworkBody(id=row.pk, name=row.name, address=row.ece_address, is_proved=is_proved(row))
        for row in bodies_on_network()
    ]


@router.post(
    "staff/network/{int:organisation_id}/test/", response=AskedTest, summary="ارسال نامهٔ آزمایشی"
)
@asks_for(Scope.STAFF_ACT)
def send_test(request: UserRequest, organisation_id: int) -> AskedTest:
    """Have a test letter sent; its receipt proves that the body is reached this way."""
    _require_right(request, MAY_ACT)
    rows = Organisation.objects.filter(retired=False)
    key = organisation_id if organisation_id < 2**63 else 0
    test = ask_for_test(get_object_or_404(rows, pk=key), by=request.user)
    return AskedTest(number=test.number, state=TestState(test.state))


@router.get(
    "staff/letters/{int:letter_id}/ece/",
    response={200: bytes},
    summary="فایل ECE نامه",
)
@asks_for(Scope.STAFF_READ)
def show_ece_file(request: UserRequest, letter_id: int) -> FileResponse:
    """The file for a body that is reached another way; 404 while the letter has no paper."""
    _require_right(request, "letters.view_letter")
    key = letter_id if letter_id < 2**63 else 0
    return send_letter_file(get_object_or_404(letters_for(request.user), pk=key))


def _require_right(request: UserRequest, *rights: str) -> None:
    """Raise PermissionDenied for who has none of the rights."""
    if not any(request.user.has_perm(right) for right in rights):
        raise PermissionDenied


def _readable_mails(request: UserRequest) -> QuerySet[ReceivedMail]:
    _require_right(request, *MAY_READ)
    return mails_for(request.user)


def _find_mail(request: UserRequest, key: int) -> ReceivedMail:
    rows = _readable_mails(request)
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)


def _describe_briefly(mail: ReceivedMail) -> dict[str, Any]:
    return {
        "id": mail.pk,
        "kind": mail.kind,
        "state": mail.state,
        "subject": mail.subject,
        "sender": mail.sender,
        "reason": mail.reason,
        "received_at": mail.received_at,
    }
