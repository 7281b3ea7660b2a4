"""Endpoints of the secretariat's desk: boxes, one dispatch, its acts, and the post."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope
from letters.admin import letters_for, own_letters
from letters.dispatch import post
from letters.dispatch.desk import (
    BOX_NAMED,
    READING,
    dispatches_for,
    lanes_of,
    rows_of,
    search_dispatches,
)
from letters.dispatch.desk_acts import BY_NAME, RIGHT, acts_open
from letters.dispatch.making import begin_dispatches
from letters.dispatch.models import AttemptAct, Channel, Dispatch, DispatchState, PostBatch, Role
from letters.dispatch.refusals import DispatchMoved
from pdf.responses import send_pdf
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from submissions.api.step_bodies import StrictSchema
from web.pagination import KeysetPage, keyset_page
from web.requests import UserRequest
from web.searches.found_rows import found_page

desk = Router(auth=signed_in, tags=["staff"])
AT = "staff/dispatches/{int:dispatch_id}/"
BATCH = "staff/post/batches/{int:batch_id}/"


class DispatchQuery(Schema):
    """``box`` as ``boxes`` of the pages; ``q``: number, barcode, tracking code or name."""

    box: str = "waiting"
    q: str = ""
    after: str = ""
    before: str = ""


class DispatchBrief(Schema):
    """One letter on its way to one recipient."""

    id: int
    letter: int
    number: str
    recipient: str
    role: Role
    channel: Channel
    state: DispatchState
    created_at: datetime
    held_until: datetime | None
    sent_at: datetime | None
    receipt_number: str
    receipt_at: datetime | None
    barcode: str


class DispatchAttemptOut(Schema):
    """What was done for it; ``by`` is empty for the system."""

    act: AttemptAct
    at: datetime
    by: str
    channel: Channel
    state: DispatchState
    detail: str


class DispatchDetail(DispatchBrief):
    """One dispatch; ``acts``: what whoever asks may do with it now."""

    addressee: str
    address: str
    postal_code: str
    email: str
    handed_to: str
    opened_at: datetime | None
    returned_at: datetime | None
    responsible: str
    batch: int | None
    last_error: str
    acts: list[str]
    attempts: list[DispatchAttemptOut]


class DispatchPageOut(Schema):
    items: list[DispatchBrief]
    after: str
    before: str


class DispatchActIn(StrictSchema):
    """What is written with an act, each with what it takes: see ``docs/api.md``."""

    note: str | None = None
    was_sent: bool | None = None
    barcode: str | None = None
    handed_to: str | None = None
    number: str | None = None
    date: dt.date | None = None
    channel: str | None = None
    address: str | None = None
    postal_code: str | None = None
    email: str | None = None
    person: int | None = None

    def typed(self) -> dict[str, Any]:
        """As the form of the page has it."""
        said = self.dict(exclude_none=True)
        if "was_sent" in said:
            said["was_sent"] = "yes" if said["was_sent"] else "no"
        return said


class BatchIn(StrictSchema):
    dispatches: list[int]


class BatchOut(Schema):
    """What was printed together; each of ``papers`` is below its address."""

    id: int
    made_at: datetime
    papers: list[str]
    items: list[DispatchBrief]


class PostQueue(Schema):
    """``items`` can be printed; ``lacking`` have no address or postal code; ``unposted`` no barcode yet."""

    items: list[DispatchBrief]
    lacking: list[DispatchBrief]
    unposted: list[DispatchBrief]


@desk.get("staff/dispatches/", response=DispatchPageOut, summary="ارسال نامه‌ها")
@asks_for(Scope.STAFF_READ)
def list_dispatches(request: UserRequest, asked: Query[DispatchQuery]) -> DispatchPageOut:
    """One box, within what whoever asks may read; a search finds 200 at most. 404: no such box."""
    rows = readable(request)
    box = BOX_NAMED.get(asked.box)
    if box is None:
        raise Http404
    if text := asked.q.strip()[:100]:
        ordered, search = rows.order_by("-created_at", "-pk"), search_dispatches(request.user, text)
        page: KeysetPage[Dispatch] = found_page(
            ordered, search, after=asked.after, before=asked.before
        )
    else:
        page = keyset_page(
            rows_of(box, rows),
            "created_at",
            newest_first=not box.is_work,
            after=asked.after,
            before=asked.before,
            lanes=lanes_of(box),
            own=own_letters(request.user),
        )
    items = [brief_of(row) for row in page.rows]
    return DispatchPageOut(items=items, after=page.after, before=page.before)


@desk.get(AT, response=DispatchDetail, summary="ارسال به یک گیرنده")
@asks_for(Scope.STAFF_READ)
def show_dispatch(request: UserRequest, dispatch_id: int) -> DispatchDetail:
    """To whom, how, how far, and all that was done for it."""
    return detail_of(request, find_dispatch(request, dispatch_id))


@desk.post(f"{AT}acts/{{name}}/", response=DispatchDetail, summary="اقدام برای ارسال")
@asks_for(Scope.STAFF_ACT)
def act_on_dispatch(
    request: UserRequest, dispatch_id: int, name: str, said: DispatchActIn
) -> DispatchDetail:
    """One of ``acts``. 403: to read alone. 404: not there, or no such act. 409: not open in its state."""
    dispatch = find_dispatch(request, dispatch_id)
    require_acting(request)
    act = BY_NAME.get(name)
    if act is None:
        raise Http404
    if not act.is_open(dispatch):
        raise DispatchMoved(dispatch)
    form = act.form(said.typed(), dispatch=dispatch)
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    act.do(dispatch, by=request.user, **form.said())
    return detail_of(request, find_dispatch(request, dispatch_id))


@desk.post(
    "staff/letters/{int:letter_id}/dispatches/",
    response={201: list[DispatchBrief]},
    summary="شروع ارسال نامه",
)
@asks_for(Scope.STAFF_ACT)
def begin(request: UserRequest, letter_id: int) -> tuple[int, list[DispatchBrief]]:
    """Begin to send a letter of before. 409: it was begun, has no paper yet, or holds no longer."""
    readable(request)
    letters = letters_for(request.user)
    letter = get_object_or_404(letters if letter_id < 2**63 else letters.none(), pk=letter_id)
    require_acting(request)
    return 201, [brief_of(row) for row in begin_dispatches(letter, by=request.user)]


@desk.get("staff/post/", response=PostQueue, summary="صف چاپ پست")
@asks_for(Scope.STAFF_READ)
def show_post(request: UserRequest) -> PostQueue:
    """What is to be printed for the post, at most 30; what cannot be; what waits for its barcode."""
    rows = readable(request)
    require_acting(request)
    waiting = post.waiting_for_post(rows)
    lacking = post.lacks_address(waiting)
    ready = waiting.exclude(pk__in=lacking.values("pk"))
    return PostQueue(
        items=[brief_of(row) for row in ready[: post.AT_ONCE]],
        lacking=[brief_of(row) for row in lacking[:100]],
        unposted=[brief_of(row) for row in post.waiting_for_barcode(rows)[:100]],
    )


@desk.post("staff/post/batches/", response={201: BatchOut}, summary="چاپ دستهٔ پستی")
@asks_for(Scope.STAFF_ACT)
def print_batch(request: UserRequest, said: BatchIn) -> tuple[int, BatchOut]:
    """Put these into a batch. 422: nothing of them can be printed."""
    rows = readable(request)
    require_acting(request)
    keys = [key for key in said.dispatches if 0 < key < 2**63]
    return 201, _batch_of(post.make_batch(rows, keys, by=request.user), rows)


@desk.get(BATCH, response=BatchOut, summary="دستهٔ پستی")
@asks_for(Scope.STAFF_READ)
def show_batch(request: UserRequest, batch_id: int) -> BatchOut:
    """What was printed together, as far as whoever asks may read it."""
    return _batch_of(*_find_batch(request, batch_id))


@desk.get(f"{BATCH}{{name}}/", response={200: bytes}, summary="چاپ برگه‌های دستهٔ پستی")
@asks_for(Scope.STAFF_READ)
def show_paper(request: UserRequest, batch_id: int, name: str) -> FileResponse:
    """``letters`` (each behind its address sheet), ``labels`` or ``slip`` as PDF."""
    batch, rows = _find_batch(request, batch_id)
    if name not in post.PAPERS:
        raise Http404
    items = list(rows.filter(batch=batch).order_by("created_at", "pk"))
    return send_pdf(post.print_paper(batch, items, name), f"post-{batch.pk}-{name}.pdf")


def readable(request: UserRequest) -> QuerySet[Dispatch]:
    """The dispatches that the caller may read. Raises PermissionDenied for who reads none."""
    if not request.user.has_perm(READING):
        raise PermissionDenied
    return dispatches_for(request.user)


def require_acting(request: UserRequest) -> None:
    """Raise PermissionDenied for who may read alone."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied


