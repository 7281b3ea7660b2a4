"""Which scope an endpoint asks of a token."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja.decorators import decorate_view
from ninja.utils import contribute_operation_callback

from accounts.models import Scope, User
from web.api.document import SCOPE

View = TypeVar("View", bound=Callable[..., Any])
# Scopes that some endpoint asks for: no other is offered to anybody.
_ASKED: set[Scope] = set()
# For whom a scope opens anything, where not for everybody.
_USEFUL: dict[Scope, Callable[[User], bool]] = {}


def asks_for(scope: Scope) -> Callable[[View], View]:
    """Below the router's decorator: the endpoint opens to tokens that have ``scope``.

    An endpoint that says nothing opens to no token.
    """

    def mark(view: View) -> View:
        _ASKED.add(scope)
        contribute_operation_callback(view, describe)
        marked: View = decorate_view(tell)(view)
        return marked

    def describe(operation: Any) -> None:
        operation.openapi_extra = {**(operation.openapi_extra or {}), SCOPE: scope.value}

    def tell(run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def run_telling(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            request.__dict__["asked_scope"] = scope
            return run(request, *args, **kwargs)

        return run_telling

    return mark


def useful_to(may: Callable[[User], bool], *scopes: Scope) -> None:
    """Have ``scopes`` offered to those alone whose rights reach what they open."""
    _USEFUL.update(dict.fromkeys(scopes, may))


def asked_scope(request: HttpRequest) -> Scope | None:
    """What the endpoint that was called asks of tokens; None: it opens to none."""
    scope: Scope | None = request.__dict__.get("asked_scope")
    return scope


def offered_scopes(user: User | None) -> list[Scope]:
    """What a token of ``user`` can be good for; None: of a program that works here."""
    asked = [scope for scope in Scope if scope in _ASKED]
    return asked if user is None else [scope for scope in asked if _is_useful(scope, user)]


def _is_useful(scope: Scope, user: User) -> bool:
    if scope.is_for_staff and not user.is_staff:
        return False
    return scope not in _USEFUL or _USEFUL[scope](user)
