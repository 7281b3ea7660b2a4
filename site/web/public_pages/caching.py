"""Pages that are the same for everybody, kept whole and given out before anything is asked.

Kept in the process, for one state of what everybody may read (``web.public_pages.changes``): the next
change empties it, in all processes. Who is signed in is never answered from here.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeGuard

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from web.public_pages.changes import PublicState, read_state
from work.supervisor.patience import note_kept

# Browsers and proxies may keep a page, and ask each time whether it is still the same.
ASK_AGAIN: Final = "public, no-cache"
MOST: Final = 2000


def shared(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark the answers of a view (or of a page's ``serve``) as the same for everybody.

    For what depends on nothing but its address and on the watched tables.
    """

    @functools.wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        answer.shared = True
        return answer

    return marked


class Door(NamedTuple):
    """What one kept page answers to."""

    scheme: str
    host: str
    path: str
    packed: bool


@dataclass(frozen=True)
class KeptPage:
    """A whole answer: its words and what stands above them."""

    content: bytes
    headers: dict[str, str]
    etag: str

    @classmethod
    def of(cls, response: HttpResponse) -> KeptPage:
        patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
        # Of what is read: the packing differs each time, so that its length tells nothing.
        packed = response.get("Content-Encoding") == "gzip"
        read = gzip.decompress(response.content) if packed else response.content
        etag = f'W/"{hashlib.sha256(read).hexdigest()[:32]}"'
        headers = {**response.headers, "Cache-Control": ASK_AGAIN, "ETag": etag}
        return cls(response.content, headers, etag)

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        response = HttpResponse(self.content, headers=self.headers)
        return get_conditional_response(request, etag=self.etag, response=response) or response


class SharedPages:
    """The pages of one process, all of one state."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: PublicState | None = None
        self._pages: dict[Door, KeptPage] = {}
        self._known: set[Door] = set()

    def knows(self, door: Door) -> bool:
        """Whether a page that may be kept has been read here; of no other address is anything asked."""
        return door in self._known

    def remember(self, door: Door) -> None:
        """From its next reader on, keep what stands here."""
        # Addresses that answer are as many as pages; hosts are limited by ALLOWED_HOSTS.
        if len(self._known) < MOST:
            self._known.add(door)
            note_kept(door.path)

    def find(self, state: PublicState, door: Door) -> KeptPage | None:
        with self._lock:
            if state != self._state:
                self._state, self._pages = state, {}
            return self._pages.get(door)

    def keep(self, state: PublicState, door: Door, page: KeptPage) -> None:
        """Keep a page that was made after ``state`` was read; later than that it is no use."""
        with self._lock:
            if state == self._state:
                self._pages[door] = page


class SharedPagesMiddleware:
    """Answers readers who are not signed in with the page as it was made for the one before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._pages = SharedPages()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_plain(request):
            return self.get_response(request)
        door = _door_of(request)
        if self._pages.knows(door):
            return self._answer(request, door)
        response = self.get_response(request)
        if _may_be_kept(response, request):
            self._pages.remember(door)
        return response

    def _answer(self, request: HttpRequest, door: Door) -> HttpResponseBase:
        # Read first: what is changed while the page is made belongs to the next state.
        state = read_state()
        page = self._pages.find(state, door)
        if page is None:
            response = self.get_response(request)
            if not _may_be_kept(response, request):
                return response
            page = KeptPage.of(response)
            self._pages.keep(state, door, page)
        return page.answer(request)


_PERSONAL: Final = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)


def _is_plain(request: HttpRequest) -> bool:
    """Whether a stranger asks for a page by its address alone."""
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not any(name in request.COOKIES for name in _PERSONAL)
        and "HX-Request" not in request.headers
    )


def _door_of(request: HttpRequest) -> Door:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    # The port is for the visitor to write; no page of ours differs by it.
    host = split_domain_port(request.get_host())[0]
    return Door(request.scheme or "", host, request.path, packed)


def _may_be_kept(response: HttpResponseBase, request: HttpRequest) -> TypeGuard[HttpResponse]:
    # A page with a form sets the cookie of its token; a nonce is good for one answer.
    return (
        isinstance(response, HttpResponse)
        and getattr(response, "shared", False)
        and response.status_code == 200
        and not response.cookies
        and not getattr(request, "_csp_nonce", "")
        and not response.has_header("Cache-Control")
    )