def find_dispatch(request: UserRequest, key: int) -> Dispatch:
    rows = readable(request)
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)


def _find_batch(request: UserRequest, key: int) -> tuple[PostBatch, QuerySet[Dispatch]]:
    rows = readable(request)
    require_acting(request)
    batches = PostBatch.objects.filter(pk__in=rows.values("batch"))
    return get_object_or_404(batches if key < 2**63 else batches.none(), pk=key), rows


def _batch_of(batch: PostBatch, rows: QuerySet[Dispatch]) -> BatchOut:
    items = rows.filter(batch=batch).order_by("created_at", "pk")
    return BatchOut(
        id=batch.pk,
        made_at=batch.made_at,
        papers=list(post.PAPERS),
        items=[brief_of(row) for row in items],
    )


def brief_of(row: Dispatch) -> DispatchBrief:
    return DispatchBrief(**_facts_of(row))


def _facts_of(row: Dispatch) -> dict[str, Any]:
    return {
        "id": row.pk,
        "letter": row.letter_id,
        "number": row.letter.number_text,
        "recipient": row.name,
        "role": row.role,
        "channel": row.channel,
        "state": row.state,
        "created_at": row.created_at,
        "held_until": row.held_until,
        "sent_at": row.sent_at,
        "receipt_number": row.receipt_number,
        "receipt_at": row.receipt_at,
        "barcode": row.barcode,
    }


def detail_of(request: UserRequest, row: Dispatch) -> DispatchDetail:
    attempts = [
        DispatchAttemptOut(
            act=AttemptAct(attempt.act),
            at=attempt.at,
            by=str(attempt.by) if attempt.by else "",
            channel=Channel(attempt.channel),
            state=DispatchState(attempt.state),
            detail=attempt.detail,
        )
        for attempt in row.attempts.select_related("by")
    ]
    return DispatchDetail(
        **_facts_of(row),
        addressee=row.post,
        address=row.address,
        postal_code=row.postal_code,
        email=row.email,
        handed_to=row.handed_to,
        opened_at=row.opened_at,
        returned_at=row.returned_at,
        responsible=str(row.responsible) if row.responsible else "",
        batch=row.batch_id,
        last_error=row.last_error,
        acts=[act.name for act in acts_open(request.user, row)],
        attempts=attempts,
    )
