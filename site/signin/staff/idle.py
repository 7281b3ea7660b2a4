"""A session of the staff ends once nobody has used it for STAFF_IDLE_MINUTES.

Use is what a person does: opening a page, sending a form, or the word of a page that somebody
types or points there (idle.js). What pages do by themselves keeps nothing alive: polls, previews,
saving drafts. Other sessions of the same person go on; those of applicants know no such end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from signin.session_store import token_of
from web import form_recovery
from web.api.middleware import is_for_api

ENDED: Final = "به دلیل عدم فعالیت، از سامانه خارج شده‌اید. لطفاً دوباره وارد شوید."
# When somebody was last here, in seconds; only in sessions of the staff.
_SEEN: Final = "staff_seen"
# Not written down more often than this: each time is a row written.
_GRAIN_SECONDS: Final = 20


def limit_seconds() -> int:
    """How long nobody may be here; 0 where there is no end."""
    return int(settings.STAFF_IDLE_MINUTES * 60)


def begin_session(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The clock of a colleague's session starts; listens to ``user_logged_in``."""
    if user.is_staff_member:
        request.session[_SEEN] = int(time.time())


class IdleMiddleware:
    """Ends a session of the staff that was left alone; the page behind then leads to the sign-in.

    Its words are kept by ``KeptWordsMiddleware``, as of any session that has ended.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whoever has no session is not asked for one: a page for everybody may be kept by proxies.
        named = settings.SESSION_COOKIE_NAME in request.COOKIES or token_of(request)
        if limit_seconds() and named:
            _look_at(request)
        return self.get_response(request)


@never_cache
@require_http_methods(["GET", "POST"])
def tell_session(request: HttpRequest) -> HttpResponse:
    """The seconds that are left of this session, and whose it is; a POST says that somebody is there."""
    who = str(request.user.pk) if request.user.is_authenticated else ""
    return JsonResponse({"left": seconds_left(request) or 0, "who": who})


def _look_at(request: HttpRequest) -> None:
    left = seconds_left(request)
    if left is None:
        # From before there was an end: it begins now.
        if request.path.startswith("/admin/") and request.user.is_authenticated:
            begin_session(None, request, request.user)
    elif left <= 0:
        logout(request)
        if request.method == "GET" and _is_by_person(request):
            messages.warning(request, ENDED)
    elif left <= limit_seconds() - _GRAIN_SECONDS and _is_by_person(request):
        request.session[_SEEN] = int(time.time())


def seconds_left(request: HttpRequest) -> int | None:
    """Seconds; None for a session that has no such end."""
    seen = request.session.get(_SEEN)
    return None if seen is None else seen + limit_seconds() - int(time.time())


def _is_by_person(request: HttpRequest) -> bool:
    if request.path == reverse("accounts:staff_session"):
        return request.method == "POST"
    if is_for_api(request):
        # What a program reads it may read by itself; it writes when somebody wants it to.
        return request.method not in ("GET", "HEAD", "OPTIONS")
    if form_recovery.is_by_script(request):
        return False
    if mode := request.headers.get("Sec-Fetch-Mode"):
        # The frame of a preview is filled by the page around it.
        return mode == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
    # Without https browsers do not say; a script asks for anything, a person for a page.
    return "text/html" in request.headers.get("Accept", "text/html")
