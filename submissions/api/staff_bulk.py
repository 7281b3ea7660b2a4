"""One step for many requests: begun here, taken by the worker one by one, followed here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Body, Query, Schema, Status
from pydantic import Field
from wagtail.utils.forms import FormValidationError

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.cartable import PageQuery
from submissions.api.shared import office, require_right
from submissions.api.step_bodies import Key, StrictSchema, Words
from submissions.models import BulkLine
from submissions.staff.bulk.forms import FORMS
from submissions.staff.bulk.views import PERMISSION, acts_of, lines_of
from submissions.states import REFERRED, StepName, Urgency
from submissions.workflow.bulk import begin_bulk
from web.pagination import keyset_page
from web.requests import UserRequest


class ChosenItem(StrictSchema):
    """A work item, and the ``last_seq`` of its request that was seen."""

    item: Key
    expecting: Annotated[int, Field(ge=0, lt=2**31)]


class ManyBody(StrictSchema):
    """At most 500 items; what has moved since it was seen is left alone and says why."""

    name: str
    chosen: Annotated[list[ChosenItem], Field(max_length=2000)]
    note: Words = ""


class PassOnMany(ManyBody):
    """``note``: every applicant of them will read it."""

    name: Literal["pass_on"]


class ReferMany(ManyBody):
    """The same question to the same colleagues about each of them."""

    name: Literal["refer"]
    people: Annotated[list[Key], Field(max_length=50)]
    purpose: Literal[tuple(purpose.value for purpose in REFERRED)] = "opinion"  # type: ignore[valid-type]


class AssignMany(ManyBody):
    """One colleague is to have it all."""

    name: Literal["assign"]
    person: Key


class PutBackMany(ManyBody):
    """All of it goes back to its desks."""

    name: Literal["put_back"]


class UrgencyOfMany(ManyBody):
    """How soon all of them are wanted; what is so already is left alone."""

    name: Literal["set_urgency"]
    urgency: Urgency


if TYPE_CHECKING:
    AnyMany = ManyBody
else:
    AnyMany = Annotated[
        PassOnMany | ReferMany | AssignMany | PutBackMany | UrgencyOfMany,
        Field(discriminator="name"),
    ]


class ActOut(Schema):
    """How far it is; ``finished_at`` is null while the worker is at it."""

    id: int
    name: StepName
    note: str
    created_at: datetime
    finished_at: datetime | None
    many: int
    done: int
    refused: int


class LineOut(Schema):
    """One item; ``refusal``: why it was left alone, in words."""

    item: int
    tracking_code: str
    party: str
    done: bool
    refusal: str


class ActDetail(ActOut):
    """What was not done comes first."""

    lines: list[LineOut]


class ActPage(Schema):
    items: list[ActOut]
    after: str
    before: str


@office.get("staff/bulk/", response=ActPage, summary="اقدام‌های گروهی من")
@asks_for(Scope.STAFF_READ)
def list_acts(request: UserRequest, asked: Query[PageQuery]) -> ActPage:
    """What whoever asks has done for many at once, the newest first."""
    acts = acts_of(require_right(request, PERMISSION))
    page = keyset_page(
        acts, "created_at", newest_first=True, after=asked.after, before=asked.before
    )
    items = [ActOut(**_facts_of(act)) for act in page.rows]
    return ActPage(items=items, after=page.after, before=page.before)


@office.post("staff/bulk/", response={202: ActDetail}, summary="شروع اقدام گروهی")
@asks_for(Scope.STAFF_ACT)
def begin_act(request: UserRequest, said: Body[AnyMany]) -> Status[ActDetail]:
    """Keep what is to be done and have the worker do it, each item for itself."""
    user, step = require_right(request, PERMISSION), StepName(said.name)
    form = FORMS[step](said.dict(exclude={"name", "chosen"}), by=user)
    if not form.is_valid():
        raise FormValidationError.from_form(form)
    chosen = [(one.item, one.expecting) for one in said.chosen]
    note, detail = form.cleaned_data["note"], form.kept_detail()
    act = begin_bulk(user, step, chosen, note=note, detail=detail)
    return Status(202, show_act(request, act.pk))


@office.get("staff/bulk/{int:act_id}/", response=ActDetail, summary="پیشرفت اقدام گروهی")
@asks_for(Scope.STAFF_READ)
def show_act(request: UserRequest, act_id: int) -> ActDetail:
    """How far an act of one's own is, and what became of each of its items."""
    acts = acts_of(require_right(request, PERMISSION))
    act = get_object_or_404(acts if act_id < 2**63 else acts.none(), pk=act_id)
    return ActDetail(**_facts_of(act), lines=[_tell_line(line) for line in lines_of(act)])


def _facts_of(act: Any) -> dict[str, Any]:
    facts = {name: getattr(act, name) for name in ActOut.model_fields if name != "id"}
    return {"id": act.pk} | facts


def _tell_line(line: BulkLine) -> LineOut:
    submission = line.item.submission
    return LineOut(
        item=line.item_id,
        tracking_code=submission.tracking_code,
        party=submission.party.name,
        done=line.step_id is not None,
        refusal=line.refusal,
    )
