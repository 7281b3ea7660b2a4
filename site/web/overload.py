"""Overload: what has waited too long for a thread is answered at once, and done later.

A browser whose answer takes ten seconds is reloaded, and the host does the work twice. Whoever
only reads without having signed in is turned away first; a health check never is.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from web.outages import OVERLOAD, answer_outage
from work.supervisor.timed_worker import seconds_waited

# Asked by those who look after the portal.
EXEMPT = ("/health/", "/metrics")
SAFE = ("GET", "HEAD")


class OverloadMiddleware:
    """Answers 503 to what has waited longer than its kind may; see the settings WAIT_OF_…."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if seconds_waited() > _patience_with(request):
            return answer_outage(request, OVERLOAD)
        return self.get_response(request)


def _patience_with(request: HttpRequest) -> float:
    if request.path.startswith(EXEMPT):
        return float("inf")
    only_reads = request.method in SAFE and settings.SESSION_COOKIE_NAME not in request.COOKIES
    return float(settings.WAIT_OF_READERS if only_reads else settings.WAIT_OF_OTHERS)
