"""Which work item a step is taken on, and whether its holder has seen what it hangs on."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import User
from submissions.models import Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import MovedMeanwhile, WhichItem
from submissions.states import INTERNAL
from submissions.step_table import Actor, StepSpec
from submissions.workflow.recalling import sent_back_item
from submissions.workflow.work_items import ancestors_of


def find_item(
    policy: SubmissionPolicy,
    submission: Submission,
    spec: StepSpec,
    by: User | None,
    named: WorkItem | None,
) -> WorkItem | None:
    """The open item that the step is taken on: the one that is named, or the only one of ``by``.

    None for a step of the whole submission, and where ``by`` has none. Raises MovedMeanwhile when
    the named one is closed by now, WhichItem when several are open and none is named.
    """
    if spec.actor is Actor.RETURNER:
        return sent_back_item(submission)
    if not spec.acts_on_item:
        return None
    if named is not None:
        found = next((item for item in submission.open_items if item.pk == named.pk), None)
        if found is None:
            raise MovedMeanwhile(submission, of_staff=True)
        return found
    decisions = submission.open_decisions
    mine = policy.items_for(by, spec.name, submission) if by else decisions
    if len(mine) > 1:
        raise WhichItem
    return mine[0] if mine else None


def require_unmoved(
    submission: Submission, spec: StepSpec, item: WorkItem | None, expecting: int
) -> None:
    """Raise MovedMeanwhile when something was done since ``expecting`` that the step hangs on.

    A step on one item hangs on what was done to it, to those above it and to the whole; one that
    concerns the whole hangs on every step. How the staff arrange their work changes nothing for
    others; two who arrange the same meet.
    """
    if submission.last_seq == expecting:
        return
    of_staff = spec.actor is not Actor.APPLICANT
    if expecting > submission.last_seq:
        raise MovedMeanwhile(submission, of_staff=of_staff)
    line = ~Q(name__in=INTERNAL)
    if item is not None and not spec.ends_all:
        line &= Q(item=None) | Q(item__in=[item.pk, *ancestors_of(item)])
    own = Q(item=item) if item is not None else Q(name=spec.name)
    if submission.history.filter(line | own, seq__gt=expecting).exists():
        raise MovedMeanwhile(submission, of_staff=of_staff)
