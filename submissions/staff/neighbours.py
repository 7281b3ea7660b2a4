"""What the other stops of a group are to the decision on one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from submissions.models import Submission, WorkItem
from submissions.policies import named
from submissions.reports.side_by_side import StageStop, last_words, state_of
from submissions.states import Outcome


@dataclass(frozen=True)
class Neighbour(StageStop):
    """A stop that looks at the request beside the reader's own."""

    #: Who has agreed, or who has taken it; empty while it waits for anybody at its desk.
    who: str = ""


class Neighbourhood:
    """The stops that look at a submission now, seen from one of them.

    ``decisions``: all its decisions, oldest first; ``own``: what the reader has in hand.
    """

    def __init__(
        self, submission: Submission, decisions: list[WorkItem], own: WorkItem | None
    ) -> None:
        self.submission, self.own = submission, own
        self._last = {decision.stop: decision for decision in decisions}
        self._said = last_words(decisions)

    @cached_property
    def others(self) -> list[Neighbour]:
        """The stops beside the reader's own, with how far each of them is."""
        if self.own is None or not self.own.is_decision:
            return []
        return [
            Neighbour(stop.unit_title, self._state(stop.code), self._who(stop.code))
            for stop in self.submission.current_group
            if stop.code != self.own.stop
        ]

    @property
    def what_follows(self) -> str:
        """What comes of an agreement beside the others, in a sentence; empty for the last one."""
        waiting = [other.label for other in self.others if other.state == "waiting"]
        if not waiting:
            return ""
        if self.submission.completes_group:
            return f"تأیید یک میز کافی است و با تأیید شما بررسی {named(waiting)} پایان می‌یابد."
        onward = [stop.unit_title for stop in self.submission.next_group]
        if onward:
            return f"درخواست پس از تأیید {named(waiting)} به {named(onward)} ارسال می‌شود."
        return f"تأیید نهایی پس از تأیید {named(waiting)} انجام می‌شود."

    @property
    def look_again(self) -> str:
        """Which desks look at it again after a return made now, in a sentence."""
        waiting = {item.stop for item in self.submission.open_decisions}
        again = [stop.unit_title for stop in self.submission.current_group if stop.code in waiting]
        return f"پس از ارسال مجدد متقاضی، درخواست دوباره نزد {named(again)} بررسی می‌شود."

    @property
    def stays_agreed(self) -> str:
        """Whose agreement outlasts a return made now, in a sentence; empty for nobody's."""
        kept = [
            stop
            for stop in self.submission.current_group
            if self._said.get(stop.code) == Outcome.PASSED
        ]
        if not kept:
            return ""
        titles = named(stop.unit_title for stop in kept)
        unless = "، مگر اینکه متن مورد امضا تغییر کند" if any(s.signs for s in kept) else ""
        return f"تأیید {titles} معتبر می‌ماند{unless}."

    def _state(self, stop: str) -> str:
        return state_of("current", self._said.get(stop, "none"))

    def _who(self, stop: str) -> str:
        last = self._last.get(stop)
        if last is None:
            return ""
        who = last.person if last.closed_by is None else last.closed_by.by
        agreed = last.closed_by is None or last.outcome == Outcome.PASSED
        if not who or not agreed:
            return ""
        absent = last.closed_by and last.closed_by.standing_in_for
        return f"{who}، به جانشینی از {absent}" if absent else str(who)
