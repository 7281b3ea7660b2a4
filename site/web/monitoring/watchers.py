"""Who may look behind the doors of /metrics and /health/work."""

import ipaddress
import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def is_watcher(request: HttpRequest) -> bool:
    """Whether the request comes from METRICS_FROM and, where one is set, with METRICS_TOKEN.

    Behind a proxy the address that it forwards counts, never the proxy's own.
    """
    return _comes_from_near(request) and _has_token(request)


def _comes_from_near(request: HttpRequest) -> bool:
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        # Behind a socket of the file system, or with a header that holds no address.
        return False
    return any(address in network for network in settings.METRICS_FROM)


def _has_token(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return True
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return secrets.compare_digest(given.encode(), wanted.encode())
