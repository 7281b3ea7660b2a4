"""Approval before publishing (Wagtail's workflows) only where somebody is there to approve.

A text that is handed to a group without people would be locked for its author, and nobody would
hear of it.
"""

from __future__ import annotations

from typing import Any

from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowMixin

from accounts.models import User


def has_approvers(workflow: Workflow) -> bool:
    """Whether each of its tasks has a group with somebody in it who may sign in."""
    tasks = GroupApprovalTask.objects.filter(workflow_tasks__workflow=workflow, active=True)
    return not tasks.exclude(groups__user__is_active=True).exists()


def need_approvers() -> None:
    """Hold Wagtail to it: no handing over to nobody, and no lock once all approvers have left."""
    Page.get_workflow = _only_with_approvers(Page.get_workflow)
    Page.has_workflow = property(lambda page: page.get_workflow() is not None)
    WorkflowMixin.get_workflow = _only_with_approvers(WorkflowMixin.get_workflow)
    GroupApprovalTask.locked_for_user = _lock_for_approvers(GroupApprovalTask.locked_for_user)


def _only_with_approvers(find_workflow: Any) -> Any:
    def get_workflow(content: Any) -> Workflow | None:
        workflow: Workflow | None = find_workflow(content)
        return workflow if workflow and has_approvers(workflow) else None

    return get_workflow


def _lock_for_approvers(is_locked: Any) -> Any:
    def locked_for_user(task: GroupApprovalTask, content: Any, user: User) -> bool:
        approvers = User.objects.filter(groups__in=task.groups.all(), is_active=True)
        return bool(is_locked(task, content, user)) and approvers.exists()

    return locked_for_user
