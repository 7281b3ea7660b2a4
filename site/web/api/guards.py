"""What is looked at before an endpoint reads anything: the length and the kind of what is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from inspect import unwrap
from typing import Any

import pydantic
from django.http import HttpRequest, HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import ValidationErrorContext
from ninja.operation import Operation
from ninja.params.models import (
    BodyModel,
    FileModel,
    FormModel,
    PathModel,
    TModels,
    _MultiPartBodyModel,
)
from ninja.types import DictStrAny
from pydantic import BaseModel

from web.api.answering_once import answer_once
from web.api.json_reading import MOST_BYTES, TooLong
from web.refusals import Refusal

Run = Callable[..., HttpResponseBase]
JSON = "application/json"
# What a key of either database holds.
MOST = 2**63 - 1
MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"


class WrongType(Refusal):
    """It is not of the kind that this endpoint reads."""

    status = 415
    code = "unsupported_type"
    title = "نوع محتوا پذیرفته نیست"
    message = "نوع محتوای ارسال‌شده برای این نشانی پذیرفته نیست؛ مستندات API را ببینید."


class NumberTooLarge(Refusal):
    """No column holds it; SQLite and PostgreSQL each have an error of their own for that."""

    status = 422
    code = "number_too_large"
    title = "عدد بیش از حد بزرگ است"
    message = "یکی از اعداد ارسال‌شده بیش از حد بزرگ است."


def guard_endpoints(api: NinjaAPI) -> None:
    """Have every endpoint of ``api`` look before it reads, and do once what is asked again."""
    api.add_decorator(_guard, "view")
    api.add_decorator(answer_once, "operation")
    api.add_decorator(_hold_numbers, "operation")


def _guard(run: Run) -> Run:
    # An endpoint may have been wrapped, by the scope that it asks for.
    operation: Operation = unwrap(run).__self__
    operation.models = _read_address_first(operation.models)

    @wraps(run)
    def guarded(request: HttpRequest, **kw: Any) -> HttpResponseBase:
        try:
            _look_at_head(request, operation)
        except Refusal as refusal:
            return operation.api.on_exception(request, refusal)
        request.api_operation = operation  # type: ignore[attr-defined]
        return run(request, **kw)

    return guarded


def _read_address_first(models: TModels) -> TModels:
    """The same, for which nothing else is read where the address is none.

    Wagtail's bodies look up the page that the address names; ``true`` is none.
    """
    address = [_strict(model) for model in models if issubclass(model, PathModel)]
    return address + [model for model in models if not issubclass(model, PathModel)]


def _strict(model: type[PathModel]) -> type[PathModel]:
    def resolve(
        cls: type[PathModel], request: HttpRequest, api: NinjaAPI, path_params: DictStrAny
    ) -> PathModel:
        try:
            return model.resolve(request, api, path_params)
        except pydantic.ValidationError as error:
            # Ninja declares an instance there, and gives the class itself.
            context = ValidationErrorContext[Any](pydantic_validation_error=error, model=model)
            raise api.validation_error_from_error_contexts([context]) from error

    return type(model.__name__, (model,), {"resolve": classmethod(resolve)})


def _hold_numbers(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        waiting: list[Any] = list(kwargs.values())
        while waiting:
            part = waiting.pop()
            if isinstance(part, int) and abs(part) > MOST:
                raise NumberTooLarge
            waiting += _parts_of(part)
        return view(request, *args, **kwargs)

    return held


def _parts_of(value: Any) -> Iterable[Any]:
    if isinstance(value, BaseModel):
        return (*value.__dict__.values(), *(value.__pydantic_extra__ or {}).values())
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def _look_at_head(request: HttpRequest, operation: Operation) -> None:
    """Raises TooLong or WrongType, before anything is read or anybody is asked who they are."""
    length = _length_of(request)
    kind = request.content_type or ""
    taken = _kinds_taken(operation)
    is_file = kind == MULTIPART or (kind in taken and kind != JSON)
    if length > MOST_BYTES and not is_file:
        raise TooLong
    if length and taken and kind not in taken:
        raise WrongType


def _length_of(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() and len(said) < 19 else MOST_BYTES + 1


def _kinds_taken(operation: Operation) -> tuple[str, ...]:
    models = operation.models
    if described := (operation.openapi_extra or {}).get("requestBody"):
        # It reads its bytes by itself, and says how long they may be.
        return tuple(described["content"])
    if any(issubclass(model, FileModel | _MultiPartBodyModel) for model in models):
        return (MULTIPART,)
    if any(issubclass(model, FormModel) for model in models):
        return (MULTIPART, URLENCODED)
    return (JSON,) if any(issubclass(model, BodyModel) for model in models) else ()
