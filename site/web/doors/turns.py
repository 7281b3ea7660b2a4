"""Doors that slow down whoever presses too often, and refuse nobody who has done some work.

A door counts several things at once: the number, the network that asks, the two together. Each has
free turns; beyond them one waits, or pays each turn with a proof of work, which gets dearer with the
pressure. Where many honest people share an address, they calculate a second longer; nobody is shut
out because of others there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from web.doors import proof_of_work
from web.rate_limits import Limit


@dataclass(frozen=True)
class Answer:
    """What a door says: go (``wait`` is 0), wait so long, or solve the ``challenge`` instead."""

    wait: int = 0
    whose: str = ""
    challenge: str | None = None


class Counted(Protocol):
    """One of the things that a door counts."""

    @property
    def whose(self) -> str:
        """The words for what is counted, as they begin a refusal."""

    def wait(self) -> int:
        """The seconds until there is a free turn; uses none."""

    def take_turn(self) -> int:
        """Use one free turn: 0, or the seconds to wait."""

    def undo(self) -> None:
        """Give the free turn back that was just taken."""

    def level(self) -> int:
        """How dear the next turn is that is paid for; 0 when it cannot be bought."""

    def pay(self) -> None:
        """Note a turn that was paid for."""


@dataclass(frozen=True)
class Tally:
    """The turns of one key. ``for_sale``: how many beyond the free ones; None for any number."""

    limit: Limit
    key: str
    whose: str = ""
    for_sale: int | None = None

    def wait(self) -> int:
        return self.limit.wait(self.key)

    def take_turn(self) -> int:
        return self.limit.take(self.key)

    def undo(self) -> None:
        self.limit.give_back(self.key)

    def level(self) -> int:
        sold = self._sold.amount - self._sold.left(self.key)
        if self.for_sale is not None and sold >= self.for_sale:
            return 0
        return min(1 + sold // self._step, proof_of_work.LEVELS)

    def pay(self) -> None:
        if self.limit.take(self.key):
            self._sold.take(self.key)

    def give_back(self) -> None:
        """One turn less: it came to a good end. What was paid for goes first."""
        if not self._sold.give_back(self.key):
            self.limit.give_back(self.key)

    @property
    def _step(self) -> int:
        return -(-self.limit.amount // 2)

    @property
    def _sold(self) -> Limit:
        most = self._step * proof_of_work.LEVELS if self.for_sale is None else self.for_sale
        return Limit(f"{self.limit.name}-sold", most, self.limit.seconds)


def look_at_door(door: str, counted: Sequence[Counted], about: str) -> Answer:
    """What the door would say now; uses no turn."""
    shut = [each for each in counted if each.wait()]
    return _refusal(door, shut, about) if shut else Answer()


def ask_door(door: str, counted: Sequence[Counted], about: str, solution: str) -> Answer:
    """Go through ``door`` in the matter ``about``: by a free turn of all, or by a ``solution``."""
    shut = [each for each in counted if each.wait()] or _take_free_turns(counted)
    if not shut:
        return Answer()
    level = _level_of(shut)
    if level and proof_of_work.accept_proof(solution, door, about, level):
        for each in counted:
            each.pay()
        return Answer()
    return _refusal(door, shut, about)


def _take_free_turns(counted: Sequence[Counted]) -> list[Counted]:
    """One of each, or none at all: then whose turn somebody else has just taken."""
    for number, each in enumerate(counted):
        if each.take_turn():
            for taken in counted[:number]:
                taken.undo()
            return [each]
    return []


def _refusal(door: str, shut: Sequence[Counted], about: str) -> Answer:
    level = _level_of(shut)
    challenge = proof_of_work.make_challenge(door, about, level) if level else None
    # Of several that have to wait, the one that waits longest is named.
    wait, whose = max((each.wait() or 1, each.whose) for each in shut)
    return Answer(wait, whose, challenge)


def _level_of(shut: Sequence[Counted]) -> int:
    levels = [each.level() for each in shut]
    return max(levels) if all(levels) else 0
