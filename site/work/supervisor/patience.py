"""How long whoever asks waits for a thread: told by the head of a request, before anybody reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

# It is told at once that the process lives, whatever its threads do.
LIVE = "/health/live"
# Asked by those who look after the portal.
EXEMPT = (LIVE, "/health/ready", "/health/work", "/metrics")
SAFE = ("GET", "HEAD")
_HEAD_ENDS = b"\r\n\r\n"
_WORDS_OF_A_LINE = 3
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*(?:\r\n|$)")
_IN_PIECES = re.compile(rb"\r\n(?:transfer-encoding|expect):")
ENDLESS = 1 << 62
# Pages of this process that are given out as they lie there: to turn their readers away costs no less.
_kept_paths: set[str] = set()


@dataclass(frozen=True)
class Asked:
    """What is asked, as far as patience with it goes; ``known``: a session came along."""

    method: str
    path: str
    known: bool
    has_query: bool = False


def read_head(head: bytes) -> Asked | None:
    """What is asked by a request that begins so; None as long as its head is not whole."""
    words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    if _HEAD_ENDS not in head or len(words) != _WORDS_OF_A_LINE:
        return None
    method, target, _ = words
    told = head.partition(_HEAD_ENDS)[0]
    cookie = f"{settings.SESSION_COOKIE_NAME}=".encode()
    header = f"\r\n{settings.SESSION_HEADER_NAME}:".lower().encode()
    known = cookie in told or header in told.lower()
    path, query, _ = target.partition("?")
    return Asked(method, path, known, bool(query))


def note_kept(path: str) -> None:
    """Have patience with readers of this page, which costs next to nothing from now on."""
    _kept_paths.add(path)


def rest_of_request(told: bytes) -> int | None:
    """How many bytes are still to come of a request that begins so; None while its head is not whole.

    A body that comes in pieces of its own, or only after it has been asked for, counts as endless.
    """
    head, ends, body = told.lstrip(b"\r\n").partition(_HEAD_ENDS)
    if not ends:
        return None
    headers = head.lower()
    if _IN_PIECES.search(headers):
        return ENDLESS
    length = _LENGTH.search(headers)
    return int(length[1]) - len(body) if length else 0


def patience_with(asked: Asked, seconds_of_crowd: float) -> float:
    """Seconds after which it is turned away; see the settings WAIT_OF_…."""
    if asked.path in EXEMPT:
        return float("inf")
    is_kept = asked.path in _kept_paths and not asked.has_query
    if asked.known or asked.method not in SAFE or is_kept:
        return float(settings.WAIT_OF_OTHERS)
    in_a_crowd = seconds_of_crowd > settings.WAIT_OF_READERS
    return float(settings.WAIT_OF_READERS_IN_A_CROWD if in_a_crowd else settings.WAIT_OF_READERS)
