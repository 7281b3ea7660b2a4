"""Queued tasks of submissions; each takes an id and may run twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import now

from submissions.models import Step
from submissions.workflow import notifications
from work import declare_task
from work.queue import back_off

LEASE = timedelta(seconds=30)


@declare_task("messages")
def tell_about_step(step_id: int) -> None:
    """Tell those concerned about one step; the notice's unique key makes a repeat harmless."""
    step = Step.objects.claim(step_id, LEASE)
    if step is None:
        return
    try:
        notifications.tell_step(step)
    except Exception as error:
        # A message that cannot be written must not be lost: the sweep comes back for it.
        step.release(after=back_off(step.tries), reason=repr(error))
        raise
    step.finish(told_at=now())
