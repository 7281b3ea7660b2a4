"""Who calls the API, and for whom they act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

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


class PersonAuth(SessionAuth):
    """Somebody who has signed in on the pages; with the CSRF token for whatever changes something."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        person: Any = super().authenticate(request, key)
        if person is None:
            return None
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


# A program by its token, or a person by their session.
signed_in = [TokenAuth(), PersonAuth()]
# What no program does: it needs the person who signed in.
by_session = PersonAuth()
