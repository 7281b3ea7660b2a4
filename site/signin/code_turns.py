"""Turns of sign-in codes: who may have one sent to a number, and when.

A number has turns for everybody and turns of its own for browsers that have signed in with it. A
stranger can use up the former, of each network only some, and then pays for each code.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.timezone import now

from accounts.models import SignIn, SmsMessage, User
from signin.known_browsers import Kind, known_browser
from signin.notifications import SIGN_IN_CODE
from web.allauth_compat import get_authentication_records
from web.doors import proof_of_work
from web.doors.turns import Answer, Counted, Tally, ask_door, look_at_door
from web.rate_limits import Limit
from web.security.visitors import network_of, wide_network_of

DOOR = "code"
# Of one number, asked for by one browser that has signed in with it, and by all such browsers:
# who owns a number can make any number of them.
OWN_MINUTE = Limit("code-own-minute", 1, 60)
OWN_HOUR = Limit("code-own-hour", 5, 3600)
KEPT_IN_ALL = Limit("code-kept", 20, 3600)
# Of one number, asked for from one network.
ONE_A_MINUTE = Limit("code-minute", 1, 60)
FIVE_AN_HOUR = Limit("code-number-network", 5, 3600)
# Of one number, whoever asks.
FROM_EVERYWHERE = Limit("code-hour", 10, 3600)
# Many phones share an address of their operator: a code that was used counts no longer.
FROM_ONE_ADDRESS = Limit("code-address", 60, 60)
FROM_ONE_NETWORK = Limit("code-network-hour", 300, 3600)

# Beyond the free ones, however much is calculated: nobody's telephone is rung all hour. Whoever owns
# the number has turns of their own.
_SOLD_OF_A_NUMBER = 30
# So many times the ceiling above it, codes go to known browsers alone: the office pays for each.
_NO_MORE = 5
_OF_NUMBER = "برای این شماره"
_OF_NETWORK = "از این اتصال اینترنت"
_HOUR = timedelta(hours=1)


class CodesInVain:
    """The office's codes of the last hour that nobody came in by.

    Not those to numbers that are unknown: who watched this ceiling would learn which are.
    """

    whose = "به دلیل تعداد زیاد درخواست‌ها،"

    def wait(self) -> int:
        over = self._over()
        if over < 0:
            return 0
        ends = list(self._sent().order_by("created_at").values_list("created_at")[over : over + 1])
        return max(int((ends[0][0] + _HOUR - now()).total_seconds()), 1) if ends else 0

    def take_turn(self) -> int:
        return 0  # The message itself is what is counted.

    def undo(self) -> None:
        return

    def level(self) -> int:
        over = self._over()
        if over >= settings.SMS_CODES_AN_HOUR * _NO_MORE:
            return 0
        return min(1 + over * 2 // settings.SMS_CODES_AN_HOUR, proof_of_work.LEVELS)

    def pay(self) -> None:
        return

    def _sent(self) -> Any:
        return SmsMessage.objects.filter(key=SIGN_IN_CODE, created_at__gt=now() - _HOUR)

    def _over(self) -> int:
        """By how many codes the ceiling is reached; below 0 when it is not."""
        sent = self._sent().count()
        if sent < settings.SMS_CODES_AN_HOUR:
            return -1
        by_code = SignIn.objects.filter(way=SignIn.Way.CODE).order_by("-pk")
        used = sum(at > now() - _HOUR for at in by_code.values_list("at", flat=True)[:sent])
        return sent - used - settings.SMS_CODES_AN_HOUR


def ask_turn(request: HttpRequest, mobile: str, solution: str = "") -> Answer:
    """Ask to send a code to ``mobile`` for the browser of ``request``."""
    return ask_door(DOOR, _counted(request, mobile), mobile, solution)


def look_at_turn(request: HttpRequest, mobile: str) -> Answer:
    """What this browser would be told if it asked for another code now."""
    return look_at_door(DOOR, _counted(request, mobile), mobile)


def count_arrival(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A code was used: it no longer counts against its network; listens to allauth's sign-in."""
    methods = [record["method"] for record in get_authentication_records(request, user)]
    # The kept turns of a known browser were never counted there.
    if "code" in methods and user.mobile and not known_browser(request, Kind.NUMBER, user.mobile):
        for tally in _of_network(request):
            tally.give_back()


def _counted(request: HttpRequest, mobile: str) -> Sequence[Counted]:
    browser = known_browser(request, Kind.NUMBER, mobile)
    own = f"{mobile}@{browser}"
    if browser and not (OWN_HOUR.wait(own) or KEPT_IN_ALL.wait(mobile)):
        kept = [(OWN_MINUTE, own), (OWN_HOUR, own), (KEPT_IN_ALL, mobile)]
        return [Tally(limit, key, _OF_NUMBER, for_sale=0) for limit, key in kept]
    here = f"{mobile}@{wide_network_of(request)}"
    return [
        Tally(ONE_A_MINUTE, here, _OF_NUMBER),
        Tally(FIVE_AN_HOUR, here, _OF_NUMBER),
        Tally(FROM_EVERYWHERE, mobile, _OF_NUMBER, for_sale=_SOLD_OF_A_NUMBER),
        *_of_network(request),
        CodesInVain(),
    ]


def _of_network(request: HttpRequest) -> list[Tally]:
    return [
        Tally(FROM_ONE_ADDRESS, network_of(request), _OF_NETWORK),
        Tally(FROM_ONE_NETWORK, wide_network_of(request), _OF_NETWORK),
    ]
