"""What is known of events on their way."""

from django.utils.timezone import now

from webhooks.models import Delivery, Subscriber
from work.watch import Figure, Values, count_rows, register_figure


def oldest_waiting() -> Values:
    """For how many seconds the oldest event waits whose subscriber is neither off nor paused."""
    waiting = Delivery.objects.waiting().order_by("queued_at")
    told = set(Subscriber.objects.unfinished().values_list("pk", flat=True))
    found = waiting.filter(subscriber__in=told).values_list("queued_at", flat=True).first()
    return {"": max((now() - found).total_seconds(), 0.0) if found else 0.0}


def count_paused() -> Values:
    """Subscribers that were stopped after a week of failure."""
    return count_rows(Subscriber.objects.filter(is_on=True).exclude(paused_at=None))


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(
        Figure("portal_webhook_age_seconds", "How long the oldest event waits.", oldest_waiting)
    )
    register_figure(Figure("portal_webhooks_paused", "Subscribers that are paused.", count_paused))
