"""Middleware: refusals as pages, compression."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.views.defaults import bad_request
from django_fsm import TransitionNotAllowed

from web import deletions, form_recovery
from web.refusals import NotNow, Refusal

# Whoever is sent on from there had no session to lose.
WAYS_IN = ("/accounts/", "/admin/login/", "/admin/logout/")
# No page has a form there, and what was turned away unread stays unread.
WITHOUT_FORMS = (*WAYS_IN, "/api/")


class BodilessMiddleware:
    """Answers HEAD with the headers of the page alone; the web server warns of a body each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.get_response(request)
        if request.method != "HEAD":
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = iter(())
        elif isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class PackedPagesMiddleware(GZipMiddleware):
    """Packs pages: a page of the catalog is a fifth as long on the line.

    Pages only: files that are handed in or issued are packed already. Django adds a random
    length to each answer, and its tokens differ in each, so the length gives nothing away.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.get("Content-Type", "").partition(";")[0]
        return super().process_response(request, response) if kind == "text/html" else response


class NulMiddleware:
    """Answers 400 to an address or a cookie with a NUL: PostgreSQL takes none, and means none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            return bad_request(request, ValueError("NUL"))
        return self.get_response(request)


class RefusalMiddleware:
    """Answers a :class:`Refusal` from any view with its status and its sentence.

    An address that only takes a form, opened by itself, would otherwise be an empty page: people
    come there by going back, or by signing in again after a session has ended.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.method == "GET":
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ProtectedError | RestrictedError):
            return deletions.answer_deletion(request, error)
        if isinstance(error, TransitionNotAllowed):
            error = NotNow()
        if not isinstance(error, Refusal):
            return None
        context = {"refusal": error, "written": form_recovery.prose_of(request)}
        answer = render(request, "refusal.html", context, status=error.status)
        if error.retry_after is not None:
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer


class KeptWordsMiddleware:
    """Keeps what was typed when the answer to it is the way to the sign-in page, and says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            # What broke may be what would be asked here who is signed in.
            return response
        if request.method == "POST" and not request.path.startswith(WITHOUT_FORMS):
            if request.user.is_authenticated:
                self._taken(request, response)
            elif response.status_code == 302 and not form_recovery.is_by_script(request):
                words = (
                    form_recovery.TURNED_AWAY
                    if form_recovery.keep_form(request)
                    else form_recovery.NOT_DONE
                )
                messages.info(request, words)
        return response

    def _taken(self, request: HttpRequest, response: HttpResponse) -> None:
        if response.status_code != 403 and form_recovery.FIELD in request.POST:
            form_recovery.forget_form(request)


def _holds_nul(request: HttpRequest) -> bool:
    query = request.META.get("QUERY_STRING", "")
    return "%00" in query or any("\0" in text for text in (request.path, *request.COOKIES.values()))
