"""The session itself, the others of the same person, and for whom they act."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Schema, Status

from accounts.models import User
from signin.acting_party import choose_party
from signin.api.shared import Body, router
from signin.api.state import SessionState, look_at_state, tell_state
from signin.callers import NotAMember, by_session
from signin.sessions import OTHERS, describe_device, end_some, newest_sign_ins, open_sessions
from web.allauth_compat import clear_login


class PartyBody(Body):
    """``party``: its id, as ``me/`` tells it."""

    party: int


class OpenSession(Schema):
    """``current``: the one that asks."""

    id: int
    current: bool
    device: str
    address: str
    since: datetime


class PastSignIn(Schema):
    """``way``: by what somebody came in."""

    way: str
    second_factor: bool
    device: str
    address: str
    at: datetime


class Sessions(Schema):
    """Where one is signed in, and one's newest sign-ins."""

    sessions: list[OpenSession]
    sign_ins: list[PastSignIn]


@router.get("session/", response=SessionState, summary="وضعیت ورود")
def show_state(request: HttpRequest) -> SessionState:
    """Who is signed in, or what is still wanted. A browser finds its CSRF token in a cookie then."""
    return look_at_state(request)


@router.delete("session/", response=SessionState, summary="خروج")
def sign_out(request: HttpRequest, response: HttpResponse) -> SessionState:
    """Ends the session, or the way in that was begun."""
    clear_login(request)
    get_adapter(request).logout(request)
    return tell_state(request, response)


@router.post(
    "session/presence/", response=SessionState, auth=by_session, summary="اعلام حضور همکار"
)
def tell_presence(request: HttpRequest, response: HttpResponse) -> SessionState:
    """A colleague is there and reads: the session goes on as after any act of theirs."""
    return tell_state(request, response)


@router.put(
    "session/acting-party/", response=SessionState, auth=by_session, summary="انتخاب طرف اقدام"
)
def act_for(request: HttpRequest, response: HttpResponse, said: PartyBody) -> SessionState:
    """From here on the session acts for this party; ``X-Acting-Party`` still outweighs it."""
    if not choose_party(request, str(said.party)):
        raise NotAMember
    return tell_state(request, response)


@router.get("sessions/", response=Sessions, auth=by_session, summary="دستگاه‌ها و ورودهای من")
def list_sessions(request: HttpRequest) -> Sessions:
    """Open sessions and the newest sign-ins of whoever asks."""
    user = cast(User, request.user)
    return Sessions(
        sessions=[
            OpenSession(
                id=each.pk,
                current=each.is_current(),
                device=describe_device(each.user_agent),
                address=each.ip,
                since=each.created_at,
            )
            for each in open_sessions(user)
        ],
        sign_ins=[
            PastSignIn(
                way=each.way,
                second_factor=each.second_factor,
                device=describe_device(each.device),
                address=each.address or "",
                at=each.at,
            )
            for each in newest_sign_ins(user)
        ],
    )


@router.delete("sessions/", response={204: None}, auth=by_session, summary="خروج از دستگاه‌های دیگر")
def end_others(request: HttpRequest) -> Status[None]:
    """Ends all sessions of whoever asks but this one."""
    end_some(request, OTHERS)
    return Status(204, None)


@router.delete(
    "sessions/{session}/", response={204: None}, auth=by_session, summary="خروج از یک دستگاه"
)
def end_one(request: HttpRequest, session: int) -> Status[None]:
    """Ends one session; it may be this one."""
    if session < 1:
        raise Http404
    end_some(request, str(session))
    return Status(204, None)
