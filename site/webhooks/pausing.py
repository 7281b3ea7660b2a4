"""The end of patience with a receiver."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now

from messaging.outbox import tell_users
from webhooks.models import Subscriber
from work import audit
from work.leases import SETTLED


@transaction.atomic
def pause_subscriber(subscriber: Subscriber) -> None:
    """Stop sending to it and tell its owner. Nothing is lost: it goes on where it stopped."""
    moment = now()
    if not subscriber.held().update(**SETTLED | {"paused_at": moment, "tries": 0}):
        return
    audit.record_entry(None, "pause_webhook", subscriber)
    tell_users(
        f"webhook_paused:{subscriber.pk}:{moment:%Y%m%d%H%M}",
        [subscriber.owner],
        "webhooks/paused",
        {"subscriber": subscriber},
    )
