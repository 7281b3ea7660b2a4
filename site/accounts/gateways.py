"""The way a text message leaves the house, chosen by ``settings.SMS_GATEWAY``."""

from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class TemporaryFailure(Exception):
    """The gateway did not take the message now; it may later."""


class PermanentFailure(Exception):
    """The gateway will never take this message."""


class SmsGateway(Protocol):
    """What every gateway can do; both may take seconds and are called outside transactions."""

    def send(self, recipient: str, text: str, *, local_id: str) -> str:
        """Hand over one message; the gateway's own name for it.

        ``recipient`` is ``09xxxxxxxxx``; ``local_id`` is the same at every try.
        Raises TemporaryFailure or PermanentFailure.
        """
        ...

    def reference_of(self, local_id: str) -> str:
        """The gateway's name for a message that an earlier try gave it; empty: it has none.

        Raises TemporaryFailure when it cannot be asked.
        """
        ...


class OutboxGateway:
    """Sends nothing: the row is the message, and ``/dev/sms/`` shows it."""

    def send(self, recipient: str, text: str, *, local_id: str) -> str:
        return f"outbox-{local_id}"

    def reference_of(self, local_id: str) -> str:
        return ""


_GATEWAYS: dict[str, type[SmsGateway]] = {"outbox": OutboxGateway}


def gateway() -> SmsGateway:
    """The gateway that the settings name; ImproperlyConfigured when there is none of that name."""
    name = settings.SMS_GATEWAY
    if name not in _GATEWAYS:
        known = ", ".join(sorted(_GATEWAYS))
        raise ImproperlyConfigured(f"SMS_GATEWAY must be one of: {known}; not {name!r}.")
    return _GATEWAYS[name]()
