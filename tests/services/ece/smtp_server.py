"""A real mail server (aiosmtpd) that delivers into a mailbox, and fails as it is told to."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

from tests.services.ece.dovecot import free_port

USER, PASSWORD = "sender", "smtp-secret"
OURS = "letters@parks.example"


class Post:
    """What arrived at whom, and how the next mails are treated; afterwards all goes well.

    ``moods``: «rcpt 450», «rcpt 550», «own rcpt 450», «data 451», «data 554»: so it answers.
    «text 451» says no to the text.
    «taken, then lost» delivers and closes without a word, «lost» closes, «taken, then silent»
    delivers and says nothing, «silent» says nothing, «rcpt silent» even before the text.
    """

    def __init__(self, into_our_box: Callable[[bytes], None]) -> None:
        self.arrived: list[tuple[str, bytes]] = []
        self.moods: deque[str] = deque()
        self.asked = 0
        self.port = 0
        self._deliver = into_our_box
        self._mood = ""

    def to(self, address: str) -> list[bytes]:
        """The mails that reached an address."""
        return [content for to, content in self.arrived if to == address]

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, host: str, said):
        session.host_name = host
        return said

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.asked += 1
        self._mood = self.moods.popleft() if self.moods else ""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self._mood == "rcpt silent":
            await asyncio.sleep(60)
        whose = "own rcpt" if address == OURS else "rcpt"
        if self._mood.rpartition(" ")[0] == whose:
            return f"{self._mood.rpartition(' ')[2]} no"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self._mood.startswith("data"):
            return f"{self._mood.partition(' ')[2]} no"
        if self._mood.startswith("text"):
            return f"{self._mood.partition(' ')[2]} no"
        if not self._mood or self._mood.startswith("taken"):
            for address in envelope.rcpt_tos:
                self._put(address, envelope.content)
        if self._mood.endswith("lost"):
            server.transport.abort()
        if self._mood.endswith("silent"):
            await asyncio.sleep(60)
        return "250 Queued as 4711"

    def _put(self, address: str, content: bytes) -> None:
        self.arrived.append((address, content))
        if address == OURS:
            self._deliver(content)


@contextmanager
def smtp_server(
    into_our_box: Callable[[bytes], None], certificate: Path, key: Path
) -> Iterator[Post]:
    """The server, until the block ends; it wants TLS and a sign-in before anything else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    post = Post(into_our_box)
    post.port = free_port()
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        auth_require_tls=True,
        authenticator=_may_send,
        ready_timeout=60,
    )
    controller.start()
    try:
        yield post
    finally:
        controller.stop(no_assert=True)


def _may_send(server, session, envelope, mechanism, data) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
