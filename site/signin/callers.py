"""Who calls the API, and for whom they act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import SessionAuth

from signin.staff.second_factor import lacks_second_factor
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
    """A colleague's session did without the second factor that the company demands."""

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


def _choose_party(request: HttpRequest) -> None:
    named = request.headers.get(PARTY_HEADER, "")
    if not named:
        return
    person: Any = request.user
    party = next((party for party in person.parties if str(party.pk) == named), None)
    if party is None:
        raise NotAMember
    person.acting_choice = party.pk


signed_in = PersonAuth()
