"""How far somebody has come in: the answer to every act of signing in."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Schema

from signin import code_turns
from signin.codes import SignInCode
from signin.dolat import CHOSEN_KIND
from signin.refusals import StagePassed
from signin.session_store import token_of
from signin.staff.idle import limit_seconds, seconds_left
from signin.stages import NationalIdStage, NewPasswordStage, NewUserStage, SecondFactorStage
from web.allauth_compat import CODE_STAGE, FACTOR_STAGE, get_pending_stage


class Stage(StrEnum):
    """What is wanted next; each is given at an address of its own."""

    CODE = "code"
    NATIONAL_ID = "national_id"
    NEW_PASSWORD = "new_password"
    SECOND_FACTOR = "second_factor"
    SET_UP_SECOND_FACTOR = "set_up_second_factor"
    NEW_USER = "new_user"


STAGES = {
    CODE_STAGE: Stage.CODE,
    NationalIdStage.key: Stage.NATIONAL_ID,
    NewPasswordStage.key: Stage.NEW_PASSWORD,
    FACTOR_STAGE: Stage.SECOND_FACTOR,
    SecondFactorStage.key: Stage.SET_UP_SECOND_FACTOR,
    NewUserStage.key: Stage.NEW_USER,
}


class SentCode(Schema):
    """The code that is awaited. ``wait``: the seconds until another may be asked for."""

    mobile: str
    expired: bool
    tries_left: int
    wait: int


class KnownAlready(Schema):
    """What is known of a newcomer, who may say it otherwise."""

    kind: str
    first_name: str
    last_name: str


class SignedIn(Schema):
    """Who is signed in; ``acting_for``: the party that the session chose."""

    name: str
    staff: bool
    acting_for: int | None


class SessionState(Schema):
    """``session_token``: what an app sends from here on; told when it has changed.

    ``notices``: what the portal tells the person beside it. ``seconds_left``: until a colleague's
    session ends that nobody uses.
    """

    person: SignedIn | None = None
    stage: Stage | None = None
    code: SentCode | None = None
    newcomer: KnownAlready | None = None
    username: str | None = None
    seconds_left: int | None = None
    session_token: str | None = None
    notices: list[str] = []


def pending_stage(request: HttpRequest, wanted: Stage) -> Any:
    """The step of signing in that is pending; StagePassed where it is not the one ``wanted``."""
    stage = get_pending_stage(request)
    if stage is None or STAGES.get(stage.key) is not wanted:
        raise StagePassed
    return stage


def tell_state(
    request: HttpRequest, response: HttpResponse, went_on: HttpResponse | None = None
) -> SessionState:
    """Where somebody stands after an act; ``went_on``: what django-allauth answered to it."""
    if went_on is not None:
        # The mark of a browser that somebody has come in with.
        response.cookies.update(went_on.cookies)
    state = SessionState(**_found(request))
    state.notices = [str(message) for message in get_messages(request)]
    state.session_token = _new_token(request)
    return state


def look_at_state(request: HttpRequest) -> SessionState:
    """Where somebody stands; a browser gets its CSRF token along."""
    if token_of(request) is None:
        get_token(request)
    return SessionState(**_found(request))


def _found(request: HttpRequest) -> dict[str, Any]:
    person: Any = request.user
    if person.is_authenticated:
        acting = person.acting_for
        who = SignedIn(
            name=str(person), staff=person.is_staff_member, acting_for=acting.pk if acting else None
        )
        return {"person": who, "seconds_left": seconds_left(request) if limit_seconds() else None}
    stage = get_pending_stage(request)
    if stage is None or stage.key not in STAGES:
        return {}
    return {"stage": STAGES[stage.key], **_about(request, stage)}


def _about(request: HttpRequest, stage: Any) -> dict[str, Any]:
    """What whoever stands before this step is shown."""
    user = stage.login.user
    if stage.key == CODE_STAGE:
        return {"code": _sent_code(request, SignInCode(stage))}
    if stage.key == NewPasswordStage.key:
        return {"username": user.username}
    if stage.key == NewUserStage.key:
        kind = request.session.get(CHOSEN_KIND) or ""
        names = {"first_name": user.first_name, "last_name": user.last_name}
        return {"newcomer": KnownAlready(kind=kind, **names)}
    return {}


def _sent_code(request: HttpRequest, code: SignInCode) -> SentCode:
    return SentCode(
        mobile=code.mobile,
        expired=code.has_expired,
        tries_left=code.tries_left,
        wait=code_turns.look_at_turn(request, code.mobile).wait,
    )


def _new_token(request: HttpRequest) -> str | None:
    """The app's session, where it is not the one that the app has named."""
    told = token_of(request)
    if told is None or request.session.is_empty():
        return None
    if not request.session.session_key:
        request.session.save()
    token = str(request.session.session_key)
    return token if token != told else None
