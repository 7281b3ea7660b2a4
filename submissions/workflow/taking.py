"""«برداشتن کار بعدی»: the most urgent thing at one's desks that nobody has yet."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from db.lanes import first_keys
from services_catalog.models.places import desk_ids
from submissions.models import Step, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.states import StepName
from submissions.workflow.steps import take_step
from web.refusals import NotNow

# Whoever may decide nothing of so many is told that there is nothing for them.
LOOKED_AT = 200
NOTHING_LEFT = "کار برداشته‌نشده‌ای برای شما روی میز نیست."


def take_next(user: User) -> Step:
    """Take the most urgent thing that nobody has. Raises NotNow when there is nothing.

    Who presses at the same moment waits for the lock, looks again and gets the next one.
    """
    lanes = [Q(desk=desk, person=None) for desk in sorted(desk_ids(user))]
    if not user.has_perm("submissions.change_submission"):
        raise PermissionDenied
    waiting = WorkItem.objects.open()
    keys = first_keys(waiting, lanes, ("due_at", "pk"), LOOKED_AT) if lanes else ()
    for key in keys:
        if step := _take_if_free(user, key):
            return step
    raise NotNow(NOTHING_LEFT)


def _take_if_free(user: User, key: int) -> Step | None:
    """Take the item if it is still there for the taking and ``user`` may; looks without lock first."""
    if _free_item(user, key, lock=False) is None:
        return None
    with transaction.atomic():
        item = _free_item(user, key, lock=True)
        if item is None:
            return None
        seen = item.submission.last_seq
        return take_step(item.submission, StepName.TAKE, by=user, expecting=seen, item=item)


def _free_item(user: User, key: int, *, lock: bool) -> WorkItem | None:
    case = WorkItem.objects.values_list("submission", flat=True).get(pk=key)
    submission = (
        Submission.objects.locked(case)
        if lock
        else Submission.objects.select_related("version").get(pk=case)
    )
    item = next((item for item in submission.open_items if item.pk == key), None)
    if item is None or item.person_id is not None:
        return None
    may = SubmissionPolicy().allows(user, StepName.TAKE, submission, item)
    item.submission = submission
    return item if may else None
