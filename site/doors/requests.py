"""The request of somebody who is signed in."""

from __future__ import annotations

from accounts.models import User
from django.http import HttpRequest


class UserRequest(HttpRequest):
    """A request behind ``login_required``: its user is never anonymous."""

    user: User  # type: ignore[assignment]
