"""«توکن‌های دسترسی»: one's own tokens, on the portal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import AccessToken, User
from persian.digits import to_persian
from signin.callers import NoSecondFactor
from signin.staff.second_factor import has_given_one, lacks_second_factor
from signin.tokens.forms import TokenForm
from signin.tokens.issuing import MOST_OF_ONE, issue_token, revoke_token
from web.refusals import Refusal
from web.requests import UserRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_tokens(request: UserRequest) -> HttpResponse:
    """One's tokens, and a form for another; a new one is shown in the answer, and never again."""
    if lacks_second_factor(request, request.user):
        raise NoSecondFactor
    is_sent = request.method == "POST"
    form = TokenForm(request.POST if is_sent else None, owner=request.user)
    issued: dict[str, Any] = {}
    if is_sent and form.is_valid():
        issued = _issue(request, form)
    context = {"form": form, "tokens": tokens_of(request.user), "most": MOST_OF_ONE, **issued}
    status = 422 if is_sent and not issued else 200
    return render(request, "account/tokens.html", context, status=status)


def _issue(request: UserRequest, form: TokenForm) -> dict[str, Any]:
    """The new token with its secret and an empty form; nothing when the form says why not."""
    user = request.user
    given = has_given_one(request, user)
    try:
        token, secret = issue_token(user, by=user, second_factor=given, **form.said)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return {}
    return {"issued": token, "secret": secret, "form": TokenForm(owner=user)}


@require_POST
@login_required
def end_token(request: UserRequest, pk: int) -> HttpResponse:
    """Revoke one of one's own."""
    token = get_object_or_404(AccessToken.objects.filter(user=request.user), pk=pk)
    if revoke_token(token, by=request.user):
        messages.success(request, to_persian(f"توکن «{token.name}» باطل شد."))
    return redirect("accounts:tokens")


def tokens_of(user: User) -> list[AccessToken]:
    """Those that still work, the newest first."""
    live = user.tokens.live().select_related("party").prefetch_related("scopes")
    return list(live.order_by("-created_at", "-pk"))
