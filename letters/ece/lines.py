"""Lines to our mail servers: always with TLS, and never for longer than their patience."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

from django.conf import settings

SMTP, IMAP = "ece-smtp", "ece-imap"
# Seconds until the next byte, and of a whole conversation; the worker ends a task after 60.
SILENCE = 12.0
TOTAL = 40.0


def is_on() -> bool:
    """Whether this office is on the network: it has an address of its own there."""
    return bool(settings.ECE_ADDRESS)


def tls_context() -> ssl.SSLContext:
    """Trusts the authority of the settings, or those of the system."""
    return ssl.create_default_context(cafile=settings.ECE_CA_FILE or None)


@contextmanager
def ending_in_time(line: Callable[[], socket.socket | None]) -> Iterator[None]:
    """Cuts ``line()`` when the time is up, however busy it is: its reader raises OSError then."""

    def cut() -> None:
        with suppress(OSError):
            if (found := line()) is not None:
                # Below TLS, whose own way of ending must not be begun in another thread.
                socket.socket.shutdown(found, socket.SHUT_RDWR)

    timer = Timer(TOTAL, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
