"""What bodies outside were asked about a request, as its page and its history show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from services_catalog.models import RunningDay
from submissions.inquiry_policy import awaits_inquiries, bodies_of
from submissions.models import InquiryReply, WorkItem
from submissions.staff.review_page import ReviewPage
from submissions.staff.step_keys import ReviewKey, step_href
from submissions.states import ENDING_INQUIRIES


@dataclass(frozen=True)
class Inquiry:
    """One question to one body, with its answer; ``unit``: which unit asked."""

    item: WorkItem
    unit: str
    is_late: bool
    keys: list[ReviewKey]
    paper_href: str

    @property
    def is_open(self) -> bool:
        return self.item.closed_by_id is None

    @property
    def reply(self) -> InquiryReply | None:
        found: Any = getattr(self.item, "reply", None)
        return found if isinstance(found, InquiryReply) else None


@dataclass(frozen=True)
class Inquiries:
    """All that was asked; ``waiting``: for which bodies the decision in hand has no answer yet.

    ``holds``: whether nothing is agreed to at this stop until they have answered.
    """

    rows: list[Inquiry]
    waiting: str
    holds: bool


def inquiries_of(page: ReviewPage) -> Inquiries:
    """What was asked, the oldest first; nothing for a member of the party."""
    if page.is_own:
        return Inquiries([], "", False)
    rows = [_inquiry(page, item) for item in page.report.items if item.is_inquiry]
    own = page.item
    mine = [row.item for row in rows if row.is_open and own and row.item.parent_id == own.pk]
    holds = own is not None and bool(mine) and awaits_inquiries(page.submission, own)
    return Inquiries(rows, bodies_of(mine), holds)


def _inquiry(page: ReviewPage, item: WorkItem) -> Inquiry:
    reply, desk = getattr(item, "reply", None), item.asking_desk
    late = RunningDay().has_outlasted(item.due_at, page.submission.province_id)
    return Inquiry(
        item=item,
        unit=desk.unit.title if desk else "",
        is_late=item.closed_by_id is None and late,
        keys=_keys(page, item) if item.closed_by_id is None else [],
        paper_href=paper_href(item) if reply and reply.file else "",
    )


def _keys(page: ReviewPage, item: WorkItem) -> list[ReviewKey]:
    offered = page.policy.steps_open(page.user, page.submission, ENDING_INQUIRIES, item)
    return [
        ReviewKey(
            offer.name.value,
            str(offer.name.label),
            step_href(page.submission, offer.name, item),
            False,
        )
        for offer in offered
        if offer.is_open
    ]


def paper_href(item: WorkItem) -> str:
    return reverse("submissions_submission_modeladmin_paper", args=[item.submission_id, item.pk])
