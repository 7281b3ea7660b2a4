"""JSON as the API takes it: the one reader of what is sent, whatever is sent."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.types import DictStrAny

from web.refusals import Refusal

# Longer than a draft with five hundred answers; files come as forms.
MOST_BYTES = 1024 * 1024
# The deepest that we take (a page with blocks) has some ten.
DEEPEST = 32

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_HALF_OR_NUL = re.compile("[\0\ud800-\udfff]")


class BadJson(Refusal):
    """What was sent cannot be read."""

    status = 400
    code = "json_invalid"
    title = "متن ارسال‌شده JSON معتبر نیست"
    message = "بدنهٔ درخواست باید یک متن JSON معتبر با کدگذاری UTF-8 باشد."


class NotUtf8(BadJson):
    code = "json_not_utf8"


class NotAnObject(BadJson):
    code = "json_not_object"
    message = "بدنهٔ درخواست باید یک شیء JSON باشد، یعنی در آکولاد نوشته شود."


class TooDeep(BadJson):
    code = "json_too_deep"
    message = "ساختار متن ارسال‌شده بیش از حد تودرتو است."


class RepeatedName(BadJson):
    code = "json_repeated_name"
    message = "در متن ارسال‌شده یک نام بیش از یک بار در یک شیء آمده است."


class BadText(BadJson):
    """A NUL or one half of a surrogate pair: no text that a database could keep."""

    code = "json_bad_text"
    message = "متن ارسال‌شده کاراکتری دارد که پذیرفته نیست (NUL یا نیمهٔ یک کاراکتر)."


class TooLong(Refusal):
    status = 413
    code = "too_large"
    title = "حجم درخواست زیاد است"
    message = "حجم متن JSON بیش از حد مجاز (یک مگابایت) است."


class JsonParser(Parser):
    """Has Ninja read by :func:`read_json`; every endpoint that takes JSON takes an object."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        sent = read_json(request.body)
        if not isinstance(sent, dict):
            raise NotAnObject
        return sent


def read_json(sent: bytes) -> Any:
    """What ``sent`` says. Raises BadJson or TooLong; nothing deep, double or unkeepable comes out."""
    if len(sent) > MOST_BYTES:
        raise TooLong
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        raise NotUtf8 from None
    if _is_deep(text):
        raise TooDeep
    try:
        read = json.loads(
            text, object_pairs_hook=_as_object, parse_constant=_refuse, parse_float=_as_float
        )
    except (ValueError, RecursionError):
        raise BadJson from None
    # Halves and NULs can only come as escapes.
    if "\\u" in text and any(_HALF_OR_NUL.search(words) for words in _texts_in(read)):
        raise BadText
    return read


def _is_deep(text: str) -> bool:
    depth = 0
    for bracket in re.finditer(r"[\[{\]}]", _STRING.sub("", text)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RepeatedName
    return found


def _as_float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(text: str) -> float:
    """NaN and what no number holds."""
    raise BadJson


def _texts_in(read: Any) -> Iterator[str]:
    waiting = [read]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting += [*part, *part.values()]
        elif isinstance(part, list):
            waiting += part
