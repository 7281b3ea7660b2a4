"""Where a request comes from: the one place that reads a visitor's network address."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from web.allauth_compat import clean_client_ip

# What one line is given of IPv6; its owner may come from any address in it.
_ONE_LINE = 64
# What one customer of a network may easily come from, one address after the other.
_WIDE_IPV4, _WIDE_IPV6 = 24, 56


def address_of(request: HttpRequest) -> str | None:
    """The visitor's network address; None where there is none, as behind a socket.

    Each of the TRUSTED_PROXIES adds to ``X-Forwarded-For`` who came to it, so the visitor stands
    that many places from the end; what is further to the front anybody can have written. A
    request with fewer places has gone past a proxy: then whoever came to us counts.
    """
    places = request.headers.get("X-Forwarded-For", "").split(",")
    trusted = settings.TRUSTED_PROXIES
    if 0 < trusted <= len(places) and (named := clean_client_ip(places[-trusted])):
        return named
    return clean_client_ip(request.META.get("REMOTE_ADDR", ""))


def network_of(request: HttpRequest) -> str:
    """Whom the limits take for one visitor: an address, of IPv6 all that one line is given."""
    address = address_of(request)
    if address is None:
        return ""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((int(parsed), _ONE_LINE), strict=False))
    return address


def wide_network_of(request: HttpRequest) -> str:
    """The network that a visitor asks from: who has one address of it may often have the next."""
    line = network_of(request)
    if not line:
        return ""
    address = line.partition("/")[0]
    width = _WIDE_IPV6 if ":" in address else _WIDE_IPV4
    return str(ip_network(f"{address}/{width}", strict=False))
