"""Events on their way to a subscriber: written down from the history, sent in order, tried again.

Only who holds the claim of the subscriber comes here, so one at a time for each. An event waits
until the one before it of the same request has been acknowledged; other requests go on. A receiver
that does not answer at all rests as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.utils.timezone import now

from submissions.workflow.events import events_for
from submissions.workflow.numbering import latest_number
from webhooks.models import Attempt, Delivery, DeliveryState, Subscriber
from webhooks.sending import Outcome, send_event
from work.queue import back_off

# Numbers looked through, and events read, at once.
WINDOW = 1000
PAGE = 100
# So many different requests in a row, none acknowledged: it is the receiver, not the event.
FAILED_IN_A_ROW = 5
# An event that was not acknowledged for so long stops the subscriber.
PATIENCE = timedelta(days=7)


class Pace(Enum):
    """How a round of sending ended."""

    DONE = "nothing more can be sent now"
    MORE = "there is more, and another turn to be waited for"
    SILENT = "the receiver is to be left alone for a while"
    GIVEN_UP = "it has failed for too long"


def write_deliveries(subscriber: Subscriber) -> None:
    """Write down what happened since, up to the last number."""
    latest = latest_number()
    while subscriber.position < latest:
        top = min(subscriber.position + WINDOW, latest)
        with transaction.atomic():
            write_between(subscriber, subscriber.position, top)
            if not subscriber.held().update(position=top):
                # Its claim has run out; whoever took it over goes on from the position.
                transaction.set_rollback(True)
                return
        subscriber.position = top


def write_between(subscriber: Subscriber, above: int, top: int) -> None:
    """Write down the events with these numbers that are not there yet."""
    steps = events_for(subscriber.owner, subscriber.party)
    steps = steps.filter(number__gt=above, number__lte=top, name__in=subscriber.event_names)
    facts = steps.order_by("number").values("pk", "number", "submission_id")
    rows = [
        Delivery(
            subscriber=subscriber,
            step_id=step["pk"],
            number=step["number"] or 0,
            submission_id=step["submission_id"],
        )
        for step in facts
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=WINDOW)


def send_waiting(subscriber: Subscriber, until: float) -> Pace:
    """Send what can be sent until ``time.monotonic()`` says ``until``."""
    round_ = _Round(subscriber, until)
    while page := list(
        subscriber.deliveries.ready(now()).select_related("step__submission")[:PAGE]
    ):
        pace = round_.send_page(page)
        if pace is not Pace.DONE:
            return pace
    return Pace.DONE


class _Round:
    """One turn of a subscriber."""

    def __init__(self, subscriber: Subscriber, until: float) -> None:
        self.subscriber, self.until = subscriber, until
        # Requests of which an event was not acknowledged: in a row, and in the whole round.
        self.failed: set[int] = set()
        self.stopped: set[int] = set()

    def send_page(self, page: list[Delivery]) -> Pace:
        readable = self._readable(page)
        for delivery in page:
            if delivery.submission_id in self.stopped:
                continue
            if delivery.number not in readable:
                delivery.settle(DeliveryState.WITHHELD, now())
                continue
            if time.monotonic() >= self.until:
                return Pace.MORE
            if (pace := self._send_one(delivery)) is not None:
                return pace
        return Pace.DONE

    def _readable(self, page: Iterable[Delivery]) -> set[int | None]:
        """The numbers that the owner may know of still."""
        steps = events_for(self.subscriber.owner, self.subscriber.party)
        numbers = [delivery.number for delivery in page]
        return set(steps.filter(number__in=numbers).values_list("number", flat=True))

    def _send_one(self, delivery: Delivery) -> Pace | None:
        """Send it and record what came back; a pace when the round ends with it."""
        outcome = send_event(self.subscriber, delivery.step)
        if not _record(delivery, outcome):
            # Deleted meanwhile, with its subscriber.
            return Pace.DONE
        if outcome.is_acknowledged:
            self.failed.clear()
            self.subscriber.tries = 0
            return None
        self.failed.add(delivery.submission_id)
        self.stopped.add(delivery.submission_id)
        if delivery.failed_since and now() - delivery.failed_since >= PATIENCE:
            return Pace.GIVEN_UP
        is_silent = not outcome.status or len(self.failed) >= FAILED_IN_A_ROW
        return Pace.SILENT if is_silent else None


@transaction.atomic
def _record(delivery: Delivery, outcome: Outcome) -> bool:
    """Write down what came back; False when the delivery is not there any more."""
    moment = now()
    if outcome.is_acknowledged:
        recorded = delivery.settle(DeliveryState.ACKNOWLEDGED, moment)
    else:
        recorded = delivery.rest(moment + back_off(delivery.tries + 1), moment)
    if recorded:
        Attempt.objects.create(
            delivery=delivery,
            at=moment,
            milliseconds=outcome.milliseconds,
            request=outcome.request,
            status=outcome.status,
            answer=outcome.answer,
            error=outcome.error[:100],
        )
    return recorded
