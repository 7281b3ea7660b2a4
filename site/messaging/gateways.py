"""SMS gateways, chosen by ``settings.SMS_GATEWAY``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from persian.identifiers import normal_mobile


class TemporaryFailure(Exception):
    """The gateway did not take the message now; it may later. Nothing was sent."""


class InDoubt(TemporaryFailure):
    """No answer came that says whether the message was taken: ask before it is sent again."""


class NeverKnown(Exception):
    """The message may have been taken, and the gateway cannot be asked: never send it again."""


class PermanentFailure(Exception):
    """The gateway will not take this message.

    ``by_hand``: it may, once somebody has put something right (credit, a template, a key),
    so the staff can have it sent again.
    """

    def __init__(self, reason: str, *, by_hand: bool = False) -> None:
        super().__init__(reason)
        self.by_hand = by_hand


class Fate(Enum):
    """Fate of a message that the gateway has taken."""

    UNDERWAY = "underway"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    BLOCKED = "blocked"
    """The owner of the number has blocked such messages at the operator."""
    FAILED = "failed"
    LOST = "lost"
    """The gateway does not know it (any more)."""


@dataclass(frozen=True)
class Receipt:
    """Answer of the gateway when it takes a message."""

    reference: str
    """Its own name for the message."""
    fate: Fate = Fate.UNDERWAY
    cost: int | None = None
    """What it charges, in rial."""


class SmsGateway(Protocol):
    """Interface of every gateway; all may take seconds and are called outside transactions."""

    tells_fates: bool
    """Whether it can say later what became of a message."""
    outside: str
    """The name of the service that it asks, for its breaker; empty when it asks none."""

    def send(self, recipient: str, text: str, *, local_id: str, code: str = "") -> Receipt:
        """Hand over one message.

        ``recipient`` is ``09xxxxxxxxx``; ``local_id`` a whole number, the same at every
        try; ``code`` what a gateway puts into a template of its own, when the message is
        a code. Raises TemporaryFailure, InDoubt, NeverKnown or PermanentFailure.
        """
        ...

    def receipt_of(self, local_id: str, *, code: str = "") -> Receipt | None:
        """What it said when an earlier try gave it the message; None: it never had it.

        Raises TemporaryFailure when it cannot be asked now, NeverKnown when it never can.
        """
        ...

    def fates(self, references: Sequence[str]) -> Mapping[str, Fate]:
        """What became of messages (500 at most), by reference.

        Raises TemporaryFailure or PermanentFailure when it does not answer.
        """
        ...


class OutboxGateway:
    """Sends nothing: the row is the message, and ``/dev/sms/`` shows it."""

    tells_fates = False
    outside = ""

    def send(self, recipient: str, text: str, *, local_id: str, code: str = "") -> Receipt:
        return Receipt(f"outbox-{local_id}")

    def receipt_of(self, local_id: str, *, code: str = "") -> Receipt | None:
        return None

    def fates(self, references: Sequence[str]) -> Mapping[str, Fate]:
        return {}


_GATEWAYS = {
    "outbox": "messaging.gateways.OutboxGateway",
    "kavenegar": "messaging.kavenegar.KavenegarGateway",
}


def get_gateway() -> SmsGateway:
    """The gateway that the settings name; ImproperlyConfigured when there is none of that name."""
    name = settings.SMS_GATEWAY
    if name not in _GATEWAYS:
        known = ", ".join(sorted(_GATEWAYS))
        raise ImproperlyConfigured(f"SMS_GATEWAY must be one of: {known}; not {name!r}.")
    made: SmsGateway = import_string(_GATEWAYS[name])()
    return made


def is_kept_back(mobile: str) -> bool:
    """Whether a message to ``mobile`` is written down and never sent."""
    return settings.SMS_TRIAL and mobile not in trial_numbers()


def trial_numbers() -> set[str]:
    """The numbers that are texted on trial. Raises ValueError for one that is no mobile number."""
    return {normal_mobile(number) for number in settings.SMS_GUESTS}
