"""What happened, in one order: for whoever asks from time to time instead of being told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query, Schema
from pydantic import Field

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.shared import router
from submissions.states import State
from submissions.workflow.events import describe_event, events_for
from submissions.workflow.numbering import latest_number, number_steps
from web.requests import UserRequest

PAGE = 100
# So many numbers are looked through for one answer, whoever asks.
WINDOW = 20_000


class EventFacts(Schema):
    """``seq``: the step of this request; ``state``: how it has stood since."""

    tracking_code: str
    seq: int
    from_state: State
    state: State


class EventOut(Schema):
    """``number``: its place in the history of all requests."""

    number: int
    type: str
    timestamp: datetime
    data: EventFacts


class EventPage(Schema):
    """``after``: where to go on; ``more``: there is something to ask for at once."""

    items: list[EventOut]
    after: int
    more: bool


class EventQuery(Schema):
    after: Annotated[int, Field(ge=0, lt=2**63)] = 0


@router.get("events/", response=EventPage, summary="رویدادهای درخواست‌ها")
@asks_for(Scope.EVENTS_READ)
def list_events(request: UserRequest, asked: Query[EventQuery]) -> EventPage:
    """What happened after a number to requests that the caller may see, the oldest first.

    An applicant reads of the acting party. A number never appears below one that was told.
    """
    number_steps()
    latest = latest_number()
    top = min(asked.after + WINDOW, latest)
    party = None if request.user.is_staff else request.user.acting_for
    steps = events_for(request.user, party).filter(number__gt=asked.after, number__lte=top)
    found = list(steps.select_related("submission").order_by("number")[:PAGE])
    items = [EventOut(**describe_event(step)) for step in found]
    after = items[-1].number if len(items) == PAGE else max(top, asked.after)
    return EventPage(items=items, after=after, more=after < latest)
