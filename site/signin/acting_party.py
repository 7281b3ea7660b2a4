"""Middleware that sets the acting party and keeps applicants out of the admin."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

# The session's entry: the key of the chosen party.
ACTING_PARTY = "acting_party"


def choose_party(request: HttpRequest, wanted: str) -> bool:
    """Act for another of one's own parties from here on; False where it is none of them."""
    person: Any = request.user
    party = next((party for party in person.parties if str(party.pk) == wanted), None)
    if party is None:
        return False
    request.session[ACTING_PARTY] = person.acting_choice = party.pk
    return True


class ActingPartyMiddleware:
    """Tells ``request.user`` which party the session chose, and keeps what they see to them.

    Nothing is asked of the session or the database until a page asks who is there. A page
    that did, and met somebody, is theirs alone: neither a proxy nor a shared computer's
    browser may store it, unless the view has said how long it keeps.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        met = []

        def with_choice() -> object:
            person: Any = get_user(request)
            if person.is_authenticated:
                met.append(person)
                person.acting_choice = request.session.get(ACTING_PARTY)
            if vars(request)["user"] is unmet:
                # A page looks at the person hundreds of times, and not through another object.
                request.user = person
            return person

        request.user = unmet = SimpleLazyObject(with_choice)  # type: ignore[assignment]
        response = self.get_response(request)
        if met and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
