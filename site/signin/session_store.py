"""Sessions whose cookie stands nowhere in the database: it keeps a digest, by which nobody comes in.

Whoever reads a dump, a backup or a replica would otherwise hold everybody's open sessions. A cookie
has 165 random bits, so a plain digest of it cannot be turned back. Django and django-allauth
go on calling ``session_key`` what identifies a session; that is the digest now.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import now

from db.questions import written
from web.api.middleware import is_for_api

# What digests begin with, and no cookie that we have given.
MARK: Final = "$"
# As many characters as the column holds.
LENGTH: Final = 40
# As Django has it of cookies.
LEAST: Final = 8
MESSAGES: Final = CookieStorage.cookie_name


class SessionKey(str):
    """The digest that is kept; as a ``str()``, which Django sets as the cookie, the cookie itself.

    Wherever a key goes within a request, the cookie goes along; databases take the digest.
    """

    _cookie: str

    def __new__(cls, key: str) -> SessionKey:
        if isinstance(key, SessionKey):
            return key
        is_digest = key.startswith(MARK)
        made = super().__new__(cls, key if is_digest else digest_of(key))
        # Of a session that was found by its digest nobody knows the cookie, and none is set.
        made._cookie = "" if is_digest else key
        return made

    def __str__(self) -> str:
        return self._cookie


def digest_of(cookie: str) -> str:
    """What the database keeps of a cookie."""
    digest = hashlib.sha256(cookie.encode()).digest()
    return (MARK + base64.urlsafe_b64encode(digest).decode())[:LENGTH]


class SessionStore(db.SessionStore):
    """Django's sessions in the database, kept by the digests of their cookies.

    It is made of a cookie, or of a key that the database has told.
    """

    def _set_session_key(self, value: str | None) -> None:
        is_valid = value is not None and len(value) >= LEAST
        super()._set_session_key(SessionKey(value or "") if is_valid else None)

    session_key = property(SessionBase._get_session_key)
    _session_key = property(SessionBase._get_session_key, _set_session_key)

    def _get_session_from_db(self) -> Any:
        found = _find_living.first(self.session_key, now())
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return super().exists(SessionKey(session_key))

    def delete(self, session_key: str | None = None) -> None:
        super().delete(SessionKey(session_key) if session_key else None)


@written
def _find_living(key: Any, moment: Any) -> QuerySet[Any]:
    sessions: QuerySet[Any] = SessionStore.get_model_class().objects.all()
    return sessions.filter(session_key=key, expire_date__gt=moment)


class CookieMiddleware(SessionMiddleware):
    """Django's own, for which a digest that is sent as a cookie opens nothing.

    Below /api/ an app sends in a header of its own what a browser would send as the cookie. The
    header decides, whatever cookies come along, and is answered without any of a session.
    """

    def process_request(self, request: HttpRequest) -> None:
        token = token_of(request)
        if token is None:
            super().process_request(request)
        else:
            request.session = self.SessionStore(token)
        key = request.session.session_key
        if key is not None and not str(key):
            request.session = self.SessionStore()

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        if token_of(request) is not None:
            for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, MESSAGES):
                answer.cookies.pop(name, None)
            patch_vary_headers(answer, [settings.SESSION_HEADER_NAME])
        return answer


def token_of(request: HttpRequest) -> str | None:
    """The session that an app names, ``new`` for one that has none yet; None: a browser asks."""
    return request.headers.get(settings.SESSION_HEADER_NAME) if is_for_api(request) else None
