"""What may be chosen for a step: the same that its form offers on the page of the request."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404
from ninja import Schema

from accounts.models import Scope
from persian.forms import JalaliDateField
from signin.tokens.scopes import asks_for
from submissions.api.one_request import CODE, find_reviewed
from submissions.api.shared import router
from submissions.staff.decision_forms import FORMS, ReturnForm
from submissions.states import StepName
from web.requests import UserRequest

# How the detail of a step calls what its form calls otherwise.
IN_DETAIL = {"asked": "people", "body": "organisation"}


class ChoiceOut(Schema):
    """``value`` goes into the detail of the step, as a number where that asks for a key."""

    value: str
    label: str


class DayRange(Schema):
    """The first and the last day that may be chosen; null: any."""

    first: date | None
    last: date | None


class ThingOut(Schema):
    """One thing that can be sent back, and what was handed in for it."""

    kind: str
    code: str
    title: str
    value: str


class ChoicesOut(Schema):
    """By the names of the detail's fields; ``mend``: for a return; ``note_needed``: words must go with it."""

    item: int | None
    note_needed: bool
    choices: dict[str, list[ChoiceOut]]
    days: dict[str, DayRange]
    mend: list[ThingOut]


@router.get(
    f"{CODE}steps/{{str:name}}/",
    response=ChoicesOut,
    summary="گزینه‌های یک اقدام",
)
@asks_for(Scope.STAFF_READ)
def show_choices(
    request: UserRequest, tracking_code: str, name: str, item: int | None = None
) -> ChoicesOut:
    """What a step of the staff may name: colleagues, desks, bodies, reasons, stops, days.

    Refused like the step where it is shut. ``item``: the work item that it is to be taken on.
    """
    if name not in FORMS:
        raise Http404
    page = find_reviewed(request, tracking_code, item, StepName(name))
    if refusal := page.offers[StepName(name)].refusal:
        raise refusal
    form: Any = FORMS[name](page=page)
    return ChoicesOut(
        item=page.item.pk if page.item else None,
        note_needed=form.fields["note"].required,
        choices=_choices_of(form),
        days=_days_of(form),
        mend=_things_to_mend(form) if isinstance(form, ReturnForm) else [],
    )


def _choices_of(form: Any) -> dict[str, list[ChoiceOut]]:
    fields = form.fields.items()
    return {
        IN_DETAIL.get(name, name): _offered_by(field)
        for name, field in fields
        if isinstance(field, forms.ChoiceField)
    }


def _offered_by(field: Any) -> list[ChoiceOut]:
    return [ChoiceOut(value=str(key), label=str(label)) for key, label in field.choices if key]


def _days_of(form: Any) -> dict[str, DayRange]:
    return {
        name: DayRange(first=field.min_date, last=field.max_date)
        for name, field in form.fields.items()
        if isinstance(field, JalaliDateField)
    }


def _things_to_mend(form: ReturnForm) -> list[ThingOut]:
    return [
        ThingOut(kind=thing.kind, code=thing.code, title=thing.title, value=thing.value)
        for thing in form.things
    ]
