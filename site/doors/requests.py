"""The request of somebody who is signed in."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


class UserRequest(HttpRequest):
    """A request behind ``login_required``: its user is never anonymous."""

    user: User
