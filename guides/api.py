"""Endpoints of the workflow of guides: handed over, approved or sent back, published, withdrawn.

Writing is Wagtail's own (``pages/``); what its API lacks stands here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.contrib.contenttypes.models import ContentType
from ninja import Router, Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field
from wagtail.api.v3.auth import BearerTokenAuth
from wagtail.models import Page, TaskState, WorkflowState

from accounts.models import Scope, User
from guides import moderation
from persian.text import clean_text
from signin.callers import signed_in
from signin.tokens.scopes import asks_for, useful_to
from web.requests import UserRequest

MOST = 100
# Wagtail's tokens of editors, or the session; that last: it asks for the CSRF token first of all.
router = Router(auth=[BearerTokenAuth(), *signed_in], tags=["moderation"])
useful_to(moderation.may_edit_pages, Scope.GUIDES_READ, Scope.GUIDES_ACT)
Words = Annotated[str, Field(max_length=2000), AfterValidator(clean_text)]
PAGE = "moderation/pages/{int:page_id}/"


class ActBody(Schema):
    """``expecting``: the ``draft`` of what was shown; 409 when it is another by now."""

    model_config = ConfigDict(extra="forbid")

    expecting: Annotated[int, Field(ge=1, lt=2**63)] | None


class ApprovalBody(ActBody):
    comment: Words = ""


class RejectionBody(ActBody):
    """``comment``: what is to be changed, for whoever wrote it."""

    comment: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(clean_text)]


class PublicationBody(ActBody):
    """Without ``go_live_at`` it is published now, without ``expire_at`` for good."""

    go_live_at: AwareDatetime | None = None
    expire_at: AwareDatetime | None = None


class PageStanding(Schema):
    """How far a page is. ``draft``: goes into ``expecting``; ``actions``: what the caller may do.

    ``waits_for``: the task that it is at; ``status``: in_progress, needs_changes or empty;
    ``comment``: what whoever decided last has said.
    """

    id: int
    title: str
    live: bool
    draft: int | None
    has_unpublished_changes: bool
    go_live_at: datetime | None
    expire_at: datetime | None
    status: str
    waits_for: str
    requested_by: str
    comment: str
    actions: list[str]


class WaitingPage(Schema):
    """A page that waits for the caller's approval."""

    id: int
    title: str
    task: str
    requested_by: str
    since: datetime


@router.get("moderation/", response=list[WaitingPage], summary="صفحات در انتظار تأیید من")
@asks_for(Scope.GUIDES_READ)
def list_waiting_pages(request: UserRequest) -> list[WaitingPage]:
    """What the caller is asked to approve, the oldest first."""
    states = TaskState.objects.reviewable_by(request.user).filter(
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page)
    )
    rows = states.select_related("revision", "task", "workflow_state__requested_by")
    return [
        WaitingPage(
            id=int(state.revision.object_id),
            title=state.revision.object_str,
            task=state.task.name,
            requested_by=str(state.workflow_state.requested_by or ""),
            since=state.started_at,
        )
        for state in rows.order_by("started_at")[:MOST]
    ]


@router.get(PAGE, response=PageStanding, summary="وضعیت انتشار صفحه")
@asks_for(Scope.GUIDES_READ)
def show_standing(request: UserRequest, page_id: int) -> PageStanding:
    """How far the page is, for those who may edit or publish it. 404 to everybody else."""
    return _tell(moderation.find_page(request.user, page_id), request.user)


@router.post(f"{PAGE}submit/", response=PageStanding, summary="ارسال صفحه برای تأیید")
@asks_for(Scope.GUIDES_ACT)
def submit_page(request: UserRequest, page_id: int, said: ActBody) -> PageStanding:
    """Hand the draft over to those who approve."""
    page = moderation.submit_draft(request.user, page_id, expecting=said.expecting)
    return _tell(page, request.user)


@router.post(f"{PAGE}approve/", response=PageStanding, summary="تأیید صفحه")
@asks_for(Scope.GUIDES_ACT)
def approve_page(request: UserRequest, page_id: int, said: ApprovalBody) -> PageStanding:
    """Approve it; the last approval publishes."""
    page = moderation.decide_draft(request.user, page_id, action="approve", **said.model_dump())
    return _tell(page, request.user)


@router.post(f"{PAGE}reject/", response=PageStanding, summary="درخواست اصلاح صفحه")
@asks_for(Scope.GUIDES_ACT)
def reject_page(request: UserRequest, page_id: int, said: RejectionBody) -> PageStanding:
    """Send it back with what is to be changed."""
    page = moderation.decide_draft(request.user, page_id, action="reject", **said.model_dump())
    return _tell(page, request.user)


@router.post(f"{PAGE}cancel/", response=PageStanding, summary="لغو ارسال برای تأیید")
@asks_for(Scope.GUIDES_ACT)
def cancel_page(request: UserRequest, page_id: int, said: ActBody) -> PageStanding:
    """Take it back from those who approve."""
    page = moderation.cancel_moderation(request.user, page_id, expecting=said.expecting)
    return _tell(page, request.user)


@router.post(f"{PAGE}publish/", response=PageStanding, summary="انتشار یا زمان‌بندی صفحه")
@asks_for(Scope.GUIDES_ACT)
def publish_page(request: UserRequest, page_id: int, said: PublicationBody) -> PageStanding:
    """Publish the draft, now or later."""
    page = moderation.publish_draft(request.user, page_id, **said.model_dump())
    return _tell(page, request.user)


@router.post(f"{PAGE}unschedule/", response=PageStanding, summary="لغو زمان‌بندی انتشار")
@asks_for(Scope.GUIDES_ACT)
def unschedule_page(request: UserRequest, page_id: int, said: ActBody) -> PageStanding:
    """Not to be published at the time that was set."""
    page = moderation.cancel_schedule(request.user, page_id, expecting=said.expecting)
    return _tell(page, request.user)


@router.post(f"{PAGE}unpublish/", response=PageStanding, summary="لغو انتشار صفحه")
@asks_for(Scope.GUIDES_ACT)
def withdraw_page(request: UserRequest, page_id: int, said: ActBody) -> PageStanding:
    """Take it from its readers; the draft stays."""
    page = moderation.unpublish_page(request.user, page_id, expecting=said.expecting)
    return _tell(page, request.user)


def _tell(page: Page, user: User) -> PageStanding:
    draft, state = page.get_latest_revision_as_object(), page.current_workflow_state
    return PageStanding(
        id=page.pk,
        title=draft.title,
        live=page.live,
        draft=page.latest_revision_id,
        has_unpublished_changes=page.has_unpublished_changes,
        go_live_at=draft.go_live_at,
        expire_at=draft.expire_at,
        actions=moderation.offered_actions(page, user),
        **_describe_workflow(page, state),
    )


def _describe_workflow(page: Page, state: WorkflowState | None) -> dict[str, Any]:
    task_state = state.current_task_state if state else None
    return {
        "status": state.status if state else "",
        "waits_for": task_state.task.name if task_state else "",
        "requested_by": str(state.requested_by or "") if state else "",
        "comment": task_state.comment if task_state else "",
    }
