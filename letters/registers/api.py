"""Endpoints of what becomes of a letter: revoking, making its number void."""

from __future__ import annotations

from typing import Annotated

from ninja import Router, Schema
from pydantic import ConfigDict, Field

from accounts.models import Scope
from letters.api import LetterDetail, find_letter_of, tell_letter
from letters.registers.doors import MOST_WORDS, revoke_letter, void_letter
from persian.digits import to_ascii
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from web.requests import UserRequest


class LetterEnd(Schema):
    """Why; colleagues alone read it."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(max_length=MOST_WORDS)]


class LetterVoid(LetterEnd):
    """``letter_number``: the next number, where a system outside gives it."""

    letter_number: Annotated[str, Field(max_length=40)] = ""


office = Router(auth=signed_in, tags=["staff"])


@office.post("staff/letters/{int:letter_id}/revoke/", response=LetterDetail, summary="ابطال نامه")
@asks_for(Scope.STAFF_ACT)
def revoke_one(request: UserRequest, letter_id: int, said: LetterEnd) -> LetterDetail:
    """Take an issued letter back; the applicant and whoever verifies it are told.

    403: not yours to revoke. 409: it has no paper yet, or holds no longer.
    """
    letter = find_letter_of(request, letter_id)
    revoke_letter(letter, by=request.user, reason=said.reason)
    return tell_letter(find_letter_of(request, letter_id))


@office.post(
    "staff/letters/{int:letter_id}/void/", response=LetterDetail, summary="باطل کردن شماره"
)
@asks_for(Scope.STAFF_ACT)
def void_one(request: UserRequest, letter_id: int, said: LetterVoid) -> LetterDetail:
    """Make the number of a letter that never left void; tells the letter that has a number now.

    403: not yours to void. 409: it has left, or holds no longer.
    """
    letter = find_letter_of(request, letter_id)
    number = to_ascii(said.letter_number)
    now = void_letter(letter, by=request.user, reason=said.reason, number=number)
    return tell_letter(find_letter_of(request, now.pk))
