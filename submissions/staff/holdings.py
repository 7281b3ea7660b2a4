"""Who of each desk has a request, with the keys to take it, give it out and put it back."""

from __future__ import annotations

from dataclasses import dataclass

from submissions.models import WorkItem
from submissions.staff.review_page import ReviewPage
from submissions.staff.step_keys import ReviewKey, step_href
from submissions.states import StepName

OFFERED = (StepName.TAKE, StepName.ASSIGN, StepName.PUT_BACK)


@dataclass(frozen=True)
class Holding:
    """One thing that lies at a desk; ``is_mine``: the reader has it by name."""

    item: WorkItem
    is_mine: bool
    keys: list[ReviewKey]

    @property
    def is_worth_saying(self) -> bool:
        """Whether there is more to say than at which desk it lies."""
        return self.item.person_id is not None or bool(self.keys)


def holdings_of(page: ReviewPage) -> list[Holding]:
    """What lies at desks now; nothing for a member of the party."""
    if page.is_own:
        return []
    found = [_holding(page, item) for item in page.open_items if item.desk_id]
    return [holding for holding in found if holding.is_worth_saying]


def _holding(page: ReviewPage, item: WorkItem) -> Holding:
    offered = page.policy.steps_open(page.user, page.submission, OFFERED, item)
    keys = [
        ReviewKey(
            offer.name.value,
            str(offer.name.label),
            step_href(page.submission, offer.name, item),
            offer.name != StepName.ASSIGN,
        )
        for offer in offered
        if offer.is_open
    ]
    return Holding(item, item.person_id == page.user.pk, keys)
