"""What browsers report of the content security policy: counted, and written to the log."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from web.rate_limits import Limit
from web.requests import whole_number
from web.security.visitors import network_of

logger = logging.getLogger(__name__)

# Anybody can send these: nothing of theirs reaches the log but directives, hosts and our own routes.
MOST_BYTES: Final = 16 * 1024
FROM_ONE: Final = Limit("policy-report", 20, 60)
FROM_ALL: Final = Limit("policy-report-all", 600, 3600)
DAY: Final = 24 * 60 * 60
_DIRECTIVE = re.compile(r"[a-z]+(?:-[a-z]+){1,3}")
_HOST = re.compile(r"[a-z0-9.-]{1,100}")
_WORDS: Final = {"inline", "eval", "wasm-eval", "data", "blob", "self"}


@csrf_exempt
@require_POST
def take_report(request: HttpRequest) -> HttpResponse:
    """Answers 204 whatever was reported; 413 above MOST_BYTES, 429 above the limits."""
    length = whole_number(request.headers.get("Content-Length", ""))
    if length is None or length > MOST_BYTES:
        return HttpResponse(status=413)
    if FROM_ONE.take(network_of(request)) or FROM_ALL.take("all"):
        return HttpResponse(status=429)
    if line := describe_report(request.body):
        count_report(line)
    return HttpResponse(status=204)


def describe_report(body: bytes) -> str:
    """«script-src-elem refused inline on desk/»; empty for what is no report of a page of ours."""
    try:
        report = json.loads(body)["csp-report"]
        page = resolve(urlsplit(report["document-uri"]).path).route
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Resolver404):
        return ""
    directive = str(report.get("effective-directive") or report.get("violated-directive"))
    directive = directive.partition(" ")[0]
    blocked = _name_source(report.get("blocked-uri"))
    if not _DIRECTIVE.fullmatch(directive) or not blocked:
        return ""
    return f"{directive} refused {blocked} on {page or 'the front page'}"


def count_report(line: str) -> int:
    """How often this was reported today; the first, the tenth, the hundredth … is logged."""
    key = f"policy-report:{hashlib.sha256(line.encode()).hexdigest()}"
    seen: int = cache.get(key, 0) + 1
    cache.set(key, seen, DAY)
    if str(seen).rstrip("0") == "1":
        logger.warning("Content security policy: %s; times today: %s", line, seen)
    return seen


def _name_source(blocked: Any) -> str:
    """A word or a host; empty for what extensions of a browser do to pages, which is not ours."""
    try:
        address = urlsplit(str(blocked))
        host = address.hostname or ""
    except ValueError:
        return ""
    if str(blocked) in _WORDS or address.scheme in _WORDS:
        return address.scheme or str(blocked)
    return (
        host if address.scheme in ("http", "https", "ws", "wss") and _HOST.fullmatch(host) else ""
    )
