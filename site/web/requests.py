"""Typed access to requests: the signed-in user, numbers from parameters."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User

# No key and no counter of ours is longer; int() refuses some thousands of digits with an error.
MOST_DIGITS = 18


class UserRequest(HttpRequest):
    """A request behind ``login_required``: its user is never anonymous."""

    user: User


def whole_number(text: str) -> int | None:
    """The number that ``text`` says in ASCII digits; None for anything else, however long."""
    if len(text) > MOST_DIGITS or not text.isascii() or not text.isdecimal():
        return None
    return int(text)
