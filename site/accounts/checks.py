"""Settings of this app that work, but not where they are used."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def sms_gateway(**kwargs: Any) -> list[CheckMessage]:
    """Warning accounts.W001: outside development nobody would receive a code."""
    if settings.DEVELOPMENT or settings.SMS_GATEWAY != "outbox":
        return []
    return [
        Warning(
            "SMS_GATEWAY is 'outbox': messages are kept in the database and reach nobody.",
            id="accounts.W001",
        )
    ]
