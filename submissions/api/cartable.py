"""The lists: the three boxes of an applicant, and what waits for a colleague."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import PermissionDenied
from ninja import Query, Schema

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.shapes import ItemOut, SubmissionBrief, brief_of, item_of, join_shown
from submissions.api.shared import router
from submissions.applicant.cartable_views import count_boxes, read_rows
from submissions.models import Submission, WorkItem
from submissions.models.work_item import lanes_of
from submissions.reports.progress import mark_late
from submissions.staff.queue_lists import read_items
from submissions.states import Box
from web.pagination import keyset_page
from web.requests import UserRequest


class PageQuery(Schema):
    """``after`` and ``before``: the marks that an earlier page gave."""

    after: str = ""
    before: str = ""


class BoxQuery(PageQuery):
    box: Box = Box.AWAITING


class SubmissionPage(Schema):
    """``counts``: how many are in each box, where 1,001 stands for all that is more.

    Empty marks: there is no page on that side.
    """

    items: list[SubmissionBrief]
    counts: dict[str, int]
    after: str
    before: str


class QueueRow(Schema):
    """One thing to do, and the request that it is about."""

    item: ItemOut
    submission: SubmissionBrief


class QueuePage(Schema):
    items: list[QueueRow]
    after: str
    before: str


@router.get("submissions/", response=SubmissionPage, summary="کارتابل متقاضی")
@asks_for(Scope.SUBMISSIONS_READ)
def list_submissions(request: UserRequest, asked: Query[BoxQuery]) -> SubmissionPage:
    """One box of the acting party, newest first."""
    party = request.user.acting_for
    page = keyset_page(
        Submission.objects.of(party).in_box(asked.box),
        "updated_at",
        newest_first=True,
        after=asked.after,
        before=asked.before,
        read=partial(read_rows, party),
    )
    mark_late(page.rows)
    return SubmissionPage(
        items=[SubmissionBrief(**brief_of(row)) for row in page.rows],
        counts={box.value: many for box, many in count_boxes(party).items()},
        after=page.after,
        before=page.before,
    )


@router.get("staff/queue/", response=QueuePage, summary="درخواست‌های در انتظار اقدام من")
@asks_for(Scope.STAFF_READ)
def list_queue(request: UserRequest, asked: Query[PageQuery]) -> QueuePage:
    """What waits for the colleague who asks, the most urgent first."""
    if not request.user.has_perm("submissions.view_submission"):
        raise PermissionDenied
    page = keyset_page(
        WorkItem.objects.open(),
        "due_at",
        newest_first=False,
        after=asked.after,
        before=asked.before,
        lanes=lanes_of(request.user),
        read=read_items,
    )
    for item in page.rows:
        item.submission.open_items = [item]
    mark_late(item.submission for item in page.rows)
    join_shown([item.submission for item in page.rows], page.rows)
    rows = [
        QueueRow(item=item_of(item), submission=SubmissionBrief(**brief_of(item.submission)))
        for item in page.rows
    ]
    return QueuePage(items=rows, after=page.after, before=page.before)
