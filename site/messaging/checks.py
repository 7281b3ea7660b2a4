"""System checks of the SMS gateway."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from messaging import gateways


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


def sms_settings(**kwargs: Any) -> list[CheckMessage]:
    """Errors accounts.E001 (Kavenegar without a key) and accounts.E002 (a guest without a number).

    Warning accounts.W002: outside development the key would travel in the clear.
    """
    found: list[CheckMessage] = []
    if settings.SMS_GATEWAY == "kavenegar" and not settings.KAVENEGAR_API_KEY:
        found.append(
            Error("SMS_GATEWAY is 'kavenegar', which needs KAVENEGAR_API_KEY.", id="accounts.E001")
        )
    is_open = settings.SMS_GATEWAY == "kavenegar" and not settings.KAVENEGAR_URL.startswith(
        "https:"
    )
    if is_open and not settings.DEVELOPMENT:
        found.append(Warning("KAVENEGAR_URL is not an https address.", id="accounts.W002"))
    try:
        gateways.trial_numbers()
    except ValueError:
        found.append(
            Error("SMS_GUESTS must hold mobile numbers, comma-separated.", id="accounts.E002")
        )
    return found
