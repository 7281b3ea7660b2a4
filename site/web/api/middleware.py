"""Middleware of the API: no page of HTML below /api/, and no answer twice that did not change."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from web.api.problems import answer_problem

API = "/api/"
# What an answer keeps that is told in our words instead of in a page.
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def is_for_api(request: HttpRequest) -> bool:
    """Whether a program asks, which is answered in JSON."""
    return request.path.startswith(API)


class ApiProblemsMiddleware:
    """Tells in problem+json what anything on the way would have told with a page.

    An unknown address, a method that is not taken, a stale CSRF token, an overloaded or broken
    portal: their pages are for browsers. Stands outside of whatever may refuse.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_for_api(request) or response.status_code < 400:
            return response
        if "json" in response.get("Content-Type", ""):
            return response
        answer = answer_problem(response.status_code)
        for name in KEPT:
            if name in response.headers:
                answer.headers[name] = response.headers[name]
        answer.cookies = response.cookies
        return answer


class ApiConditionalMiddleware:
    """Gives every answer to a GET an ETag, and 304 to whoever has it already.

    Stands within the packing, so that the digest is that of the content.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_for_api(request) or request.method not in ("GET", "HEAD"):
            return response
        if response.streaming or response.status_code != 200:
            return response
        if request.method == "HEAD" and "no-store" in response.get("Cache-Control", ""):
            return response  # what it tells stands in its headers alone: how far a file has come
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        etag = quote_etag(sha256(response.content).hexdigest()[:32])
        response.headers["ETag"] = etag
        return get_conditional_response(request, etag, response=response) or response
