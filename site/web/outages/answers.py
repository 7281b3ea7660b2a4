"""Outages of neighbours: database, cache, disk, a host with too much to do; and what is answered.

Every error that no view expects ends in ``handler500``, whichever layer raised it. What was
raised there by a neighbour that is busy, away or full is no fault of the program: it passes, and
whoever meets it is told so, may send what was typed once more, and is asked to come again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string

from db import neighbours
from web import form_recovery
from web.models import OfficeSettings


@dataclass(frozen=True)
class Outage:
    """One way in which a neighbour fails: its words, status and the seconds until a new try."""

    code: str
    title: str
    message: str
    status: int = 503
    seconds: int = 30


DATABASE: Final = Outage(
    "database_away",
    "سامانه موقتاً پاسخ‌گو نیست",
    "به دلیل یک اشکال موقت، این درخواست انجام نشد. لطفاً یک دقیقهٔ دیگر دوباره تلاش کنید؛ "
    "اطلاعات ذخیره‌شده محفوظ است.",
)
CACHE: Final = Outage(
    "cannot_count",
    "این بخش موقتاً در دسترس نیست",
    "به دلیل یک اشکال موقت، شمارش تعداد تلاش‌ها ممکن نیست و برای حفظ امنیت حساب‌ها این درخواست "
    "انجام نشد. لطفاً یک دقیقهٔ دیگر دوباره تلاش کنید.",
)
DISK_FULL: Final = Outage(
    "disk_full",
    "فضای ذخیره‌سازی سامانه پر شده است",
    "این درخواست انجام نشد؛ موضوع ثبت شد و بررسی می‌شود. لطفاً ساعتی دیگر دوباره "
    "تلاش کنید؛ اطلاعات و فایل‌های ذخیره‌شده محفوظ است.",
    status=507,
    seconds=600,
)
DISK: Final = Outage(
    "disk_away",
    "ذخیره‌سازی فایل موقتاً امکان‌پذیر نیست",
    "این درخواست انجام نشد؛ موضوع ثبت شد و بررسی می‌شود. لطفاً چند دقیقهٔ دیگر "
    "دوباره تلاش کنید؛ اطلاعات و فایل‌های ذخیره‌شده محفوظ است.",
    seconds=120,
)
OVERLOAD: Final = Outage(
    "overload",
    "تعداد مراجعه‌ها در این لحظه زیاد است",
    "پاسخ‌گویی به همهٔ درخواست‌ها در این لحظه ممکن نیست. لطفاً یک دقیقهٔ دیگر دوباره تلاش کنید؛ "
    "اطلاعات ذخیره‌شده محفوظ است.",
)
# No thread of the process comes back: what they wait for is not known.
STANDSTILL: Final = Outage("standstill", DATABASE.title, DATABASE.message)

_ANSWERS: Final = {
    neighbours.Outage(outage.code): outage for outage in (DATABASE, CACHE, DISK_FULL, DISK)
}

# A form with such a field is not put into a page again; a code of the second factor is called «code».
_SECRET: Final = ("password", "secret", "credential")
_CODE: Final = "code"


def find_outage(error: BaseException | None) -> Outage | None:
    """What is answered to whoever met ``error``; None for a fault of the program."""
    found = neighbours.find_outage(error)
    return None if found is None else _ANSWERS[found]


def answer_outage(request: HttpRequest, outage: Outage) -> HttpResponse:
    """The answer for a person or a script. Asks neither the database nor the session."""
    if form_recovery.is_by_script(request):
        response = HttpResponse(_as_problem(outage), content_type="application/problem+json")
    else:
        response = HttpResponse(_page_for(request, outage))
    response.status_code = outage.status
    response.headers["Retry-After"] = str(outage.seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def _as_problem(outage: Outage) -> str:
    # A row of documents shows the detail alone.
    detail = f"{outage.title}. {outage.message}"
    words = {"title": outage.title, "detail": detail, "code": outage.code}
    return json.dumps({"type": "about:blank", "status": outage.status, **words}, ensure_ascii=False)


def _page_for(request: HttpRequest, outage: Outage) -> str:
    if request.method != "POST":
        return _page_for_readers(outage, OfficeSettings.last_name_read)
    words = _words_of(request)
    facts = {
        "outage": outage,
        "address": request.get_full_path(),
        "way_back": form_recovery.find_page_of_form(request),
        "words": words,
        "prose": [text for name, text in words if form_recovery.is_prose(name, text)],
        "sent": True,
        "with_files": _brings_files(request),
    }
    return render_to_string("outage.html", facts)


@cache
def _page_for_readers(outage: Outage, office: str) -> str:
    """The same for all of them, whose way on is the same address: made once, asked for in crowds."""
    return render_to_string("outage.html", {"outage": outage, "way_back": ""})


def _words_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What may be sent again by one key; nothing where a file or a secret would be missing.

    It goes back to the browser that has just sent it, with the token that came with it.
    """
    if request.method != "POST" or _brings_files(request):
        return []
    words = [(name, str(text)) for name, texts in request.POST.lists() for text in texts]
    size = sum(len(name) + len(text) for name, text in words)
    return [] if size > form_recovery.MOST_CHARACTERS or _hold_secrets(words) else words


def _brings_files(request: HttpRequest) -> bool:
    """Whether files came with the form; so it is taken when the form could not be read at all."""
    try:
        return bool(request.FILES)
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return True


def _hold_secrets(words: list[tuple[str, str]]) -> bool:
    names = {name.lower() for name, _ in words}
    return _CODE in names or any(secret in name for name in names for secret in _SECRET)
