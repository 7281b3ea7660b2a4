"""Overload: what has waited too long for a thread is answered at once, and done later.

A browser whose answer takes ten seconds is reloaded, and the host does the work twice. Whoever
only reads without having signed in is turned away first, unless the page lies there ready made; a
health check never is.

A burst may wait. Where nobody has come through at once for a while the queue does not end by
itself, and all that a long one does is to let everybody wait: then it is kept short. Where no
thread comes back at all, since all of them wait for a lock of the database, nobody waits for long.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from web.health import report_alive
from web.outages.answers import OVERLOAD, STANDSTILL, answer_outage
from work.supervisor.patience import LIVE, Asked, patience_with
from work.supervisor.timed_worker import (
    is_at_desk,
    is_standstill,
    seconds_of_crowd,
    seconds_waited,
)


class DeskMiddleware:
    """Answers what is answered before anything is asked of anybody.

    That the process lives, also to a browser that is signed in; and 503 to what found no thread.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == LIVE:
            return report_alive(request)
        if is_at_desk():
            return answer_outage(request, STANDSTILL if is_standstill() else OVERLOAD)
        return self.get_response(request)


class OverloadMiddleware:
    """Answers 503 to what has waited longer than its kind may; see the settings WAIT_OF_…."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_app = settings.SESSION_HEADER_NAME in request.headers
        known = by_app or settings.SESSION_COOKIE_NAME in request.COOKIES
        has_query = bool(request.META.get("QUERY_STRING"))
        asked = Asked(request.method or "", request.path, known, has_query)
        if seconds_waited() > patience_with(asked, seconds_of_crowd()):
            return answer_outage(request, OVERLOAD)
        return self.get_response(request)
