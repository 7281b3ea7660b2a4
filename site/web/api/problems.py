"""Refusals of the API: problem+json (RFC 9457), in Persian words with a stable code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json; charset=utf-8"

#: What a status says where nothing more is known: code, title, what to do next.
BY_STATUS: Mapping[int, tuple[str, str, str]] = {
    400: ("malformed", "درخواست نامعتبر است", "ساختار یا نشانی این درخواست درست نیست."),
    401: ("not_signed_in", "ورود لازم است", "برای این کار ابتدا وارد شوید."),
    403: ("forbidden", "دسترسی مجاز نیست", "شما مجاز به این کار نیستید."),
    404: ("not_found", "یافت نشد", "چیزی با این نشانی وجود ندارد یا برای شما قابل مشاهده نیست."),
    405: ("method_not_allowed", "این روش مجاز نیست", "این نشانی چنین روشی را نمی‌پذیرد."),
    406: ("not_acceptable", "قالب پاسخ موجود نیست", "پاسخ این نشانی فقط به‌صورت JSON است."),
    409: ("not_now", "وضعیت تغییر کرده است", "در وضعیت فعلی این کار ممکن نیست."),
    413: ("too_large", "حجم درخواست زیاد است", "حجم ارسال‌شده بیش از حد مجاز است."),
    415: ("unsupported_type", "نوع محتوا پذیرفته نیست", "محتوا را به‌صورت JSON ارسال کنید."),
    422: ("invalid", "اطلاعات درست نیست", "لطفاً موارد اعلام‌شده را اصلاح کنید."),
    429: ("too_many", "تعداد درخواست‌ها زیاد است", "لطفاً کمی بعد دوباره تلاش کنید."),
    500: ("failed", "خطا در سامانه", "خطایی در سامانه رخ داد. لطفاً کمی بعد دوباره تلاش کنید."),
    503: ("unavailable", "سامانه در دسترس نیست", "لطفاً کمی بعد دوباره تلاش کنید."),
    507: ("no_room", "فضای ذخیره‌سازی کافی نیست", "لطفاً کمی بعد دوباره تلاش کنید."),
}
# For a status that has no words of its own: the first of its hundred.
OTHERS = {4: 400, 5: 500}


def answer_problem(
    status: int,
    *,
    code: str = "",
    title: str = "",
    detail: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    **more: Any,
) -> HttpResponse:
    """The answer that something was refused.

    ``errors``: each with a ``pointer`` (JSON pointer into what was sent), ``code`` and ``detail``.
    ``more``: further members, as RFC 9457 allows them.
    """
    known = BY_STATUS.get(status) or BY_STATUS[OTHERS.get(status // 100, 500)]
    content: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "code": code or known[0],
        "title": title or known[1],
        "detail": detail or known[2],
        **({"errors": list(errors)} if errors else {}),
        **more,
    }
    text = json.dumps(content, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=CONTENT_TYPE)


def point_to(path: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a path: «/answers/power»."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)
