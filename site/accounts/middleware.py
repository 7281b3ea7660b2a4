"""For whom a session acts, and which sessions may open the admin."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject

from accounts.staff import lacks_second_factor

# The session's entry: the key of the chosen party.
ACTING_PARTY = "acting_party"

_AGAIN = "برای ورود به بخش کارکنان، مرحله دوم ورود لازم است. لطفاً دوباره وارد شوید."


class ActingPartyMiddleware:
    """Tells ``request.user`` which party the session chose, and keeps what they see to them.

    Nothing is asked of the session or the database until a page asks who is there. A page
    that did, and met somebody, is theirs alone: neither a proxy nor a shared computer's
    browser may store it, unless the view has said how long it keeps.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in, met = request.user, []

        def with_choice() -> object:
            if signed_in.is_authenticated:
                met.append(signed_in)
                signed_in.acting_choice = request.session.get(ACTING_PARTY)
            return signed_in

        request.user = SimpleLazyObject(with_choice)  # type: ignore[assignment]
        response = self.get_response(request)
        if met and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class StaffGateMiddleware:
    """Ends a session that reaches the admin without the second factor it needs.

    Signing in asks for it already; this is for sessions that are older than the demand,
    such as that of an applicant who was made a colleague meanwhile.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and request.path.startswith(reverse("wagtailadmin_home")):
            user = request.user
            if user.is_authenticated and lacks_second_factor(request, user):
                logout(request)
                messages.warning(request, _AGAIN)
                return redirect_to_login(request.get_full_path(), reverse("wagtailadmin_login"))
        return self.get_response(request)
