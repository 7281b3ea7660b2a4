"""The number of each request, which its log, its answer and its tasks share."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from work import tracing

HEADER = "X-Request-ID"
logger = logging.getLogger("web.requests")


class RequestIdMiddleware:
    """Gives every request its number and says in the log how it was answered.

    The number is the proxy's where one is trusted, otherwise ours. The line names the view and not
    the address, in which people may stand. It has no place for a visitor either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if tracing.current_id() and getattr(request, "is_dummy", False):
            # Wagtail's preview of a page: a part of the request around it.
            return self.get_response(request)
        begun = time.perf_counter()
        given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXIES else ""
        # Until the answer has gone out: Django's own word about it comes after all middleware.
        number = tracing.begin_trace(given)
        response = self.get_response(request)
        response.headers[HEADER] = number
        _log_answer(request, response, time.perf_counter() - begun)
        return response


def _log_answer(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    match = request.resolver_match
    facts = {
        "method": request.method,
        "view": match.view_name or match.route if match else "",
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
    logger.info("%(method)s %(view)s %(status)s", facts, extra={"facts": facts})
