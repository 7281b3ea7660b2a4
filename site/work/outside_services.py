"""HTTP client for services outside the house, with a total deadline and a size cap.

A time-out of ``requests`` begins anew with every byte, and its answers may be of any length:
whoever drips or never ends would hold a task, or a page, for as long as they like. Here a call
ends in time whatever comes, an answer has its greatest length, and nobody is sent on elsewhere.
"""

from __future__ import annotations

import socket as sockets
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from socket import SHUT_RDWR, socket
from threading import Timer
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema, InvalidURL
from urllib3 import HTTPConnectionPool, Timeout
from urllib3.exceptions import NameResolutionError, NewConnectionError, SSLError

from work import breakers

MOST_BYTES = 64 * 1024
_PIECE = 16 * 1024
_TOO_SLOW = "Timeout"


class NoAnswer(requests.RequestException):
    """No whole answer came; what was asked may have arrived all the same.

    ``str()`` says why in a word or two, never the address: a key may stand in it.
    """


class NeverArrived(NoAnswer):
    """The connection was not even made, so that nothing can have been said."""


class AddressRefused(NewConnectionError):
    """The name leads to an address that may not be called."""


@dataclass(frozen=True)
class Patience:
    """How many seconds a call may take: in all, to connect, and between two bytes.

    Only the looking up of a name is beyond us; the system's resolver has a limit of its own.
    """

    total: float
    connect: float | None = None
    silence: float | None = None

    def at_most(self, total: float) -> Patience:
        """The same, ending after ``total`` seconds at the latest."""
        return replace(self, total=min(self.total, total))


