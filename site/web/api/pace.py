"""How many calls a minute one caller has: people by themselves, tokens too, all others by address.

A token that has spent its turns takes none from its owner's sessions and other tokens; all
tokens of one owner together have what a few of them have, so that more tokens are not more turns.

Counted by the portal's own limits, which all processes share. So that reading costs no
writing, a process takes some turns at once and hands them out within the minute.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from db.cache import CacheAway
from web.api.problems import answer_problem
from web.rate_limits import Limit
from web.security.visitors import network_of

API = "/api/"
SECONDS = 60
# Where callers without a session say who they are.
TOKENS = ("Authorization", "X-Session-Token")
# The part of all turns that a process takes at once.
PART = 20
# All tokens of one owner have together what so many have.
TOKENS_TOGETHER = 4
# Callers that a process remembers; of others it asks anew.
MOST_CALLERS = 10_000


@dataclass
class Purse:
    """Turns in hand, those left for others, until when both mean something, and the wait for one.

    ``owner``: whose token it is, once a call has told.
    """

    in_hand: int = 0
    left: int = 0
    until: float = 0
    wait: int = 0
    owner: int | None = None

    @property
    def is_known(self) -> bool:
        return time.monotonic() < self.until

    @property
    def is_shut(self) -> bool:
        return bool(self.wait) and self.is_known


class Pace:
    """The turns of all callers of one kind, as this process knows them."""

    def __init__(self, name: str, amount: int) -> None:
        self.limit = Limit(f"api-{name}", amount, SECONDS)
        self.name = name
        self._purses: OrderedDict[str, Purse] = OrderedDict()
        self._lock = Lock()

    def look(self, key: str) -> Purse:
        """What is known here of the turns of ``key``; uses none."""
        with self._lock:
            purse = self._purses.setdefault(key, Purse())
            self._purses.move_to_end(key)
            if len(self._purses) > MOST_CALLERS:
                self._purses.popitem(last=False)
            return purse

    def take(self, key: str) -> Purse:
        """Use one turn; without one, the purse says how long to wait."""
        purse = self.look(key)
        with self._lock:
            if purse.is_known and (purse.in_hand or purse.wait):
                purse.in_hand = max(purse.in_hand - 1, 0)
                return purse
        taken = self.limit.take_some(key, max(self.limit.amount // PART, 1))
        wait = 0 if taken else max(self.limit.wait(key), 1)
        left = self.limit.left(key)
        with self._lock:
            purse.in_hand = (purse.in_hand if purse.is_known else 0) + max(taken - 1, 0)
            purse.wait, purse.left = wait, left
            purse.until = time.monotonic() + (wait or SECONDS)
        return purse


class ApiPaceMiddleware:
    """Answers 429 to whoever calls too often, and tells everybody what they have left.

    A token that opens nothing costs a turn of its address, so that invented ones buy nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._paces: dict[tuple[str, int], Pace] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return self.get_response(request)
        strangers = self._pace_of("address")
        line = f"address:{network_of(request)}"
        caller = _caller_of(request)
        pace, key = (self._pace_of("caller"), caller) if caller else (strangers, line)
        if pace is None:
            return self.get_response(request)
        try:
            purse = pace.take(key)
            together, of_owner = self._take_of_owner(purse)
        except (CacheAway, DatabaseError):
            # It protects nothing that must not be tried; who cannot be counted is let in.
            return self.get_response(request)
        is_shut_out = caller.startswith("token:") and strangers and strangers.look(line).is_shut
        if purse.wait or is_shut_out:
            return _tell(_refuse(purse.wait or SECONDS), pace, purse)
        if together and of_owner and of_owner.wait:
            return _tell(_refuse(of_owner.wait), together, of_owner)
        response = self.get_response(request)
        if response.status_code == 401 and caller and strangers:
            strangers.take(line)
        # What everybody may read asks for nobody's token.
        purse.owner = request.__dict__.get("token_owner", purse.owner)
        return _tell(response, pace, purse)

    def _take_of_owner(self, purse: Purse) -> tuple[Pace | None, Purse | None]:
        """A turn of all tokens of the owner, where an earlier call has told whose token it is."""
        pace = self._pace_of("owner") if purse.owner else None
        return pace, pace.take(str(purse.owner)) if pace else None

    def _pace_of(self, name: str) -> Pace | None:
        amount = AMOUNTS[name]()
        if not amount:
            return None
        return self._paces.setdefault((name, amount), Pace(name, amount))


#: How many turns each kind of caller has; 0: they are not counted.
AMOUNTS: dict[str, Callable[[], int]] = {
    "caller": lambda: settings.API_CALLS_A_MINUTE,
    "owner": lambda: settings.API_CALLS_A_MINUTE * TOKENS_TOGETHER,
    "address": lambda: settings.API_CALLS_OF_STRANGERS,
}


def _caller_of(request: HttpRequest) -> str:
    """The person of the session, or the token that was sent; of all others nothing."""
    if request.user.is_authenticated:
        return f"person:{request.user.pk}"
    token = next((request.headers[name] for name in TOKENS if name in request.headers), "")
    digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    return f"token:{digest}" if token else ""


def _refuse(wait: int) -> HttpResponse:
    answer = answer_problem(429)
    answer.headers["Retry-After"] = str(wait)
    return answer


def _tell(response: HttpResponse, pace: Pace, purse: Purse) -> HttpResponse:
    """As the draft «RateLimit header fields for HTTP» has it: quota and window, rest and reset."""
    rest = purse.in_hand + purse.left
    response.headers["RateLimit-Policy"] = f'"{pace.name}";q={pace.limit.amount};w={SECONDS}'
    response.headers["RateLimit"] = f'"{pace.name}";r={rest};t={purse.wait or SECONDS}'
    return response
