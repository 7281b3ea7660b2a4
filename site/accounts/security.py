"""«ورودها و نشست‌ها»: where somebody is signed in now, and when they came in before."""

from __future__ import annotations

from typing import cast

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import devices
from accounts.models import SignIn, User

SHOWN = 20


def end_all(user: User) -> None:
    """End every session of ``user``, wherever they are signed in."""
    for session in UserSession.objects.filter(user=user):
        session.end()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def overview(request: HttpRequest) -> HttpResponse:
    """One's own sessions and the newest of one's sign-ins."""
    user = cast(User, request.user)
    sessions = UserSession.objects.purge_and_list(user)
    sessions.sort(key=lambda session: session.created_at, reverse=True)
    newest = list(SignIn.objects.filter(user=user).order_by("-at", "-pk")[:SHOWN])
    return render(
        request,
        "account/security.html",
        {
            "sessions": [(each, devices.in_words(each.user_agent)) for each in sessions],
            "sign_ins": [(each, devices.in_words(each.device)) for each in newest],
        },
    )


@require_POST
@login_required
def end(request: HttpRequest) -> HttpResponse:
    """End one session of one's own, or with ``which=others`` all but this one."""
    mine = list(UserSession.objects.filter(user=cast(User, request.user)))
    which = request.POST.get("which", "")
    if which == "others":
        chosen = [session for session in mine if not session.is_current()]
    else:
        chosen = [session for session in mine if str(session.pk) == which]
        if not chosen:
            raise Http404
    end_sessions(request, chosen)
    if not request.user.is_authenticated:
        return redirect("account_login")
    messages.success(
        request, "نشست پایان یافت." if len(chosen) == 1 else "نشست‌های دیگر پایان یافت."
    )
    return redirect("accounts:security")
