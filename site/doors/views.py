"""Answers that belong to no app: when a form's token is stale."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has run out: nothing was done, and the page says how to go on."""
    return render(request, "403.html", {"stale_form": True}, status=403)
