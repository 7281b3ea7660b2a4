"""The lists that the staff go through, what is counted on their first page, and their search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import Http404
from ninja import Query, Schema

from accounts.models import Scope
from db.lanes import count_some
from signin.tokens.scopes import asks_for
from submissions.api.cartable import PageQuery
from submissions.api.shapes import ItemOut, SubmissionBrief, brief_of, item_of, join_shown
from submissions.api.shared import office, require_right
from submissions.models import Submission, WorkItem
from submissions.staff.queue import search_submissions
from submissions.staff.queue_lists import (
    Lists,
    QueueList,
    received_for,
    sees_everything,
    with_parties,
)
from submissions.staff.queue_rows import mark_rows, submission_of
from submissions.staff.resting_desks import count_by_desk
from submissions.staff.waiting import Work
from submissions.states import Urgency
from submissions.workflow.resting import RestingClock
from web.pagination import keyset_page
from web.requests import UserRequest
from web.searches.found_rows import found_page

READING = "submissions.view_submission"


class ListOut(Schema):
    """``name`` goes into the address of the list."""

    name: str
    label: str


class StaffLists(Schema):
    """The lists that are offered, the first one first; ``counts``: by the names of some of them."""

    lists: list[ListOut]
    counts: dict[str, int]


class StaffRow(Schema):
    """A request in a list of the staff.

    ``items``: in a list of work items the one that the row is about, else the open decisions.
    ``beside``: desks that look at it side by side; ``awaited``: bodies outside that were asked and
    have not answered; ``item_late``: that the day of the desk is over.
    """

    submission: SubmissionBrief
    party: str
    park: str
    urgency: Urgency
    items: list[ItemOut]
    beside: list[str]
    awaited: str
    item_late: bool
    resting_days: int
    follow_up_at: datetime | None
    follow_up_words: str


class StaffPage(Schema):
    """One page; ``of_items``: whether its rows are work items, which a step may name."""

    of_items: bool
    items: list[StaffRow]
    after: str
    before: str


class FoundRows(Schema):
    """One page; ``count``: how many were found in all, of which there may be more from 200 on."""

    items: list[StaffRow]
    count: int
    after: str
    before: str


class SearchQuery(Schema):
    q: str = ""


class FoundQuery(SearchQuery, PageQuery):
    """What is looked for, and which page of what is found."""


class RestingDeskOut(Schema):
    """How many things rest at a desk; ``desk`` is null for those that lie at none."""

    desk: int | None
    name: str
    count: int


@office.get("staff/lists/", response=StaffLists, summary="فهرست‌های کارکنان و تعداد موارد هر فهرست")
@asks_for(Scope.STAFF_READ)
def show_lists(request: UserRequest) -> StaffLists:
    """Which lists there are for whoever asks, and how much is in those of their first page;

    1,001 stands for all that is more.
    """
    user = require_right(request, READING)
    work = Work(user)
    counts = {
        Lists.MINE: work.mine.count,
        Lists.LATE: work.late.count,
        Lists.FOLLOW_UP: work.follow_ups,
    }
    if sees_everything(user):
        counts[Lists.NO_DESK] = count_some(WorkItem.objects.unattended())
        counts[Lists.RESTING] = count_some(WorkItem.objects.resting(RestingClock().since))
    lists = [ListOut(name=name, label=label) for name, label in Lists.of(user)]
    return StaffLists(lists=lists, counts=counts)


@office.get("staff/lists/{str:name}/", response=StaffPage, summary="یک فهرست از درخواست‌ها")
@asks_for(Scope.STAFF_READ)
def show_list(request: UserRequest, name: str, asked: Query[PageQuery]) -> StaffPage:
    """One of the lists that are offered to whoever asks; 404 for others."""
    user = require_right(request, READING)
    if name not in dict(Lists.of(user)):
        raise Http404
    shown = QueueList(user, name)
    moment, newest_first = shown.keyset
    page = keyset_page(
        shown.rows,
        moment,
        newest_first=newest_first,
        after=asked.after,
        before=asked.before,
        lanes=shown.lanes,
        own=shown.own,
        read=shown.read,
    )
    found = [submission_of(item) for item in page.rows] if shown.of_items else page.rows
    rows = _rows_of(found, of_items=shown.of_items)
    return StaffPage(of_items=shown.of_items, items=rows, after=page.after, before=page.before)


@office.get("staff/search/", response=FoundRows, summary="جستجوی درخواست‌ها")
@asks_for(Scope.STAFF_READ)
def search_requests(request: UserRequest, asked: Query[FoundQuery]) -> FoundRows:
    """At most 200 of all that whoever asks may read, by code, name, national id or contract number."""
    user, text = require_right(request, READING), asked.q.strip()[:100]
    rows = with_parties(received_for(user)).order_by("-submitted_at", "-pk")
    search = search_submissions(user, text)
    page = found_page(rows, search, after=asked.after, before=asked.before)
    items = _rows_of(page.rows, of_items=False)
    return FoundRows(items=items, count=page.count, after=page.after, before=page.before)


@office.get("staff/resting/", response=list[RestingDeskOut], summary="کارهای راکد به تفکیک میز")
@asks_for(Scope.STAFF_READ)
def show_resting_desks(request: UserRequest) -> list[RestingDeskOut]:
    """At which desks the most work rests; for who sees the whole company's queue."""
    if not sees_everything(require_right(request, READING)):
        raise Http404
    return [
        RestingDeskOut(
            desk=row.desk.pk if row.desk else None, name=str(row.desk or ""), count=row.count
        )
        for row in count_by_desk(RestingClock()).rows
    ]


def _rows_of(found: Sequence[Submission], *, of_items: bool) -> list[StaffRow]:
    mark_rows(found, of_items=of_items)
    beside = [item for row in found for item in (row.beside if of_items else ())]
    join_shown(found, [*(item for row in found for item in row.holding), *beside])
    return [_row_of(submission, of_items) for submission in found]


def _row_of(submission: Submission, of_items: bool) -> StaffRow:
    own = submission.open_items[0] if of_items else None
    return StaffRow(
        submission=SubmissionBrief(**brief_of(submission)),
        party=submission.party.name,
        park=submission.park.name if submission.park else "",
        urgency=Urgency(submission.urgency),
        items=[item_of(item) for item in submission.holding],
        beside=[str(item.desk or "") for item in submission.beside] if own else [],
        awaited=submission.awaited if own else "",
        item_late=own.late if own else False,
        resting_days=own.resting_days if own else 0,
        follow_up_at=own.follow_up_at if own else None,
        follow_up_words=own.follow_up_words if own else "",
    )
