"""The OpenAPI document of the one API, as the standard has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI

TITLE = "میز خدمت"
ABOUT = (
    "همهٔ خدمات میز خدمت برای برنامه‌های دیگر: محتوا، کاتالوگ خدمات، درخواست‌ها و راستی‌آزمایی نامه. "
    "خطاها به‌صورت application/problem+json و با کد ثابت اعلام می‌شود."
)
# What an endpoint asks of tokens, in what Ninja is told of it.
SCOPE = "x-scope"
# Ways of coming in, which Ninja names after ``signin.callers.TokenAuth`` and its like.
BY_TOKEN, OF_WAGTAIL = "TokenAuth", ("BearerTokenAuth",)
# What every endpoint may answer besides what it documents.
REFUSED = {
    "description": "به دلیل اعلام‌شده انجام نشد.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "status", "code", "title", "detail"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "ثابت می‌ماند؛ برای برنامه‌ها."},
        "title": {"type": "string"},
        "detail": {"type": "string", "description": "جملهٔ فارسی برای کاربر."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901)"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
# Of what kinds the files are that are answered; the last one stands for any other.
FILES = ("application/pdf", "image/jpeg", "image/png", "application/octet-stream")
# How a write may be sent again, by whoever is signed in.
RETRY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "با همان کلید و همان بدنه، پاسخ قبلی تا ۲۴ ساعت دوباره ارسال می‌شود و کار تکرار نمی‌شود.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"},
}


def amend_document(api: NinjaAPI) -> None:
    """Have the API describe itself validly: Ninja names ways in that the standard does not know."""
    describe = api.get_openapi_schema

    def amended(*args: Any, **kwargs: Any) -> Any:
        document = describe(*args, **kwargs)
        _drop_defaults_of_objects(document)
        document["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        ways = document["components"].get("securitySchemes", {})
        ways.pop("AllowAnonymous", None)
        # Wagtail's tokens are known by a header of the same kind, and have no scopes.
        by_token = {name for name in ways if name.endswith(BY_TOKEN) and name not in OF_WAGTAIL}
        for method, operation in _operations(document):
            _amend_operation(method, operation)
            if scope := operation.get(SCOPE):
                _name_scope(operation, scope, by_token)
        return document

    api.get_openapi_schema = amended  # type: ignore[method-assign]


def _drop_defaults_of_objects(part: Any) -> None:
    """What may be left out is not required; generators of clients know no default of an object."""
    if isinstance(part, list):
        for inner in part:
            _drop_defaults_of_objects(inner)
    elif isinstance(part, dict):
        if isinstance(part.get("default"), dict) and not _names_fields(part):
            del part["default"]
        for inner in part.values():
            _drop_defaults_of_objects(inner)


def _names_fields(part: dict[str, Any]) -> bool:
    """Whether these are the fields of an object, one of which may be called ``default``."""
    return all(isinstance(inner, dict) for inner in part.values())


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in document["paths"].values():
        yield from ((how, found) for how, found in path.items() if isinstance(found, dict))


def _name_scope(operation: dict[str, Any], scope: str, by_token: set[str]) -> None:
    """What a token must be good for stands beside the token, as the standard has it."""
    for way in operation["security"]:
        way.update({name: [scope] for name in by_token & way.keys()})


def _amend_operation(method: str, operation: dict[str, Any]) -> None:
    if "security" in operation:
        if method == "post":
            operation.setdefault("parameters", []).append(RETRY_KEY)
        operation["security"] = [
            {} if "AllowAnonymous" in way else way for way in operation["security"]
        ]
    for answer in operation["responses"].values():
        _tell_files(answer)
    operation["responses"].setdefault("4XX", REFUSED)
    operation["responses"].setdefault("5XX", REFUSED)


def _tell_files(answer: dict[str, Any]) -> None:
    """A file is none of JSON, as Ninja describes whatever is answered."""
    told = answer.get("content", {}).get("application/json", {})
    if told.get("schema", {}).get("format") == "binary":
        answer["content"] = dict.fromkeys(FILES, told)
