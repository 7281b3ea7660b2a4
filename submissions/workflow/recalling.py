"""Taking back what nobody has looked at: a return by the company, a request by its applicant."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from submissions.models import Correction, Step, Submission, WorkItem
from submissions.refusals import AlreadyOpened, AlreadySeen
from submissions.states import Outcome, StepName
from submissions.undoing import why_not_taken_back
from submissions.workflow.deadlines import PromiseClock
from work.leases import SETTLED

# Which step undoes which.
UNDONE_BY = {
    StepName.RETURN_FOR_CORRECTION: StepName.RECALL_RETURN,
    StepName.SUBMIT: StepName.TAKE_BACK,
}


def sent_back_item(submission: Submission) -> WorkItem | None:
    """The decision by which a returned submission was returned."""
    correction = submission.open_correction
    if correction is None:
        return None
    closed = submission.items.filter(closed_by=correction.opened_by, outcome=Outcome.RETURNED)
    return closed.select_related("desk__unit").first()


def close_correction(submission: Submission, step: Step) -> Step:
    """End the correction that nobody has opened, and tell by which step it was opened.

    Raises AlreadyOpened. The UPDATE decides between this and the applicant's first look.
    """
    correction: Correction = submission.corrections.select_related("opened_by").get(closed_by=None)
    unopened = submission.corrections.unopened().filter(pk=correction.pk)
    if not unopened.update(closed_by=step):
        raise AlreadyOpened
    return correction.opened_by


def lay_back(submission: Submission, closing: Step, step: Step, since: datetime) -> None:
    """Open anew what ``closing`` has closed: same stops, desks and persons, a new row for each.

    The due times move by the working time since ``since``. What was asked keeps the step that asked
    it, and with it its words.
    """
    clock, anew = PromiseClock(submission), dict[int, WorkItem]()
    closed = submission.items.filter(closed_by=closing).select_related("person", "opened_by")
    there = list(closed.order_by("pk"))
    present = _deciding_among([item.person_id for item in there if item.person_id])
    for item in there:
        is_gone = item.desk_id is not None and item.person_id not in present
        item.parent = anew[item.parent_id] if item.parent_id else None
        item.person = None if is_gone else item.person
        item.opened_by = step if item.is_decision else item.opened_by
        item.opened_at, item.touched_at = step.at, step.at
        # A body outside knows nothing of the return: it was given a day.
        item.due_at = item.due_at if item.is_inquiry else clock.moved(item.due_at, since, step.at)
        item.promised_at = item.promised_at and clock.moved(item.promised_at, since, step.at)
        before = item.pk
        anew[before] = _insert_open(item)
    submission.forget_items()


def _insert_open(item: WorkItem) -> WorkItem:
    """Insert what the row holds as a new one that is open."""
    item.pk, item.closed_by, item.outcome = None, None, ""
    item._state.adding = True
    item.save(force_insert=True)
    return item


def _deciding_among(keys: list[int]) -> set[int]:
    """Those of the people who still may decide."""
    if not keys:
        return set()
    return set(User.objects.deciding().filter(pk__in=keys).values_list("pk", flat=True))


def close_unseen(submission: Submission, step: Step) -> None:
    """Close everything that lies on desks, none of which anybody has looked at.

    Raises AlreadySeen. The UPDATE decides between this and the first look of a desk.
    """
    if why := why_not_taken_back(submission):
        raise why
    opened = submission.items.open()
    many = opened.count()
    if opened.filter(seen_at=None).update(closed_by=step, outcome=Outcome.TAKEN_BACK) != many:
        raise AlreadySeen
    submission.forget_items()


def last_submit(step: Step) -> Step:
    """The handing in that ``step`` takes back."""
    before = Step.objects.filter(submission=step.submission_id, name=StepName.SUBMIT)
    return before.filter(seq__lt=step.seq).latest("seq")


def hush(step: Step, undone: Step) -> None:
    """Tell nobody of a step and its undoing when nobody has been told of the step yet."""
    untold = Step.objects.unfinished().unheld().filter(pk=undone.pk)
    if untold.update(told_at=step.at, **SETTLED):
        Step.objects.filter(pk=step.pk).update(told_at=step.at)


def is_undone(step: Step) -> bool:
    """Whether a later step has undone this one."""
    undoing = UNDONE_BY.get(StepName(step.name))
    if undoing is None:
        return False
    later = Step.objects.filter(submission=step.submission_id, name=undoing, seq__gt=step.seq)
    return later.exists()
