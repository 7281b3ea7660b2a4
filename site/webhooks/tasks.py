"""The queued task that tells one subscriber what happened; it may run twice."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from submissions.models import Step
from submissions.workflow.numbering import latest_number, number_steps
from webhooks.deliveries import Pace, send_waiting, write_deliveries
from webhooks.models import Delivery, Subscriber
from webhooks.pausing import pause_subscriber
from work import declare_task, enqueue
from work.leases import SETTLED
from work.queue import back_off

# The worker ends a task after this time: nobody takes over one that may still be running.
LEASE = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 5)
# After it others have their turn.
TURN = 20.0
# The log of what is over.
KEPT_FOR = timedelta(days=30)
AT_ONCE = 1000


@declare_task("webhooks")
def deliver_events(subscriber_id: int) -> None:
    """Write down what happened and send it, for one turn; the row is queued again for the rest."""
    subscriber = Subscriber.objects.claim(subscriber_id, LEASE)
    if subscriber is None:
        return
    number_steps()
    write_deliveries(subscriber)
    pace = send_waiting(subscriber, time.monotonic() + TURN)
    if pace is Pace.GIVEN_UP:
        pause_subscriber(subscriber)
    elif pace is Pace.SILENT:
        _let_rest(subscriber)
    else:
        _give_back(subscriber, pace)


def _let_rest(subscriber: Subscriber) -> None:
    """Leave it alone, the longer the more turns in a row it has acknowledged nothing."""
    tries = max(subscriber.tries, 1)
    subscriber.held().update(tries=tries)
    subscriber.release(after=back_off(tries), reason=Pace.SILENT.value)


def _give_back(subscriber: Subscriber, pace: Pace) -> None:
    """End the turn; whatever came while it was held found the row taken, so that it is looked for."""
    held = subscriber.held()
    with transaction.atomic():
        held.update(**SETTLED, tries=0, queued_at=now())
        if pace is Pace.MORE:
            enqueue(deliver_events, subscriber.pk)
    if pace is Pace.DONE and _has_news(subscriber):
        enqueue(deliver_events, subscriber.pk)


def _has_news(subscriber: Subscriber) -> bool:
    unnumbered = Step.objects.filter(number=None)
    return latest_number() > subscriber.position or unnumbered.exists()


def nudge_subscribers(sender: Any, step: Step, **kwargs: Any) -> None:
    """Have those told soon who wait for events; called for each step, in its transaction."""
    for pk in Subscriber.objects.unfinished().values_list("pk", flat=True):
        enqueue(deliver_events, pk)


def room_for_turns() -> int:
    """All can have a turn; that each has one every minute does not mean that something waits."""
    return AT_ONCE


def forget_old_log() -> int:
    """Take deliveries away that ended long ago, with their log; how many."""
    over = Delivery.objects.filter(settled_at__lt=now() - KEPT_FOR).order_by("settled_at")
    gone = list(over.values_list("pk", flat=True)[:AT_ONCE])
    Delivery.objects.filter(pk__in=gone).delete()
    return len(gone)
