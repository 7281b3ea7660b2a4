"""System checks of the public address."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.http.request import validate_host


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
