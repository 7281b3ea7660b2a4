"""Circuit breakers: who does not answer is left in peace, and asked again by one at a time.

Without them every worker would wait for a silent gateway once for each of ten thousand
messages. After some failures in a row a gateway rests: tasks give their rows back at once
instead of asking (:func:`resting_until`), and after each rest one of them tries: the first that
has something to ask (:func:`require_turn`). What
somebody waits for, like a sign-in code, may ask all the same; the first good answer ends
the rest. The state is a row of the database, so that all processes and hosts share it,
a restart keeps it, and the staff can read it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from work.models import Gateway

logger = logging.getLogger(__name__)

# So many failures in a row, and it rests.
MOST_FAILURES = 3
REST = timedelta(seconds=30)
# An answer that takes longer is a failure too, though it counts as an answer; and nobody waits
# longer for a gateway that rests.
SLOW_SECONDS = 5.0


class Resting(Exception):
    """Nobody is to ask the gateway before ``until``."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"resting until {until}")
        self.until = until


def resting_until(name: str) -> datetime | None:
    """Until when nobody needs to ask the gateway; None: it may be asked. Takes nobody's turn."""
    gateway = resting_gateway(name)
    until = gateway.rests_until if gateway else None
    return until if until and until > timezone.now() else None


def require_turn(name: str) -> None:
    """Call it right before asking, when nothing else can keep the question from being asked.

    When a rest is over, the first that comes here may ask, and the others rest on: Resting.
    """
    gateway = resting_gateway(name)
    if gateway is None or gateway.rests_until is None:
        return
    now = timezone.now()
    if gateway.rests_until > now:
        raise Resting(gateway.rests_until)
    turn = Gateway.objects.filter(pk=gateway.pk, rests_until=gateway.rests_until)
    if not turn.update(rests_until=now + REST):
        raise Resting(now + REST)


def room_for(name: str) -> int | None:
    """How many calls can be of use now: none while it rests, then one; None: any number."""
    gateway = resting_gateway(name)
    if gateway is None or gateway.rests_until is None:
        return None
    return 1 if gateway.rests_until <= timezone.now() else 0


def resting_gateway(name: str) -> Gateway | None:
    """The gateway, when it has failed so often that it rests."""
    return Gateway.objects.filter(name=name).exclude(silent_since=None).first() if name else None


def record_answer(name: str, seconds: float) -> None:
    """It answered after so many ``seconds``."""
    if seconds > SLOW_SECONDS:
        record_failure(name, f"slow: {seconds:.0f} s")
    elif Gateway.objects.filter(name=name, failures__gt=0).exists():
        _write_safely(name, _record_good)


def record_failure(name: str, reason: object) -> None:
    """It did not answer, or too slowly; ``reason`` is for those who look after the system."""
    logger.warning("%s does not answer: %s", name, reason)
    _write_safely(name, _record_bad)


def _write_safely(name: str, write: Callable[[str], None]) -> None:
    """Without a database the answer itself still counts."""
    try:
        with transaction.atomic():
            write(name)
    except DatabaseError:
        logger.exception("What %s did could not be recorded", name)


def _record_good(name: str) -> None:
    Gateway.objects.filter(name=name).update(failures=0, silent_since=None, rests_until=None)
    logger.info("%s answers again", name)


def _record_bad(name: str) -> None:
    now = timezone.now()
    gateway, _ = Gateway.objects.get_or_create(name=name)
    row = Gateway.objects.filter(pk=gateway.pk)
    row.update(failures=F("failures") + 1)
    row.filter(failures__gte=MOST_FAILURES).update(
        silent_since=Coalesce("silent_since", now), rests_until=now + REST
    )
