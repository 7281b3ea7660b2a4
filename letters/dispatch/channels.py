"""What hands letters over by itself: one way for each channel that needs no person.

An app registers its way in AppConfig.ready(). The worker of ``letters.dispatch.tasks`` calls it
outside of any transaction, with the dispatch in state ``sending``; it raises nothing for what a
neighbour does, it says how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from letters.dispatch.models import Channel, Dispatch
from services_catalog.models import Organisation


@dataclass(frozen=True)
class Sent:
    """The other side has taken it; ``detail`` is what it answered, for the desk."""

    detail: str = ""


@dataclass(frozen=True)
class Failed:
    """Surely not sent. ``for_good``: to try again is of no use, somebody must see to it."""

    reason: str
    for_good: bool = False


@dataclass(frozen=True)
class InDoubt:
    """Nobody knows whether it was sent, so that it is not sent again before somebody decides."""

    reason: str


Outcome = Sent | Failed | InDoubt


class Way(Protocol):
    """How letters are handed over by one channel."""

    def why_not(self, organisation: Organisation | None) -> str:
        """Why the recipient cannot be reached this way now, in Persian; empty: it can.

        None stands for the applicant. Must ask nobody outside.
        """

    def hand_over(self, dispatch: Dispatch) -> Outcome:
        """Send it, with ``dispatch.message_id`` as its name."""

    def look_up(self, dispatch: Dispatch) -> Outcome:
        """What became of a try whose end nobody knows: asked before anything is repeated.

        Sent: it had arrived. Failed: surely nothing was sent, it may be tried again. InDoubt: a
        person decides.
        """


_ways: dict[str, Way] = {}


def register_way(channel: str, way: Way) -> None:
    """Have letters of ``channel`` handed over by ``way``. ValueError when it has one already."""
    if channel in _ways:
        raise ValueError(f"Two ways of {channel}")
    _ways[channel] = way


def forget_way(channel: str) -> None:
    """Take a way back that was registered, as a test does after itself."""
    _ways.pop(channel, None)


def way_of(channel: str) -> Way | None:
    """What hands letters of the channel over; None where there is nothing."""
    return _ways.get(channel)


def why_not(channel: str, organisation: Organisation | None) -> str:
    """Why a machine cannot hand over by ``channel`` to this recipient; empty: it can."""
    way = way_of(channel)
    if way is None:
        return f"ارسال از طریق «{Channel(channel).label}» در این سامانه راه‌اندازی نشده است."
    return way.why_not(organisation)
