"""Messages about a submission, one function and one template for each."""

from __future__ import annotations

from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Party, User
from messaging.outbox import tell_users as tell_people
from submissions.models import Step, Submission
from submissions.states import StepName
from submissions.step_table import STEP_TABLE
from submissions.workflow.recalling import is_undone


def tell_step(step: Step) -> None:
    """Tell the party's people about a step that concerns them; silent for the others."""
    template = STEP_TABLE[StepName(step.name)].message_from(step.from_state)
    if not template or is_undone(step):
        return
    submission = step.submission
    tell_people(
        f"step:{step.pk}",
        people_of(submission),
        template,
        {"step": step, "submission": submission, "party": submission.party},
        reverse("submissions:report", args=[submission.tracking_code]),
    )


def people_of(submission: Submission) -> list[User]:
    """Those who act for the party of a submission today."""
    return people_of_party(submission.party)


def people_of_party(party: Party) -> list[User]:
    """Those who act for a party today."""
    today = localdate()
    memberships = party.memberships.filter(valid_from__lte=today)
    return [
        membership.user
        for membership in memberships.select_related("user")
        if membership.valid_until is None or membership.valid_until >= today
    ]
