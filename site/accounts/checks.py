"""Settings of this app that work, but not where they are used."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.http.request import validate_host

from accounts import trial


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
        trial.guests()
    except ValueError:
        found.append(
            Error("SMS_GUESTS must hold mobile numbers, comma-separated.", id="accounts.E002")
        )
    return found


def site_address(**kwargs: Any) -> list[CheckMessage]:
    """Outside development. Error accounts.E004: letters would name a host that is not answered.

    Warning accounts.W004: codes and passwords would travel in the clear.
    """
    if settings.DEVELOPMENT:
        return []
    found: list[CheckMessage] = []
    address = urlsplit(settings.SITE_URL)
    if not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        words = "ALLOWED_HOSTS does not hold the host of SITE_URL."
        found.append(Error(words, id="accounts.E004"))
    if address.scheme != "https":
        found.append(Warning("SITE_URL is not an https address.", id="accounts.W004"))
    return found


def provider_addresses(**kwargs: Any) -> list[CheckMessage]:
    """Warning accounts.W005: outside development «دولت من» would be asked in the clear."""
    if settings.DEVELOPMENT:
        return []
    return [
        Warning(f"DOLAT_{name.upper()} is not an https address.", id="accounts.W005")
        for name, value in settings.DOLAT.items()
        if name.endswith("_url") and value and not value.startswith("https://")
    ]
