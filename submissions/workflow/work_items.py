"""Opening and closing of work items; called by the effects of steps, under the submission's lock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from accounts.models import User
from services_catalog.facts import StopFacts
from services_catalog.models import Desk
from submissions.models import Step, Submission, WorkItem
from submissions.refusals import SeenMeanwhile
from submissions.states import OF_THE_DESK, Outcome, Purpose
from submissions.workflow.deadlines import PromiseClock

#: Whoever can be asked: a colleague, or all of a desk.
Asked = User | Desk


def open_decisions(submission: Submission, stops: Iterable[StopFacts], step: Step) -> None:
    """Put the submission on the desks of ``stops``; where there is none it waits visibly."""
    clock = PromiseClock(submission)
    for stop in stops:
        due = _due(submission, clock.stop_due(step.at, stop.code))
        sooner = clock.hastened(due, step.at, submission.urgency)
        WorkItem.objects.create(
            submission=submission,
            purpose=Purpose.DECIDE,
            stop=stop.code,
            desk=Desk.objects.serving(stop.unit, submission.place),
            opened_by=step,
            opened_at=step.at,
            touched_at=step.at,
            due_at=sooner,
            promised_at=due if sooner < due else None,
        )
    submission.forget_items()


def _due(submission: Submission, own: datetime) -> datetime:
    """No desk is given longer than the whole was promised for."""
    return min(own, submission.due_at) if submission.due_at else own


def open_referrals(
    item: WorkItem,
    asked: Iterable[Asked],
    step: Step,
    purpose: Purpose,
    due_at: datetime | None,
) -> None:
    """Put what is asked from ``item`` on the desks of those who are asked."""
    for each in asked:
        WorkItem.objects.create(
            submission=item.submission,
            parent=item,
            purpose=purpose,
            stop=item.stop,
            person=each if isinstance(each, User) else None,
            desk=each if isinstance(each, Desk) else None,
            opened_by=step,
            opened_at=step.at,
            touched_at=step.at,
            due_at=due_at or item.due_at,
            # Without a time of its own it goes with that of the asker.
            promised_at=None if due_at else item.promised_at,
        )


def close_item(submission: Submission, item: WorkItem, step: Step, outcome: Outcome) -> None:
    """Close one item; what was asked from it is needless by then."""
    _close([item.pk], step, outcome)
    _close(_below(submission, item), step, Outcome.OVERTAKEN)
    submission.forget_items()


def recall_item(submission: Submission, item: WorkItem, step: Step) -> None:
    """Take back what was asked. Raises SeenMeanwhile when somebody has read it.

    The database decides between this and :func:`mark_seen`, which asks for no lock.
    """
    unseen = WorkItem.objects.open().filter(pk=item.pk, seen_at=None)
    if not unseen.update(closed_by=step, outcome=Outcome.RECALLED):
        raise SeenMeanwhile
    submission.forget_items()


def mark_seen(items: Iterable[WorkItem], moment: datetime) -> None:
    """Keep when each of these was first seen by somebody whose it is to do."""
    keys = [item.pk for item in items if item.seen_at is None]
    if keys:
        WorkItem.objects.open().filter(pk__in=keys, seen_at=None).update(seen_at=moment)


def note_work(item: WorkItem, step: Step) -> None:
    """Keep that somebody did something about the item and what it hangs on.

    What was to be followed up is done with by that, unless only its holder changed.
    """
    if step.by_id is None:
        return
    done = WorkItem.objects.filter(pk=item.pk)
    if step.name not in OF_THE_DESK:
        done.filter(follow_up_at__isnull=False).update(follow_up_at=None, follow_up_words="")
    above = [item.pk, *ancestors_of(item)]
    WorkItem.objects.open().filter(pk__in=above).update(touched_at=step.at)


def close_all(
    submission: Submission,
    step: Step,
    rest: Outcome,
    own: tuple[WorkItem, Outcome] | None = None,
) -> None:
    """Close whatever lies on desks; ``own``: what was acted on, and how that ended."""
    if own is not None:
        _close([own[0].pk], step, own[1])
    _close(list(submission.items.open().values_list("pk", flat=True)), step, rest)
    submission.forget_items()


def _close(keys: list[int], step: Step, outcome: Outcome) -> None:
    if keys:
        WorkItem.objects.open().filter(pk__in=keys).update(closed_by=step, outcome=outcome)


def _below(submission: Submission, item: WorkItem) -> list[int]:
    """Keys of the open items that were asked for from ``item``, or from one of those."""
    found: list[int] = []
    above = {item.pk}
    while above:
        above = set(submission.items.open().filter(parent__in=above).values_list("pk", flat=True))
        found += above
    return found


def ancestors_of(item: WorkItem) -> list[int]:
    """Keys of the items above this one: that of the asker, of who asked them, and so on."""
    found: list[int] = []
    above = item.parent
    while above is not None:
        found.append(above.pk)
        above = above.parent
    return found
