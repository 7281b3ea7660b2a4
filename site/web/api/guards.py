"""What is looked at before an endpoint reads anything: the length and the kind of what is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.params.models import BodyModel, FileModel, FormModel, _MultiPartBodyModel

from web.api.answering_once import answer_once
from web.api.json_reading import MOST_BYTES, TooLong
from web.refusals import Refusal

Run = Callable[..., HttpResponseBase]
JSON = "application/json"
MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"


class WrongType(Refusal):
    """It is not of the kind that this endpoint reads."""

    status = 415
    code = "unsupported_type"
    title = "نوع محتوا پذیرفته نیست"
    message = "نوع محتوای ارسال‌شده برای این نشانی پذیرفته نیست؛ مستندات API را ببینید."


def guard_endpoints(api: NinjaAPI) -> None:
    """Have every endpoint of ``api`` look before it reads, and do once what is asked again."""
    api.add_decorator(_guard, "view")
    api.add_decorator(answer_once, "operation")


def _guard(run: Run) -> Run:
    operation: Operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def guarded(request: HttpRequest, **kw: Any) -> HttpResponseBase:
        try:
            _look_at_head(request, operation)
        except Refusal as refusal:
            return operation.api.on_exception(request, refusal)
        request.api_operation = operation  # type: ignore[attr-defined]
        return run(request, **kw)

    return guarded


def _look_at_head(request: HttpRequest, operation: Operation) -> None:
    """Raises TooLong or WrongType, before anything is read or anybody is asked who they are."""
    length = _length_of(request)
    kind = request.content_type or ""
    if length > MOST_BYTES and kind != MULTIPART:
        raise TooLong
    taken = _kinds_taken(operation)
    if length and taken and kind not in taken:
        raise WrongType


def _length_of(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() and len(said) < 19 else MOST_BYTES + 1


def _kinds_taken(operation: Operation) -> tuple[str, ...]:
    models = operation.models
    if any(issubclass(model, FileModel | _MultiPartBodyModel) for model in models):
        return (MULTIPART,)
    if any(issubclass(model, FormModel) for model in models):
        return (MULTIPART, URLENCODED)
    return (JSON,) if any(issubclass(model, BodyModel) for model in models) else ()
