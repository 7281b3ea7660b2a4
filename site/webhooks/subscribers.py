"""What is done with subscribers: by pages and API alike."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import Party, User
from db.sealed import Sealed
from persian.digits import to_persian
from submissions.workflow.numbering import latest_number, number_steps
from web.refusals import Refusal
from webhooks.addresses import clean_url
from webhooks.deliveries import write_between
from webhooks.models import Subscriber, SubscriberQuerySet
from webhooks.tasks import deliver_events
from work import audit, enqueue

# Events sent again by one request.
MOST_AGAIN = 10_000
SECRET_BYTES = 32


class TooMany(Refusal):
    status = 422
    code = "too_many_events"
    title = "تعداد رویدادها بیش از حد مجاز است"
    message = f"در هر بار حداکثر {to_persian(MOST_AGAIN)} رویداد دوباره ارسال می‌شود. بازهٔ کوتاه‌تری انتخاب کنید."


@dataclass(frozen=True)
class Wanted:
    """What a subscriber is to be like."""

    title: str
    url: str
    owner: User
    party: Party | None = None
    events: Collection[str] = field(default_factory=tuple)
    is_on: bool = True

    @classmethod
    def of(cls, row: Subscriber, **changed: Any) -> Wanted:
        """As it is, but for what is ``changed``."""
        names = ("title", "url", "owner", "party", "events", "is_on")
        return cls(**{name: getattr(row, name) for name in names} | changed)

    def columns(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "url": clean_url(self.url),
            "owner": self.owner,
            "party": self.party,
            "events": sorted(self.events),
            "is_on": self.is_on,
        }


@transaction.atomic
def add_subscriber(wanted: Wanted, *, by: User) -> tuple[Subscriber, str]:
    """A new subscriber, told of what happens from now on, and its secret, which is shown once.

    Raises ValidationError for an address that is none.
    """
    secret = _new_secret()
    number_steps()
    subscriber = Subscriber.objects.create(
        **wanted.columns(), secret=Sealed(secret), position=latest_number()
    )
    audit.record_entry(by, "add_webhook", subscriber)
    return subscriber, secret


@transaction.atomic
def change_subscriber(subscriber: Subscriber, wanted: Wanted, *, by: User) -> None:
    """Change what it is like. Switched on again, it is told of what happens from then on."""
    row = _rows(subscriber).select_for_update().get()
    columns = wanted.columns()
    if wanted.is_on and not row.is_on:
        number_steps()
        columns["position"] = latest_number()
    _rows(subscriber).update(**columns)
    audit.record_entry(by, "change_webhook", subscriber)


@transaction.atomic
def delete_subscriber(subscriber: Subscriber, *, by: User) -> None:
    """Take it away with what it was still to be told, and its log."""
    audit.record_entry(by, "delete_webhook", subscriber)
    _rows(subscriber).delete()


@transaction.atomic
def renew_secret(subscriber: Subscriber, *, by: User) -> str:
    """Another secret, which signs from now on; the former one is gone."""
    secret = _new_secret()
    _rows(subscriber).update(secret=Sealed(secret))
    audit.record_entry(by, "renew_webhook_secret", subscriber)
    return secret


@transaction.atomic
def resume_subscriber(subscriber: Subscriber, *, by: User) -> None:
    """Go on at once where it stopped or rests."""
    _rows(subscriber).update(paused_at=None, tries=0, not_before=None, last_error="")
    subscriber.deliveries.waiting().update(not_before=None, failed_since=None, tries=0)
    audit.record_entry(by, "resume_webhook", subscriber)
    enqueue(deliver_events, subscriber.pk)


@transaction.atomic
def send_again(subscriber: Subscriber, first: int, last: int, *, by: User) -> int:
    """Have the events with these numbers sent once more, acknowledged or not; how many.

    Also those of before there was a subscriber, as far as it may know of them. Raises TooMany.
    """
    last = min(last, latest_number())
    if last - first >= MOST_AGAIN:
        raise TooMany
    write_between(subscriber, first - 1, last)
    again = subscriber.deliveries.filter(number__gte=first, number__lte=last)
    count = again.send_again()
    audit.record_entry(
        by, "replay_webhook", subscriber, {"first": first, "last": last, "count": count}
    )
    enqueue(deliver_events, subscriber.pk)
    return count


def _rows(subscriber: Subscriber) -> SubscriberQuerySet:
    return Subscriber.objects.filter(pk=subscriber.pk)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
