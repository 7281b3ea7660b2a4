"""The history of requests as others are told of it: who may know of which step, and by what name.

An event says that something happened, never what was said: words are read at the request, by
whoever may.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Party, User
from submissions.models import Step, Submission
from submissions.states import INTERNAL, StepName

# A request is completed by its letter alone.
NAMED_OTHERWISE = {StepName.COMPLETE: "letter.issued"}
EVENT_TYPES: dict[str, str] = {
    NAMED_OTHERWISE.get(name, f"submission.{name.value}"): name.value for name in StepName
}
_TYPES = {name: event for event, name in EVENT_TYPES.items()}


def event_type(step: Step) -> str:
    """The name by which others know what the step did."""
    return _TYPES[step.name]


def events_for(user: User, party: Party | None = None) -> QuerySet[Step]:
    """The numbered steps that ``user`` may know of; with ``party``, of its requests alone.

    How the staff arrange their work is told to nobody who belongs to the request's party.
    """
    numbered = Step.objects.filter(number__isnull=False)
    if not user.is_active:
        return numbered.none()
    visible = Submission.objects.visible_to(user)
    if party is not None:
        visible = visible.filter(party=party)
    own = Q(submission__party__in=[party.pk for party in user.parties])
    if not user.has_perm("submissions.view_submission"):
        visible = visible.filter(party__in=[party.pk for party in user.parties])
        numbered = numbered.shown()
    return numbered.filter(submission__in=visible).exclude(own, name__in=INTERNAL)


def describe_event(step: Step) -> dict[str, Any]:
    """The event as feed and webhooks tell it; ``step`` comes with its submission."""
    submission = step.submission
    return {
        "number": step.number,
        "type": event_type(step),
        "timestamp": step.at,
        "data": {
            "tracking_code": submission.tracking_code,
            "seq": step.seq,
            "from_state": step.from_state,
            "state": step.to_state,
        },
    }
