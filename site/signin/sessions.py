"""Open sessions and recent sign-ins of a user, and the cleaning up of old traces."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import AccessToken, OneTimePassword, SignIn, SmsMessage, User
from messaging.delivery import AT_ONCE
from web.allauth_compat import end_sessions, get_authentication_records
from web.security.visitors import address_of
from work import declare_task, enqueue

SHOWN = 20
OTHERS = "others"


def end_all(user: User) -> None:
    """End every session of ``user``, wherever they are signed in, and every token of theirs."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    user.tokens.revoke()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def show_sessions(request: HttpRequest) -> HttpResponse:
    """One's own sessions and the newest of one's sign-ins."""
    user = cast(User, request.user)
    return render(
        request,
        "account/security.html",
        {
            "sessions": [(each, describe_device(each.user_agent)) for each in open_sessions(user)],
            "sign_ins": [(each, describe_device(each.device)) for each in newest_sign_ins(user)],
        },
    )


def open_sessions(user: User) -> list[UserSession]:
    """Where somebody is signed in, the newest first."""
    sessions: list[UserSession] = UserSession.objects.purge_and_list(user)
    return sorted(sessions, key=lambda session: session.created_at, reverse=True)


def newest_sign_ins(user: User) -> list[SignIn]:
    return list(SignIn.objects.filter(user=user).order_by("-at", "-pk")[:SHOWN])


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """End one session of one's own, or with ``which=others`` all but this one."""
    ended = end_some(request, request.POST.get("which", ""))
    if not request.user.is_authenticated:
        return redirect("account_login")
    messages.success(
        request,
        "خروج از دستگاه انجام شد." if ended == 1 else "خروج از دستگاه‌های دیگر انجام شد.",
    )
    return redirect("accounts:security")


def end_some(request: HttpRequest, which: str) -> int:
    """End one session of one's own by its number, or ``others``: all but this one; how many it were."""
    mine = list(UserSession.objects.filter(user=cast(User, request.user)))
    if which == OTHERS:
        chosen = [session for session in mine if not session.is_current()]
    else:
        chosen = [session for session in mine if str(session.pk) == which]
        if not chosen:
            raise Http404
    end_sessions(request, chosen)
    return len(chosen)


_WAYS = {
    "code": SignIn.Way.CODE,
    "password": SignIn.Way.PASSWORD,
    "socialaccount": SignIn.Way.DOLAT,
}
_DEVICE_LENGTH = 200
KEPT = timedelta(days=400)


def keep_sign_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Write down that ``user`` has come in; listens to Django's ``user_logged_in``."""
    methods = [record["method"] for record in get_authentication_records(request, user)]
    ways = [_WAYS[method] for method in methods if method in _WAYS]
    SignIn.objects.create(
        user=user,
        way=ways[-1] if ways else SignIn.Way.OTHER,
        second_factor="mfa" in methods,
        address=address_of(request),
        device=request.META.get("HTTP_USER_AGENT", "")[:_DEVICE_LENGTH],
    )
    SignIn.objects.filter(user=user, at__lt=now() - KEPT).delete()


# The first that is found wins: most browsers also name those they descend from.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def describe_device(user_agent: str) -> str:
    """«Chrome روی Android»; «دستگاه نامشخص» when neither can be told."""
    browser = _first_name_in(_BROWSERS, user_agent)
    system = _first_name_in(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} روی {system}"
    return browser or system or "دستگاه نامشخص"


def _first_name_in(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")


# How long the traces of a sign-in are kept.
TRACES_KEPT = timedelta(days=1)


@declare_task("chores")
def clear_sign_in_traces() -> None:
    """Take away yesterday's codes, the rows of numbers that never gave theirs, and old sessions.

    Where there are more than one task should take, another one takes the rest.
    """
    before = now() - TRACES_KEPT
    # Every browser that asked for a code has a session.
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    taken = [
        _taken_away(SmsMessage.objects.filter(good_until__lt=before)),
        _taken_away(OneTimePassword.objects.filter(expires_at__lt=before)),
        _taken_away(_ended_sessions(before)),
        _taken_away(User.objects.never_arrived(before)),
        _taken_away(AccessToken.objects.filter(expires_at__lt=now() - KEPT)),
    ]
    if max(taken) >= AT_ONCE:
        enqueue(clear_sign_in_traces)


def _taken_away(rows: QuerySet[Any, Any]) -> int:
    """How many of ``rows`` were found; AT_ONCE of them at most."""
    found = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    # Asked again: somebody may have arrived while we looked.
    rows.filter(pk__in=found).delete()
    return len(found)


def _ended_sessions(before: datetime) -> QuerySet[UserSession, UserSession]:
    """What the owners' lists of sessions still hold of sessions that are no more."""
    lasting = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(lasting), created_at__lt=before)
