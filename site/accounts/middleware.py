"""For whom a session acts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

# The session's entry: the key of the chosen party.
ACTING_PARTY = "acting_party"


class ActingPartyMiddleware:
    """Tells ``request.user`` which party the session chose.

    Nothing is asked of the session or the database until a page asks who is there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user

        def with_choice() -> object:
            if signed_in.is_authenticated:
                signed_in.acting_choice = request.session.get(ACTING_PARTY)
            return signed_in

        request.user = SimpleLazyObject(with_choice)  # type: ignore[assignment]
        return self.get_response(request)
