"""People at a served portal: each opens a page, reads for about a second, and opens the next."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

# Seconds between an answer and the next question, evenly spread.
THINK = (0.5, 1.5)
# Whoever waits longer has left.
LONGEST = 60.0
TOKEN = "b" * 32
# How the portal says that it turns somebody away early (``web.outages.answers.OVERLOAD``).
TURNED_AWAY = "تعداد مراجعه‌ها در این لحظه زیاد است"
WAYS_IN = ("/accounts/login/", "/admin/login/")
EDGE = "of-the-file"


@dataclass(frozen=True)
class Visit:
    """One address and what kind of page stands there; with words or a file, what is sent there."""

    path: str
    kind: str
    words: Mapping[str, str] = field(default_factory=dict)
    file: bytes = b""

    @property
    def target(self) -> str:
        """The address as a browser sends it."""
        return quote(self.path, safe="/?&=%")

    @property
    def body(self) -> tuple[str, bytes]:
        """The content type and what is sent; nothing where the page is only read."""
        if self.file:
            return f"multipart/form-data; boundary={EDGE}", _FILE.format(EDGE).encode().replace(
                b"FILE", self.file
            )
        return "application/x-www-form-urlencoded", urlencode(self.words).encode()


@dataclass(frozen=True)
class Visitor:
    """One person: the part they play, their session, and the pages they go through again and again."""

    visits: tuple[Visit, ...]
    session: str = ""

    def ask(self, visit: Visit) -> bytes:
        """The request as a browser writes it."""
        kind, body = visit.body
        cookie = f"sessionid={self.session}; csrftoken={TOKEN}" if self.session else ""
        head = [
            f"{'POST' if body else 'GET'} {visit.target} HTTP/1.1",
            "Host: 127.0.0.1",
            "Accept-Encoding: gzip",
            "Connection: close",
            *([f"Cookie: {cookie}"] if cookie else []),
            *(_FORM.format(TOKEN, kind, len(body)).splitlines() if body else []),
        ]
        return "\r\n".join([*head, "", ""]).encode() + body


_FORM = "X-CSRFToken: {}\nX-Requested-With: XMLHttpRequest\nContent-Type: {}\nContent-Length: {}"
_FILE = (
    '--{0}\r\nContent-Disposition: form-data; name="file"; filename="paper.pdf"\r\n'
    "Content-Type: application/pdf\r\n\r\nFILE\r\n--{0}--\r\n"
)


@dataclass(frozen=True)
class Answer:
    """How long somebody waited for a page, in milliseconds; status 0: no answer came."""

    kind: str
    path: str
    status: int
    waited: float
    turned_away: bool = False
    shown_out: bool = False

    @property
    def is_served(self) -> bool:
        """Whether it is what was asked for: neither an error nor the way to a sign-in page."""
        return self.status in (200, 302, 304) and not self.shown_out


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
        page = await _page_of(port, visitor.ask(visit))
        if began >= first:
            answers.append(read_answer(visit, page, (time.monotonic() - began) * 1000))
        at += 1
        await asyncio.sleep(chance.uniform(*THINK))
    return answers


def read_answer(visit: Visit, page: bytes, waited: float) -> Answer:
    """What came back, as it stood on the line; nothing at all when no answer came."""
    head, _, body = page.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    leads_to = next((line[10:] for line in lines if line.lower().startswith("location: ")), "")
    status = int(lines[0][9:12] or 0)
    return Answer(
        visit.kind, visit.path, status, waited,
        turned_away=status == 503 and (TURNED_AWAY.encode() in body or b'"overload"' in body),
        shown_out=leads_to.startswith(WAYS_IN),
    )  # fmt: skip


async def _page_of(port: int, request: bytes) -> bytes:
    try:
        async with asyncio.timeout(LONGEST):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            page = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return b""
    return page
