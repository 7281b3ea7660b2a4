"""The list of somebody's sign-ins: one row each time, however they came in."""

from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.timezone import now

from accounts.models import SignIn, User

_WAYS = {
    "code": SignIn.Way.CODE,
    "password": SignIn.Way.PASSWORD,
    "socialaccount": SignIn.Way.DOLAT,
}
_DEVICE_LENGTH = 200
# What one line is given of IPv6; its owner may come from any address in it.
_ONE_LINE = 64
KEPT = timedelta(days=400)


def keep(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write down that ``user`` has come in; listens to Django's ``user_logged_in``."""
    methods = [record["method"] for record in get_authentication_records(request, user)]
    ways = [_WAYS[method] for method in methods if method in _WAYS]
    SignIn.objects.create(
        user=user,
        way=ways[-1] if ways else SignIn.Way.OTHER,
        second_factor="mfa" in methods,
        address=address_of(request),
        device=request.META.get("HTTP_USER_AGENT", "")[:_DEVICE_LENGTH],
    )
    SignIn.objects.filter(user=user, at__lt=now() - KEPT).delete()


def address_of(request: HttpRequest) -> str | None:
    """The visitor's network address; None where there is none, as behind a socket."""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None


def network_of(request: HttpRequest) -> str:
    """Whom the limits take for one visitor: an address, of IPv6 all that one line is given."""
    address = address_of(request)
    if address is None:
        return ""
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Network((int(parsed), _ONE_LINE), strict=False))
    return address
