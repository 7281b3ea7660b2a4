"""People at a served portal: each opens a page, reads for about a second, and opens the next."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

# Seconds between an answer and the next question, evenly spread.
THINK = (0.5, 1.5)
# Whoever waits longer has left.
LONGEST = 60.0
TOKEN = "b" * 32


@dataclass(frozen=True)
class Visit:
    """One address, and what is sent there; without words it is only read."""

    path: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visitor:
    """One person: the part they play, their session, and the pages they go through again and again."""

    role: str
    visits: tuple[Visit, ...]
    session: str = ""

    def ask(self, visit: Visit) -> bytes:
        """The request as a browser writes it."""
        body = urlencode(visit.words).encode()
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}" if self.session else ""
        head = [
            f"{'POST' if body else 'GET'} {visit.path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Accept-Encoding: gzip",
            "Connection: close",
            *([f"Cookie: {cookie}"] if cookie else []),
            *(_FORM.format(TOKEN, len(body)).splitlines() if body else []),
        ]
        return "\r\n".join([*head, "", ""]).encode() + body


_FORM = "X-CSRFToken: {}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {}"


@dataclass(frozen=True)
class Answer:
    """How long somebody waited for a page, in milliseconds; status 0: no answer came."""

    role: str
    path: str
    status: int
    waited: float

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 400


def visit_together(
    port: int, visitors: Iterable[Visitor], seconds: float, settling: float
) -> list[Answer]:
    """Have all of them visit for so many seconds; the answers but for those of the settling time."""
    return asyncio.run(_visit_together(port, list(visitors), seconds, settling))


async def _visit_together(
    port: int, visitors: list[Visitor], seconds: float, settling: float
) -> list[Answer]:
    now = time.monotonic()
    rounds = [_visit(port, each, now + settling, now + settling + seconds) for each in visitors]
    return [answer for answers in await asyncio.gather(*rounds) for answer in answers]


async def _visit(port: int, visitor: Visitor, first: float, last: float) -> list[Answer]:
    chance = random.Random(visitor.session or id(visitor))
    answers = []
    await asyncio.sleep(chance.uniform(0, THINK[1]))
    at = chance.randrange(len(visitor.visits))
    while time.monotonic() < last:
        began = time.monotonic()
        visit = visitor.visits[at % len(visitor.visits)]
        status = await _status_of(port, visitor.ask(visit))
        if began >= first:
            waited = (time.monotonic() - began) * 1000
            answers.append(Answer(visitor.role, visit.path, status, waited))
        at += 1
        await asyncio.sleep(chance.uniform(*THINK))
    return answers


async def _status_of(port: int, request: bytes) -> int:
    try:
        async with asyncio.timeout(LONGEST):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return 0
    return int(answer[9:12] or 0)
