"""Hosts: each counts on in a row of its own, and whoever sees one fall silent gives back what it held.

Of another host nothing can be looked at but that row. No clocks are compared: who watches notes by
its own when it last saw a number change, and knows nothing of the time in which it did not look. A
host that was taken for lost and wakes up finds its claims gone: what it had in hand is written to
``row.held()``, or by ``finish``, which is done once.
"""

import logging
import math

from django.db.models import F

from work import recovery
from work.models import Host

logger = logging.getLogger(__name__)

BEAT_EVERY = 2.0
# A host that counts no further for so long has gone, or stands still as a whole.
LOST_AFTER = 10.0
# Between two looks; after a longer time all others are seen as for the first time.
BLIND_AFTER = 5.0


class HostWatch:
    """What one host sees of the others. ``now`` is in seconds of a clock that never goes back."""

    def __init__(self, own: str) -> None:
        self._own = own
        self._seen: dict[str, tuple[int, float]] = {}  # its count, and when that was new
        self._looked = -math.inf
        self._due: list[float] = []

    def look(self, now: float) -> None:
        """Count on, and have the work of lost hosts done here, what rests as well."""
        self._count_on()
        lost = self._find_silent(now)
        for name, count in lost.items():
            freed = recovery.release_claims_of_host(name, LOST_AFTER)
            Host.objects.filter(name=name, beats=count).delete()
            logger.error("Host %s is silent; %d of its claims are given back", name, freed)
        if lost:
            self._due += [now]
        self._send_when_due(now)

    def leave(self) -> None:
        """This host is no more to be missed: it ends in order."""
        Host.objects.filter(name=self._own).delete()

    def _count_on(self) -> None:
        if Host.objects.filter(name=self._own).update(beats=F("beats") + 1):
            return
        if self._looked > -math.inf:
            logger.error(
                "This host was taken for lost, and goes on with what nobody has taken over"
            )
        Host.objects.get_or_create(name=self._own)

    def _find_silent(self, now: float) -> dict[str, int]:
        if now - self._looked > BLIND_AFTER:
            self._seen.clear()
        self._looked = now
        counts = dict(Host.objects.exclude(name=self._own).values_list("name", "beats"))
        seen = {name: self._seen.get(name, (-1, now)) for name in counts}
        self._seen = {
            name: seen[name] if seen[name][0] == count else (count, now)
            for name, count in counts.items()
        }
        return {
            name: count for name, (count, since) in self._seen.items() if now - since >= LOST_AFTER
        }

    def _send_when_due(self, now: float) -> None:
        if not self._due or min(self._due) > now:
            return
        self._due = [moment for moment in self._due if moment > now]
        rest = recovery.send_lost_work()
        if rest is not None:
            self._due.append(now + rest)