class OutsideService(requests.Session):
    """A ``requests`` session that always comes to an end; close it, or use it with ``with``.

    Every call raises NoAnswer or NeverArrived and nothing else of ``requests``. An answer is
    read when it is returned, and holds ``most_bytes`` at most; its status is the caller's to
    judge, redirects included, which are never followed: they would carry a token to strangers.

    What becomes of calls to a ``gateway`` is recorded for its breaker (:mod:`work.breakers`), an
    error of its own (5xx) as no answer. While it rests nobody waits long for it; with ``may_rest``
    it is not even called, and that is a NeverArrived.

    ``may_call`` judges each address that a name has led to, before a line to just that address is
    opened; then no proxy of the environment is used.
    """

    def __init__(
        self,
        patience: Patience,
        *,
        most_bytes: int = MOST_BYTES,
        gateway: str = "",
        may_rest: bool = False,
        may_call: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__()
        self.may_call, self.trust_env = may_call, may_call is None
        self.patience, self.most_bytes = patience, most_bytes
        self.gateway, self.may_rest = gateway, may_rest
        # Packed, a short answer could become a long one.
        self.headers["Accept-Encoding"] = "identity"
        # With none of its own, requests would put a password of ~/.netrc over our token.
        self.auth = _leave_headers_alone

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            return super().request(*args, **kwargs)
        except NoAnswer:
            raise
        except requests.RequestException as error:
            # The address is none: this is seen before anything is sent.
            raise NeverArrived(type(error).__name__) from None

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        if not self.gateway:
            return self._send_in_time(request, self.patience, **kwargs)
        self._require_turn()
        begun = time.monotonic()
        try:
            answer = self._send_in_time(request, self._patience_now(), **kwargs)
        except NoAnswer as silence:
            breakers.record_failure(self.gateway, silence)
            raise
        if answer.status_code >= 500:
            breakers.record_failure(self.gateway, answer.status_code)
        else:
            breakers.record_answer(self.gateway, time.monotonic() - begun)
        return answer

    def _require_turn(self) -> None:
        if self.may_rest:
            try:
                breakers.require_turn(self.gateway)
            except breakers.Resting:
                raise NeverArrived("resting") from None

    def _patience_now(self) -> Patience:
        """Less than usual while the gateway is silent."""
        if breakers.resting_gateway(self.gateway):
            return self.patience.at_most(breakers.SLOW_SECONDS)
        return self.patience

    def _send_in_time(
        self, request: requests.PreparedRequest, patience: Patience, **kwargs: Any
    ) -> requests.Response:
        kwargs["timeout"] = Timeout(patience.total, patience.connect, patience.silence)
        with _Deadline(patience.total) as deadline:
            self.close()
            self.mount("https://", _WatchedAdapter(deadline, self.may_call))
            self.mount("http://", _WatchedAdapter(deadline, self.may_call))
            try:
                answer = super().send(request, **{**kwargs, "stream": True})
                with answer:
                    self._read_body(answer)
            except NoAnswer:
                raise
            except requests.RequestException as error:
                raise _without_address(error, in_time=not deadline.passed) from None
            if deadline.passed:
                # A line that was cut looks like the end of an answer without a length.
                raise NoAnswer(_TOO_SLOW)
            return answer

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere, so that not even the body of a redirect is read without a limit."""

    def _read_body(self, answer: requests.Response) -> None:
        body = bytearray()
        for piece in answer.iter_content(_PIECE):
            body += piece
            if len(body) > self.most_bytes:
                raise NoAnswer("too long an answer")
        # Where ``content``, ``text`` and ``json`` of requests look for what was read.
        answer._content = bytes(body)


class _Deadline:
    """Cuts the line when the time is up, however busy it is."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._line: socket | None = None
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def watch(self, line: socket) -> None:
        self._line = line
        if self.passed:
            self._cut()

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._timer.cancel()

    def _cut(self) -> None:
        self.passed = True
        if self._line is not None:
            with suppress(OSError):
                # Below TLS, whose own way of ending must not be begun in another thread.
                socket.shutdown(self._line, SHUT_RDWR)


@dataclass(frozen=True)
class _Screen:
    """Looks names up and judges where they lead."""

    may_call: Callable[[str], bool]

    def find_address(self, connection: Any, name: str) -> str:
        """The first address of ``name``. Raises AddressRefused when one of them may not be called."""
        try:
            found = sockets.getaddrinfo(name, connection.port, type=sockets.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(name, connection, sockets.gaierror(str(error))) from None
        addresses = [str(info[4][0]) for info in found]
        if not all(map(self.may_call, addresses)):
            raise AddressRefused(connection, "refused")
        return addresses[0]


class _Watched:
    """Put over a connection of urllib3: shows its line before the first byte is waited for."""

    deadline: _Deadline
    _dns_host: str
    screen: _Screen | None = None

    def _new_conn(self) -> socket:
        """The line that urllib3 opens, to an address that has been judged."""
        if self.screen is None:
            line: socket = super()._new_conn()  # type: ignore[misc]
            return line
        named: str = self._dns_host
        try:
            self._dns_host = self.screen.find_address(self, named)
            line = super()._new_conn()  # type: ignore[misc]
        finally:
            # TLS asks for the certificate of the name.
            self._dns_host = named
        return line

    def getresponse(self) -> Any:
        self.deadline.watch(self.sock)  # type: ignore[attr-defined]
        return super().getresponse()  # type: ignore[misc]


class _WatchedAdapter(HTTPAdapter):
    def __init__(self, deadline: _Deadline, may_call: Callable[[str], bool] | None) -> None:
        self._over = {"deadline": deadline, "screen": _Screen(may_call) if may_call else None}
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        plain = pool.ConnectionCls
        pool.ConnectionCls = type("Watched", (_Watched, plain), self._over)
        return pool


def _leave_headers_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _without_address(error: requests.RequestException, *, in_time: bool) -> NoAnswer:
    """What ``error`` means, in words that may be logged and kept."""
    if never_arrived(error):
        reason = _reason_of(error)
        return NeverArrived(type(reason if isinstance(reason, AddressRefused) else error).__name__)
    return NoAnswer(type(error).__name__ if in_time else _TOO_SLOW)


def never_arrived(error: requests.RequestException) -> bool:
    """Whether the connection was not even made, so that nothing can have been sent."""
    if isinstance(error, requests.ConnectTimeout | InvalidURL | InvalidSchema):
        return True
    reason = _reason_of(error)
    if isinstance(reason, SSLError):
        # Of what TLS can stumble over, only the certificate comes before the first word.
        return isinstance(next(iter(reason.args), None), ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)


def _reason_of(error: requests.RequestException) -> Any:
    """What urllib3 stumbled over, if it was that."""
    cause = error.args[0] if error.args else None
    return getattr(cause, "reason", None)
