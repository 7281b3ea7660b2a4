"""Who may look behind the doors of /metrics and /health/work."""

import ipaddress
import secrets

from django.conf import settings
from django.http import HttpRequest

from web.allauth_compat import clean_client_ip
from web.security.visitors import address_of


def is_watcher(request: HttpRequest) -> bool:
    """Whether the request comes from METRICS_FROM and, where one is set, with METRICS_TOKEN.

    Behind a proxy the address that it forwards counts, never the proxy's own.
    """
    return _comes_from_near(request) and _has_token(request)


def _comes_from_near(request: HttpRequest) -> bool:
    named = address_of(request)
    if named is None or _came_past_a_proxy(request, named):
        return False
    address = ipaddress.ip_address(named)
    return any(address in network for network in settings.METRICS_FROM)


def _came_past_a_proxy(request: HttpRequest, named: str) -> bool:
    """Whether a proxy has forwarded it and yet the address is not one that it tells."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return bool(forwarded) and named not in map(clean_client_ip, forwarded.split(","))


def _has_token(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return True
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return secrets.compare_digest(given.encode(), wanted.encode())
