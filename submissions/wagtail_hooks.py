"""Registers submissions in the admin: menu item, panels of the first page, style sheet."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import PagesSummaryItem, SummaryItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)
from wagtail_modeladmin.options import modeladmin_register

from db.lanes import count_each
from submissions.models import WorkItem
from submissions.staff import (  # noqa: F401 - they register their own hooks
    contract_holder_views,
    contract_import_views,
    desk_views,
)
from submissions.staff.bulk import views  # noqa: F401 - and these
from submissions.staff.queue import SubmissionAdmin
from submissions.staff.queue_lists import Lists, sees_everything
from submissions.staff.queue_rows import mark_rows
from submissions.staff.repeated_contracts import show_repeats
from submissions.staff.waiting import Work
from submissions.workflow.resting import RestingClock
from web.requests import UserRequest

ABOUT_PAGES = (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)

modeladmin_register(SubmissionAdmin)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [path("contracts/repeated/", show_repeats, name="contract_repeats")]


@hooks.register("insert_global_admin_css")
def admin_looks() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin.css"))


def queue_href(name: str) -> str:
    """The address of one list of the queue."""
    return f"{reverse('submissions_submission_modeladmin_index')}?list={name}"


def work_of(request: UserRequest) -> Work:
    """The work of the signed-in person, asked once for a page."""
    kept = request.__dict__
    if "work_of_the_person" not in kept:
        kept["work_of_the_person"] = Work(request.user)
    work: Work = kept["work_of_the_person"]
    return work


class WaitingPanel(Component):
    """«در انتظار اقدام من»: what the person should do first.

    Whoever looks after the whole company and has nothing of their own sees what is late.
    """

    name = "waiting_for_me"
    template_name = "submissions/admin/waiting_panel.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        work = work_of(request)
        shown, rows = Lists.MINE, work.mine.rows
        if not rows and sees_everything(request.user):
            shown, rows = Lists.LATE, work.late.rows
        of_items = shown == Lists.MINE
        mark_rows(rows, of_items=of_items)
        return {
            "lists_items": of_items,
            "user": request.user,
            "rows": rows,
            "shown": shown,
            "queue_href": queue_href(shown),
            "search_href": reverse("submissions_submission_modeladmin_index"),
        }


class CountItem(SummaryItem):
    """A number on top of the first page, with the list that it counts."""

    template_name = "submissions/admin/count_item.html"

    def __init__(self, request: UserRequest, name: str, words: str, count: int, icon: str) -> None:
        super().__init__(request)
        self.name, self.words, self.count, self.icon = name, words, count, icon

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "count": self.count,
            "words": self.words,
            "icon": self.icon,
            "href": queue_href(self.name),
            "alarm": self.count > 0 and self.name in (Lists.LATE, Lists.NO_DESK),
        }


def may_review(request: UserRequest) -> bool:
    """Whether requests are any business of the person."""
    return SubmissionAdmin().permission_helper.user_can_list(request.user)


@hooks.register("construct_homepage_panels")
def first_page(request: UserRequest, panels: list[Any]) -> None:
    """What waits comes first; what concerns pages only for those who write them."""
    if not user_has_any_page_permission(request.user):
        panels[:] = [panel for panel in panels if not isinstance(panel, ABOUT_PAGES)]
    if may_review(request):
        panels.append(WaitingPanel())


@hooks.register("construct_homepage_summary_items")
def show_counts(request: UserRequest, items: list[Any]) -> None:
    if not may_review(request):
        return
    if not user_has_any_page_permission(request.user):
        items[:] = [item for item in items if not isinstance(item, PagesSummaryItem)]
    work = work_of(request)
    if sees_everything(request.user):
        rows = WorkItem.objects.all()
        stuck, resting = count_each(rows.unattended(), rows.resting(RestingClock().since))
        words = Lists.LABELS[Lists.NO_DESK]
        items.append(CountItem(request, Lists.NO_DESK, words, stuck, "warning"))
        items.append(CountItem(request, Lists.RESTING, "کارهای راکد", resting, "history"))
    items.append(CountItem(request, Lists.MINE, "در انتظار اقدام من", work.mine.count, "tasks"))
    items.append(CountItem(request, Lists.LATE, "دارای تأخیر", work.late.count, "time"))
    many = work.follow_ups
    items.append(
        CountItem(request, Lists.FOLLOW_UP, Lists.LABELS[Lists.FOLLOW_UP], many, "calendar-check")
    )
    items.sort(key=lambda item: isinstance(item, CountItem), reverse=True)


@hooks.register("construct_main_menu")
def only_what_is_theirs(request: UserRequest, menu_items: list[MenuItem]) -> None:
    """Wagtail shows reports to everybody, also to those without pages; its help is English."""
    others = {"help"} if user_has_any_page_permission(request.user) else {"help", "reports"}
    menu_items[:] = [item for item in menu_items if item.name not in others]
