"""Stops that look at a request side by side, each with how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from services_catalog.facts import StopFacts, StopGroup
from submissions.models import Submission
from submissions.states import Outcome

# Word and icon of each state of a stop.
LOOKS = {
    "agreed": ("تأیید شده", "check-circle"),
    "waiting": ("در حال بررسی", "clock"),
    "returned": ("عودت برای اصلاح", "return"),
    "suspended": ("پس از ارسال مجدد", "pause"),
    "overtaken": ("بررسی لازم نشد", "minus-circle"),
    "todo": ("", "circle"),
}
# What a stop of the present stage is by the outcome of its last decision; open ones have none.
_NOW = {
    "": "waiting",
    Outcome.PASSED: "agreed",
    Outcome.APPROVED: "agreed",
    Outcome.RETURNED: "returned",
    Outcome.SUSPENDED: "suspended",
    Outcome.OVERTAKEN: "overtaken",
}


class Decided(Protocol):
    """One decision of a stop, open or closed: a work item or what was read of one."""

    stop: str
    outcome: str
    closed_by_id: int | None


@dataclass(frozen=True)
class StageStop:
    """One of several stops of a stage; ``state`` is a key of ``LOOKS``."""

    label: str
    state: str

    @property
    def words(self) -> str:
        return LOOKS[self.state][0]

    @property
    def icon(self) -> str:
        return LOOKS[self.state][1]


def decisions_of(submission: Submission) -> list[Decided]:
    """All decisions of the stops, oldest first; asked only of a route that has groups."""
    if not submission.facts.has_groups:
        return []
    names = ("stop", "outcome", "closed_by_id")
    return list(submission.items.decides().order_by("pk").values_list(*names, named=True))


def last_words(decisions: Iterable[Decided]) -> dict[str, str]:
    """The outcome of the last decision of each stop; empty while it is open."""
    return {decision.stop: decision.outcome for decision in decisions}


def stops_of(group: StopGroup, stage: str, said: Mapping[str, str]) -> tuple[StageStop, ...]:
    """The stops of a stage that has several; ``said``: their last words."""
    if len(group) < 2:
        return ()
    return tuple(
        StageStop(stop.unit_title, state_of(stage, said.get(stop.code, "none"))) for stop in group
    )


def state_of(stage: str, outcome: str) -> str:
    """How far a stop has come in a stage that is done, current or todo."""
    if stage == "todo":
        return "todo"
    state = _NOW.get(outcome, "todo")
    return state if stage == "current" or state == "agreed" else "overtaken"


def stopped_by(
    step: int | None, route: Iterable[StopFacts], decisions: Iterable[Decided]
) -> tuple[str, ...]:
    """Titles of the stops whose decision a return (its key) has closed, when they are several."""
    closed = {decision.stop for decision in decisions if decision.closed_by_id == step}
    titles = tuple(stop.unit_title for stop in route if stop.code in closed)
    return titles if step and len(titles) > 1 else ()
