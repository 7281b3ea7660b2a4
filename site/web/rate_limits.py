"""Rate limits, counted in the cache that all processes share.

When that does not answer, CacheAway goes on to the visitor as a 503: see ``web.outages``.
"""

import hashlib
import math
import time
from dataclasses import dataclass

from django.core.cache import cache, caches

from persian.digits import to_persian
from web.allauth_compat import Rate, apply_rate, cache_lock

# So often a second is waited for others who take turns for the same key, an operator's address say.
PATIENCE = 5


@dataclass(frozen=True)
class Limit:
    """At most ``amount`` turns within any ``seconds`` for one key.

    django-allauth counts; its own door to the counting says only yes or no, and
    people are told here how long to wait.
    """

    name: str
    amount: int
    seconds: int

    def take(self, key: str) -> int:
        """Use one turn: 0, or the seconds to wait when none is left."""
        entry = self._entry(key)
        for _ in range(PATIENCE):
            with cache_lock(entry) as locked:
                if locked:
                    return self._take_locked(entry)
        return 1

    def _take_locked(self, entry: str) -> int:
        allowed, turns = self._turns(entry, record=True)
        if not allowed:
            return self._until_free(turns)
        # The cache rounds to whole seconds; a turn must not be forgotten early.
        caches["counters"].set(entry, turns, self.seconds + 2)
        return 0

    def take_some(self, key: str, most: int) -> int:
        """Use up to ``most`` turns at once; how many there were."""
        entry = self._entry(key)
        for _ in range(PATIENCE):
            with cache_lock(entry) as locked:
                if locked:
                    _, turns = self._turns(entry)
                    taken = min(most, self.amount - len(turns))
                    turns = [time.time()] * taken + turns
                    caches["counters"].set(entry, turns, self.seconds + 2)
                    return taken
        return 0

    def wait(self, key: str) -> int:
        """The seconds until there is a turn; 0 when there is one now. Uses none."""
        allowed, turns = self._turns(self._entry(key))
        return 0 if allowed else self._until_free(turns)

    def give_back(self, key: str) -> bool:
        """Undo the newest turn that was taken; whether there was one."""
        entry = self._entry(key)
        for _ in range(PATIENCE):
            with cache_lock(entry) as locked:
                if locked:
                    _, turns = self._turns(entry)
                    if turns:
                        caches["counters"].set(entry, turns[1:], self.seconds + 2)
                    return bool(turns)
        return False

    def left(self, key: str) -> int:
        """The turns that are left now."""
        _, turns = self._turns(self._entry(key))
        return max(self.amount - len(turns), 0)

    def _turns(self, entry: str, record: bool = False) -> tuple[bool, list[float]]:
        rate = Rate(self.amount, self.seconds, "key")
        # A page that only tells how many are left is shown without knowing, too.
        turns = (caches["counters"] if record else cache).get(entry, [])
        return apply_rate(turns, time.time(), rate, dry_run=not record)

    def _until_free(self, turns: list[float]) -> int:
        return max(math.ceil(turns[-1] + self.seconds - time.time()), 1)

    def _entry(self, key: str) -> str:
        # Hashed: the cache's keys are readable, and not every character may stand in one.
        return f"limit:{self.name}:{hashlib.sha256(key.encode()).hexdigest()}"


def in_words(seconds: int) -> str:
    """«۴۵ ثانیه», from two minutes on «۱۲ دقیقه»."""
    if seconds < 120:
        return f"{to_persian(seconds)} ثانیه"
    return f"{to_persian(math.ceil(seconds / 60))} دقیقه"
