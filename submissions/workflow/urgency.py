"""How soon a submission is wanted, and what that does to the work that lies on desks.

What was promised to the applicant stays as it is. Each open item has the time that it would have
without urgency in ``promised_at``: no urgency counts from what another one made of it.
"""

from __future__ import annotations

from datetime import datetime

from submissions.models import Submission, WorkItem
from submissions.states import Purpose, Urgency
from submissions.workflow.deadlines import PromiseClock
from web.refusals import NotNow

AS_IT_IS = "فوریت این درخواست در حال حاضر «{}» است."


def change_urgency(submission: Submission, urgency: Urgency) -> str:
    """Have the submission wanted so soon; what it was before. Raises NotNow when it is so already."""
    before: str = submission.urgency
    if urgency == before:
        raise NotNow(AS_IT_IS.format(urgency.label))
    submission.urgency = urgency
    return before


def move_due_times(submission: Submission, before: str, moment: datetime) -> None:
    """Set the due time of all that lies on desks as the urgency has it, counted from ``moment``.

    More urgency than ``before`` never gives more time. Whoever is asked outside has a clock of
    their own.
    """
    clock, urgency = PromiseClock(submission), Urgency(submission.urgency)
    for item in submission.items.open().exclude(purpose=Purpose.INQUIRY):
        promised = item.promised_at or item.due_at
        due = clock.hastened(promised, moment, urgency)
        if urgency.is_above(before):
            due = min(due, item.due_at)
        kept = promised if due < promised else None
        WorkItem.objects.filter(pk=item.pk).update(due_at=due, promised_at=kept)
    submission.forget_items()
