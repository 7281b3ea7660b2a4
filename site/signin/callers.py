"""Who calls the API, and for whom they act."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, APIKeyHeader, HttpBearer, SessionAuth

from signin.session_store import token_of
from signin.staff.second_factor import is_demanded_of, lacks_second_factor
from signin.tokens.recognition import recognise_token, require_scope
from signin.tokens.scopes import asked_scope
from web.refusals import Refusal

# Which party this call is for, instead of the one that the session chose.
PARTY_HEADER = "X-Acting-Party"


class NotAMember(Refusal):
    """Whoever calls does not act for the party that they name, or not today."""

    status = 403
    code = "not_a_member"
    title = "اقدام از طرف این شخص ممکن نیست"
    message = "شما در حال حاضر مجاز به اقدام از طرف این شخص نیستید."


class NoSecondFactor(Refusal):
    """A colleague's session, or that in which their token was issued, did without a second factor."""

    status = 401
    code = "second_factor_needed"
    title = "ورود دومرحله‌ای لازم است"
    message = "لطفاً خارج شوید و با ورود دومرحله‌ای دوباره وارد شوید."


class AppAuth(APIKeyHeader):
    """Somebody who has signed in with an app, which sends its session in a header."""

    param_name = settings.SESSION_HEADER_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        if token_of(request) is None:
            return None
        # Whoever names a session is never taken for whom a cookie names.
        if not request.user.is_authenticated:
            raise AuthenticationError
        return let_in(request)


class PersonAuth(SessionAuth):
    """Somebody who has signed in with a browser; with the CSRF token for whatever changes something."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return let_in(request) if request.user.is_authenticated else None


class AppOfAnybody(APIKeyHeader):
    """An app, signed in or not; ``X-Session-Token: new`` begins a session."""

    param_name = settings.SESSION_HEADER_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return key is not None


class BrowserOfAnybody(APIKeyCookie):
    """A browser, signed in or not; with the CSRF token for whatever changes something."""

    param_name = SessionAuth.param_name

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return True


def let_in(request: HttpRequest) -> Any:
    """The person of the session, acting for the party that the call names."""
    person: Any = request.user
    if lacks_second_factor(request, person):
        raise NoSecondFactor
    _choose_party(request)
    return person


class TokenAuth(HttpBearer):
    """A program with a token of ours, for what the token was issued for and its owner may do.

    Stands before the session, whose look at the CSRF token is none of its business. A call with a
    token that opens nothing is refused, whoever else it comes from.
    """

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _, secret = request.headers.get(self.header, "").partition(" ")
        is_token = scheme.lower() == self.openapi_scheme
        return self.authenticate(request, secret.strip()) if is_token else None

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = recognise_token(token)
        person: Any = found.user
        # Also of a call that is refused: its turn is one of the owner's.
        request.__dict__["token_owner"] = found.user_id
        if is_demanded_of(person) and not found.second_factor:
            raise NoSecondFactor
        require_scope(found, asked_scope(request))
        person.acting_token = f"{found.pk}: {found.name}"
        if found.party_id is not None:
            bound = [party for party in person.parties if party.pk == found.party_id]
            person.__dict__["parties"] = bound
        request.user = person
        _choose_party(request)
        return person


def _choose_party(request: HttpRequest) -> None:
    named = request.headers.get(PARTY_HEADER, "")
    if not named:
        return
    person: Any = request.user
    party = next((party for party in person.parties if str(party.pk) == named), None)
    if party is None:
        raise NotAMember
    person.acting_choice = party.pk


# What no program does: it needs the person who signed in. Apps first: a browser is asked for its
# CSRF token before anything else.
by_session = [AppAuth(), PersonAuth()]
# A program by its token, or a person by their session.
signed_in = [TokenAuth(), *by_session]
anybody = [AppOfAnybody(), BrowserOfAnybody()]
