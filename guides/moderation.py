"""The way of a page from a draft to its readers, by Wagtail's own workflow.

The same objects, permissions, log entries and notices as in the admin; what is refused there with
a button that is not shown is refused here in words. Every act is on the draft that was seen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.timezone import now
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.models import User
from web.refusals import NotNow, Refusal


class DraftMoved(NotNow):
    code = "draft_moved"
    title = "پیش‌نویس این صفحه تغییر کرده است"
    message = "پس از نمایش این صفحه، پیش‌نویس آن تغییر کرده است. لطفاً آن را دوباره ببینید."


class PageLocked(NotNow):
    code = "page_locked"
    title = "این صفحه قفل است"
    message = "این صفحه قفل شده یا در انتظار تأیید است و اکنون تغییر نمی‌کند."


class NoWorkflow(NotNow):
    code = "no_workflow"
    title = "تأییدکننده‌ای تعیین نشده است"
    message = "برای این صفحه تأییدکننده‌ای تعیین نشده است. صفحه را مستقیم منتشر کنید."


class WaitsAlready(NotNow):
    code = "waits_already"
    title = "این صفحه در انتظار تأیید است"
    message = "این صفحه پیش از این برای تأیید ارسال شده است."


class NotInModeration(NotNow):
    code = "not_in_moderation"
    title = "این صفحه در انتظار تأیید نیست"
    message = "این صفحه برای تأیید ارسال نشده یا دربارهٔ آن تصمیم گرفته شده است."


class NotPublished(NotNow):
    code = "not_published"
    title = "این صفحه منتشر نشده است"
    message = "این صفحه منتشر نشده و زمانی نیز برای انتشار آن تعیین نشده است."


class BadSchedule(Refusal):
    status = 422
    code = "bad_schedule"
    title = "زمان انتشار درست نیست"
    message = "پایان انتشار باید در آینده و پس از زمان انتشار باشد."


def may_edit_pages(user: User) -> bool:
    """Whether there is any page that the person may edit or publish."""
    rights = ["add", "change", "publish"]
    return bool(PagePermissionPolicy().user_has_any_permission(user, rights))


def find_page(user: User, pk: int) -> Page:
    """The page, for whoever may edit or publish it or is asked to approve it. Raises Http404."""
    found = Page.objects.filter(pk=pk, depth__gt=1).first()
    page: Page | None = found and found.specific
    if page is None:
        raise Http404
    may = page.permissions_for_user(user)
    if not (may.can_edit() or may.can_publish()):
        raise Http404
    return page


def _on_seen_draft(act: Callable[..., None]) -> Callable[..., Page]:
    """Take the act on the page as it is now, if its draft is the one that was ``expecting``.

    Answers the page after it, which the one who acted may see no more.
    """

    @wraps(act)
    @transaction.atomic
    def taken(user: User, pk: int, *, expecting: int | None, **said: Any) -> Page:
        # Whoever saves or publishes the page waits here.
        list(Page.objects.select_for_update().filter(pk=pk).values_list("pk"))
        page = find_page(user, pk)
        if page.latest_revision_id != expecting:
            raise DraftMoved
        act(page, user, **said)
        after: Page = Page.objects.get(pk=pk).specific
        return after

    return taken


@_on_seen_draft
def submit_draft(page: Page, user: User) -> None:
    """Send the draft to those who approve; again when they asked for changes."""
    state = page.current_workflow_state
    if state and state.status == WorkflowState.STATUS_IN_PROGRESS:
        raise WaitsAlready
    workflow = page.get_workflow()
    if workflow is None:
        raise NoWorkflow
    if not page.permissions_for_user(user).can_submit_for_moderation():
        raise PageLocked
    page.get_latest_revision_as_object().full_clean()
    if state:
        state.resume(user)
        return
    if page.latest_revision is None:
        page.save_revision(user=user, log_action=True)
    workflow.start(page, user)


@_on_seen_draft
def decide_draft(page: Page, user: User, *, action: str, comment: str = "") -> None:
    """``approve`` it, which publishes it at the last of its tasks, or ``reject`` it with words."""
    task, state = page.current_workflow_task, page.current_workflow_task_state
    if task is None or state is None:
        raise NotInModeration
    if action not in {name for name, *_ in task.get_actions(page, user)}:
        raise PermissionDenied
    task.on_action(state.specific, user, action, comment=comment)


@_on_seen_draft
def cancel_moderation(page: Page, user: User) -> None:
    """Take it back from those who approve; the draft stays."""
    state = page.current_workflow_state
    if state is None:
        raise NotInModeration
    if not state.user_can_cancel(user):
        raise PermissionDenied
    state.cancel(user=user)


@_on_seen_draft
def publish_draft(
    page: Page, user: User, *, go_live_at: datetime | None, expire_at: datetime | None
) -> None:
    """Publish the draft, now or at ``go_live_at``; at ``expire_at`` its readers have it no more."""
    may = page.permissions_for_user(user)
    if not may.can_publish():
        raise PermissionDenied
    if may.page_locked():
        raise PageLocked
    if expire_at and expire_at <= max(go_live_at or now(), now()):
        raise BadSchedule
    revision = _schedule_draft(page, user, go_live_at, expire_at)
    PublishPageRevisionAction(revision, user=user).execute()


def _schedule_draft(
    page: Page, user: User, go_live_at: datetime | None, expire_at: datetime | None
) -> Revision:
    """The newest revision with these times: that of the draft itself, when it has them already."""
    draft, latest = page.get_latest_revision_as_object(), page.latest_revision
    draft.full_clean()
    if latest and (draft.go_live_at, draft.expire_at) == (go_live_at, expire_at):
        return latest
    draft.go_live_at, draft.expire_at = go_live_at, expire_at
    return draft.save_revision(user=user, log_action=True)


@_on_seen_draft
def cancel_schedule(page: Page, user: User) -> None:
    """It is not published at the time that was set; the draft stays."""
    if not page.permissions_for_user(user).can_unschedule():
        raise PermissionDenied
    revision = page.scheduled_revision
    if revision is None:
        raise NotPublished
    revision.approved_go_live_at = None
    revision.save(user=user, update_fields=["approved_go_live_at"])


@_on_seen_draft
def unpublish_page(page: Page, user: User) -> None:
    """Its readers have it no more; the draft stays."""
    may = page.permissions_for_user(user)
    if not may.can_publish():
        raise PermissionDenied
    if not page.live:
        raise NotPublished
    if may.page_locked():
        raise PageLocked
    UnpublishPageAction(page, user=user).execute()


def offered_actions(page: Page, user: User) -> list[str]:
    """What ``user`` may do with the page as it is."""
    may, state = page.permissions_for_user(user), page.current_workflow_state
    task, locked = page.current_workflow_task, bool(may.page_locked())
    decisions = {name for name, *_ in task.get_actions(page, user)} if task else set()
    offered = {
        "submit": may.can_submit_for_moderation() and may.can_edit(),
        "approve": "approve" in decisions,
        "reject": "reject" in decisions,
        "cancel": bool(state and state.user_can_cancel(user)),
        "publish": may.can_publish() and not locked,
        "unschedule": may.can_unschedule() and page.approved_schedule,
        "unpublish": may.can_unpublish(),
    }
    return [name for name, open_ in offered.items() if open_]
