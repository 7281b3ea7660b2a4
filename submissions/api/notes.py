"""What colleagues tell each other about a request; applicants never read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from accounts.models import Scope
from signin.tokens.scopes import asks_for
from submissions.api.one_request import CODE, find_reviewed
from submissions.api.shared import router
from submissions.api.step_bodies import StrictSchema, Words
from submissions.refusals import NotYours
from submissions.staff.decision_views import write_note
from web.requests import UserRequest


class NoteOut(Schema):
    by: str
    at: datetime
    text: str


class NoteBody(StrictSchema):
    text: Annotated[Words, Field(min_length=1)]


@router.get(f"{CODE}notes/", response=list[NoteOut], summary="یادداشت‌های داخلی")
@asks_for(Scope.STAFF_READ)
def list_notes(request: UserRequest, tracking_code: str) -> list[NoteOut]:
    """What colleagues told each other, the oldest first. 403 for the party of the request."""
    page = find_reviewed(request, tracking_code)
    return [NoteOut(by=str(note.by), at=note.at, text=note.text) for note in page.notes]


@router.post(f"{CODE}notes/", response=list[NoteOut], summary="ثبت یادداشت داخلی")
@asks_for(Scope.STAFF_ACT)
def add_note(request: UserRequest, tracking_code: str, said: NoteBody) -> list[NoteOut]:
    """One note more; the same words twice in a row are one."""
    page = find_reviewed(request, tracking_code)
    if not page.may_write_notes:
        raise NotYours
    write_note(page.submission, said.text, by=request.user)
    return list_notes(request, tracking_code)
