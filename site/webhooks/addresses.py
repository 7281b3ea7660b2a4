"""Which addresses events may be sent to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# IPv4 addresses in the clothes of IPv6, which a gateway of the network translates.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
NO_URL = "نشانی کامل گیرنده را وارد کنید، مانند https://example.com/events."
NOT_HTTPS = "نشانی گیرنده باید با https شروع شود."
WITH_PASSWORD = "نام کاربری و گذرواژه در نشانی پذیرفته نمی‌شود. اصالت پیام با امضای آن بررسی می‌شود."


def may_call(address: str) -> bool:
    """Whether a receiver may have ``address``: a public one, or one of WEBHOOK_NETWORKS.

    In development any; asked when the line is opened, whatever the name has led to before.
    """
    if settings.DEVELOPMENT:
        return True
    known = _bare(ipaddress.ip_address(address))
    if any(known in network for network in settings.WEBHOOK_NETWORKS):
        return True
    return known.is_global and not known.is_multicast


def _bare(address: IPAddress) -> IPAddress:
    """The IPv4 address that is meant, where an IPv6 one only carries it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def clean_url(url: str) -> str:
    """The address of a receiver. Raises ValidationError for what is none of the web's."""
    try:
        parts = urlsplit(url.strip())
        named, _port = parts.hostname, parts.port
    except ValueError:
        raise ValidationError(NO_URL) from None
    if parts.scheme not in ("http", "https") or not named or not url.strip().isascii():
        raise ValidationError(NO_URL)
    if parts.scheme != "https" and not settings.DEVELOPMENT:
        raise ValidationError(NOT_HTTPS)
    if parts.username or parts.password:
        raise ValidationError(WITH_PASSWORD)
    return url.strip()
