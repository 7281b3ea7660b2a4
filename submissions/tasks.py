"""What is done later for submissions. Each task takes an id and may run twice."""

from __future__ import annotations

from submissions import notifications
from submissions.models import Step


def tell_about_step(step_id: int) -> None:
    """Tell those concerned about one step; the notice's unique key makes a repeat harmless."""
    step = (
        Step.objects.select_related("submission__party", "submission__desk", "by")
        .filter(pk=step_id)
        .first()
    )
    if step is not None:
        notifications.tell(step)
