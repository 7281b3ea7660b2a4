"""What is known of requests: how many steps were taken, how many answers are late."""

from submissions.models import Step, Submission, WorkItem
from work.watch import Figure, Values, count_rows, register_figure


def count_steps() -> Values:
    """The number of the last step: it grows by one with each, whichever process takes it."""
    last = Step.objects.order_by("-pk").values_list("pk", flat=True).first()
    return {"": last or 0}


def count_late() -> Values:
    """Requests in review although the day of the promised answer is over."""
    return count_rows(Submission.objects.all().overdue())


def count_unattended() -> Values:
    """Requests in review where nobody takes them up today."""
    return count_rows(WorkItem.objects.unattended())


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(Figure("portal_steps", "Steps of requests.", count_steps, only_grows=True))
    register_figure(Figure("portal_late_cases", "Requests with a late answer.", count_late))
    register_figure(Figure("portal_unattended_cases", "Requests at no desk.", count_unattended))
