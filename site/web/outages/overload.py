"""Overload: what has waited too long for a thread is answered at once, and done later.

A browser whose answer takes ten seconds is reloaded, and the host does the work twice. Whoever
only reads without having signed in is turned away first; a health check never is.

A burst may wait. Where nobody has come through at once for a while the queue does not end by
itself, and all that a long one does is to let everybody wait: then it is kept short.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from web.outages.answers import OVERLOAD, answer_outage
from work.supervisor.timed_worker import seconds_of_crowd, seconds_waited

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
    if not only_reads:
        return float(settings.WAIT_OF_OTHERS)
    in_a_crowd = seconds_of_crowd() > settings.WAIT_OF_READERS
    return float(settings.WAIT_OF_READERS_IN_A_CROWD if in_a_crowd else settings.WAIT_OF_READERS)
