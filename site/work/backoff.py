"""How long a failed attempt rests before the next one."""

from datetime import timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)


def back_off(tries: int) -> timedelta:
    """The rest after the ``tries``-th attempt: 30 s, doubled each time, one hour at most."""
    doublings = max(tries - 1, 0)
    # The shift is capped first: a timedelta overflows long before an int does.
    return min(FIRST * 2 ** min(doublings, 12), LONGEST)
