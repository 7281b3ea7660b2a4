"""How soon a request is wanted and when its holder comes back to it, with the keys for both."""

from __future__ import annotations

from dataclasses import dataclass

from submissions.models import WorkItem
from submissions.staff.review_page import ReviewPage
from submissions.staff.step_keys import ReviewKey, step_href
from submissions.states import StepName

OFFERED = (StepName.SET_URGENCY, StepName.SET_FOLLOW_UP, StepName.END_FOLLOW_UP)


@dataclass(frozen=True)
class Arrangements:
    """What the page says of both; ``item``: what the reader has in hand."""

    item: WorkItem | None
    keys: list[ReviewKey]


def arrangements_of(page: ReviewPage) -> Arrangements | None:
    """What the reader has arranged and may arrange; nothing for a member of the party."""
    if page.is_own:
        return None
    offered = page.policy.steps_open(page.user, page.submission, OFFERED, page.item)
    keys = [
        ReviewKey(
            offer.name.value,
            str(offer.name.label),
            step_href(page.submission, offer.name, page.item),
            offer.name == StepName.END_FOLLOW_UP,
        )
        for offer in offered
        if offer.is_open
    ]
    return Arrangements(page.item, keys)
