"""The routers of requests, and what several of their endpoints ask before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router, Schema
from wagtail.utils.forms import FormValidationError

from accounts.models import User
from signin.callers import AppAuth, PersonAuth, TokenAuth, signed_in
from signin.staff.second_factor import lacks_second_factor
from web.refusals import Refusal
from web.requests import UserRequest

# An address with several methods must be on one router: those of a request are on the first.
router = Router(auth=signed_in, tags=["submissions"])
office = Router(auth=signed_in, tags=["staff"])

# Beside the largest file that is taken: the frame of a form with its other fields.
FRAME_BYTES = 64 * 1024
UNKNOWN = "این مورد شناخته‌شده نیست."


def require_right(request: UserRequest, right: str) -> User:
    """Who asks. Raises PermissionDenied for whoever has not this right."""
    if not request.user.has_perm(right):
        raise PermissionDenied
    return request.user


def refuse_unknown(request: HttpRequest, shape: type[Schema]) -> None:
    """Refuse a form that says what its ``shape`` does not know; Ninja would drop it."""
    unknown = request.POST.keys() - shape.model_fields.keys()
    if unknown:
        raise FormValidationError({(name,): [(UNKNOWN, "extra_forbidden")] for name in unknown})


def may_be_told(request: HttpRequest) -> bool:
    """Whether anything may be said to the session's person before all of their request is read."""
    return request.user.is_authenticated and not lacks_second_factor(request, request.user)


class FileLimit(NamedTuple):
    """How large a file may be, and what is said to whoever brings a larger one."""

    most_bytes: int
    refusal: Refusal


class _LengthLimit:
    """What is too large is turned away by its length, before anything of it is read."""

    def __init__(self, limit_of: Callable[[HttpRequest], FileLimit | None]) -> None:
        super().__init__()
        self.limit_of = limit_of

    def turn_away_by_length(self, request: HttpRequest) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = self.limit_of(request)
        if limit and length.isdecimal() and int(length) > limit.most_bytes + FRAME_BYTES:
            raise limit.refusal


class UploadAuth(_LengthLimit, PersonAuth):
    """A person with a file. The look at the CSRF token reads the body, so this stands before it."""

    def __call__(self, request: HttpRequest) -> Any:
        if may_be_told(request):
            self.turn_away_by_length(request)
        return super().__call__(request)


class UploadTokenAuth(_LengthLimit, TokenAuth):
    """A program with a file."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        person = super().authenticate(request, token)
        self.turn_away_by_length(request)
        return person


class UploadAppAuth(_LengthLimit, AppAuth):
    """A person with a file, in an app."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        person = super().authenticate(request, key)
        if person is not None:
            self.turn_away_by_length(request)
        return person


def with_file(most_bytes: int, refusal: Refusal) -> list[Any]:
    """Who may call an endpoint that reads a file of no more than so many bytes."""
    return with_limited_file(lambda _request: FileLimit(most_bytes, refusal))


def with_limited_file(limit_of: Callable[[HttpRequest], FileLimit | None]) -> list[Any]:
    """The same where the address says how large it may be; ``limit_of`` may raise Http404."""
    return [UploadTokenAuth(limit_of), UploadAppAuth(limit_of), UploadAuth(limit_of)]
