"""Tries of passwords at one door, the applicants' or the staff's.

Counted by name and address together, so that nobody locks somebody else out from elsewhere; by name
alone, so that guesses from many addresses get dearer; and apart for a browser that knows the name.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from signin.known_browsers import Kind, known_browser
from web.doors.turns import Answer, Tally, ask_door
from web.rate_limits import Limit, in_words
from web.security.visitors import network_of


class PasswordTries:
    """The limits of one door."""

    def __init__(self, door: str) -> None:
        self._door = door
        # Many phones share an address of their operator, so this one only slows floods down.
        self._from_one_address = Limit(f"{door}-address", 120, 60)
        self._in_a_minute = Limit(door, 10, 60)
        self._in_an_hour = Limit(f"{door}-hour", 60, 3600)
        self._of_a_name = Limit(f"{door}-name", 60, 3600)

    def ask(self, request: HttpRequest, name: str, solution: str = "") -> Answer:
        """Use one try of ``name``, in the one form that is looked up."""
        # Upper case, as the databases compare names: more letters share one capital.
        about = name.upper()
        return ask_door(self._door, self._counted(request, about), about, solution)

    def _counted(self, request: HttpRequest, name: str) -> Sequence[Tally]:
        browser = known_browser(request, Kind.NAME, name)
        if browser:
            return self._pair(f"{name}@{browser}", for_sale=0)
        line = network_of(request)
        return [
            *self._pair(f"{name}@{line}", for_sale=30),
            Tally(self._of_a_name, name),
            Tally(self._from_one_address, line),
        ]

    def _pair(self, key: str, for_sale: int) -> list[Tally]:
        limits = (self._in_a_minute, self._in_an_hour)
        return [Tally(limit, key, for_sale=for_sale) for limit in limits]


def too_many_tries(wait: int) -> str:
    """What is said to whoever has to wait ``wait`` seconds."""
    return f"تعداد تلاش‌ها بیش از حد مجاز است. لطفاً {in_words(wait)}ٔ دیگر دوباره تلاش کنید."
