"""The OpenAPI document of the one API, as the standard has it."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

TITLE = "میز خدمت"
ABOUT = (
    "همهٔ خدمات میز خدمت برای برنامه‌های دیگر: محتوا، کاتالوگ خدمات، درخواست‌ها و راستی‌آزمایی نامه. "
    "خطاها به‌صورت application/problem+json و با کد ثابت اعلام می‌شود."
)
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
        document["components"].setdefault("schemas", {})["Problem"] = PROBLEM
        document["components"].get("securitySchemes", {}).pop("AllowAnonymous", None)
        for path in document["paths"].values():
            for method, operation in path.items():
                _amend_operation(method, operation)
        return document

    api.get_openapi_schema = amended  # type: ignore[method-assign]


def _amend_operation(method: str, operation: dict[str, Any]) -> None:
    if "security" in operation:
        if method == "post":
            operation.setdefault("parameters", []).append(RETRY_KEY)
        operation["security"] = [
            {} if "AllowAnonymous" in way else way for way in operation["security"]
        ]
    operation["responses"].setdefault("4XX", REFUSED)
    operation["responses"].setdefault("5XX", REFUSED)
