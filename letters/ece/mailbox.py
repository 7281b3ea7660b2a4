"""Our own mailbox on the network, read by IMAP."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from letters.ece import lines
from work import breakers

# A mail with a file of 20 MB, written in base64, with what stands around it.
MOST_BYTES = 30 * 1024 * 1024
# Such a one takes no time worth speaking of, even on a slow line.
LIGHT_BYTES = 1024 * 1024
# Numbers whose sizes are asked at once, so that the question does not grow with the mailbox.
MOST_WEIGHED = 500
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UID = re.compile(rb"\bUID (\d+)")


class MailboxAway(Exception):
    """The mailbox cannot be read now. ``str()`` says why in a word, never what lies in it."""


@dataclass(frozen=True)
class FetchedMail:
    """``content`` is the head alone where the mail is longer than MOST_BYTES."""

    uid: int
    size: int
    at: datetime
    content: bytes

    @property
    def is_whole(self) -> bool:
        return self.size <= MOST_BYTES


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """The mailbox for as long as the block lasts. Every failure within it is a MailboxAway."""
    try:
        breakers.require_turn(lines.IMAP)
    except breakers.Resting:
        raise MailboxAway("resting") from None
    begun = time.monotonic()
    try:
        line = _open_line()
        with lines.ending_in_time(lambda: line.sock):
            try:
                yield Mailbox(line)
            finally:
                with suppress(OSError, imaplib.IMAP4.error):
                    line.logout()
    except (OSError, imaplib.IMAP4.error, EOFError) as error:
        breakers.record_failure(lines.IMAP, type(error).__name__)
        raise MailboxAway(type(error).__name__) from error
    breakers.record_answer(lines.IMAP, min(time.monotonic() - begun, breakers.SLOW_SECONDS))


def _open_line() -> imaplib.IMAP4:
    place = (settings.ECE_IMAP_HOST, settings.ECE_IMAP_PORT)
    line: imaplib.IMAP4
    if settings.ECE_IMAP_TLS == "tls":
        line = imaplib.IMAP4_SSL(*place, ssl_context=lines.tls_context(), timeout=lines.SILENCE)
    else:
        line = imaplib.IMAP4(*place, timeout=lines.SILENCE)
        line.starttls(lines.tls_context())
    return line


def _weigh(size: int) -> int:
    """What fetching it costs; of what is too long only the head is fetched."""
    return size if LIGHT_BYTES < size <= MOST_BYTES else 0


class Mailbox:
    """The folder of the settings, opened. Its methods raise what ``open_mailbox`` turns over."""

    def __init__(self, line: imaplib.IMAP4) -> None:
        self._line = line
        line.login(settings.ECE_IMAP_USER, settings.ECE_IMAP_PASSWORD)
        folder = settings.ECE_IMAP_FOLDER.replace("\\", "\\\\").replace('"', '\\"')
        self._require(line.select(f'"{folder}"'))
        _, told = line.response("UIDVALIDITY")
        if not told or not told[0]:
            raise imaplib.IMAP4.error("no UIDVALIDITY")
        # Numbers of mails mean something together with it alone.
        self.uid_validity = int(told[0])

    def count_copies(self, message_id: str) -> int:
        """How many mails with this Message-ID, one of ours, lie in the folder."""
        return len(self._search("HEADER", "Message-ID", f'"{message_id}"'))

    def waiting(self, after: int) -> list[int]:
        """The numbers above ``after``, and of what nobody has marked as seen.

        In order, the heavy ones last and the heaviest of them at the end: on a slow line a mail
        that is cut off each time keeps none waiting but those that are heavier still.
        """
        # «n:*» names the last mail even when its number is lower.
        later = [uid for uid in self._search("UID", f"{after + 1}:*") if uid > after]
        found = sorted({*later, *self._search("UNSEEN")})[:MOST_WEIGHED]
        sizes = self._sizes(found)
        return sorted(found, key=lambda uid: (_weigh(sizes.get(uid, 0)), uid))

    def _sizes(self, uids: list[int]) -> dict[int, int]:
        if not uids:
            return {}
        told = self._line.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
        lines_of = [row for row in self._require(told) if isinstance(row, bytes)]
        pairs = [(_UID.search(row), _SIZE.search(row)) for row in lines_of]
        return {int(uid[1]): int(size[1]) for uid, size in pairs if uid and size}

    def fetch(self, uid: int) -> FetchedMail | None:
        """One mail, without marking it; None when it is gone."""
        head = self._rows(uid, "(RFC822.SIZE INTERNALDATE)")
        if not (found := _SIZE.search(head[0])):
            return None
        told = imaplib.Internaldate2tuple(head[0])
        at = datetime.fromtimestamp(time.mktime(told), UTC) if told else datetime.now(UTC)
        size = int(found[1])
        part = "(BODY.PEEK[])" if size <= MOST_BYTES else "(BODY.PEEK[HEADER])"
        return FetchedMail(uid, size, at, self._rows(uid, part)[1])

    def mark_seen(self, uid: int) -> None:
        """Nobody has to fetch it again."""
        self._require(self._line.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)"))

    def _search(self, *criteria: str) -> list[int]:
        rows = self._require(self._line.uid("SEARCH", *criteria))
        return sorted(int(word) for row in rows if row for word in row.split())

    def _rows(self, uid: int, parts: str) -> tuple[bytes, bytes]:
        """What the server says of a mail: the line itself, and the text that follows it."""
        for row in self._require(self._line.uid("FETCH", str(uid), parts)):
            if isinstance(row, tuple):
                return row[0], row[1]
            if row:
                return row, b""
        return b"", b""

    @staticmethod
    def _require(answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error("refused")
        return answer[1]
