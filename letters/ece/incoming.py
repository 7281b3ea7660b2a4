"""The seam between the mailbox of the network and the incoming register.

The register takes a letter with ``letter_of`` (what it says) and its files, enters it, and says so
with ``note_registered`` in the same transaction.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.timezone import now

from accounts.models import User
from letters.ece.models import MailKind, MailState, ReceivedMail
from letters.ece.reading import NotEce, read_ece
from letters.ece.refusals import MailAlreadyHandled
from letters.ece.shapes import EceFile, EceLetter
from work import audit

ORIGIN: Final = "origin"
ATTACHMENT: Final = "attachment"


def letter_of(mail: ReceivedMail) -> EceLetter | None:
    """What the file of a received letter says, with its files; None for what is no letter."""
    if mail.kind != MailKind.LETTER or not mail.file:
        return None
    with mail.file.open("rb") as file:
        try:
            found = read_ece(file.read())
        except NotEce:
            return None
    return found if isinstance(found, EceLetter) else None


def file_of(mail: ReceivedMail, part: str, index: int) -> EceFile | None:
    """One file of a received letter: its ``part`` (ORIGIN or ATTACHMENT) and its place there."""
    letter = letter_of(mail)
    if letter is None:
        return None
    files = letter.origins if part == ORIGIN else letter.attachments
    return files[index] if 0 <= index < len(files) else None


@transaction.atomic
def note_registered(mail: ReceivedMail, *, by: User | None, number: str) -> None:
    """It stands in the incoming register under ``number``; ``by`` None: the system's doing. Raises MailAlreadyHandled."""
    _settle_mail(mail, by, MailState.REGISTERED, register_number=number)


@transaction.atomic
def close_mail(mail: ReceivedMail, *, by: User, note: str = "") -> None:
    """Somebody has looked at it, and nothing more is to be done. Raises MailAlreadyHandled."""
    more = {"reason": f"{mail.reason} {note}".strip()} if note else {}
    _settle_mail(mail, by, MailState.CLOSED, **more)


def _settle_mail(mail: ReceivedMail, by: User | None, state: MailState, **facts: str) -> None:
    waiting = ReceivedMail.objects.filter(pk=mail.pk, state=MailState.NEW)
    settled: dict[str, Any] = {"state": state, "handled_by": by, "handled_at": now(), **facts}
    if not waiting.update(**settled):
        raise MailAlreadyHandled
    audit.record_entry(by, f"mail_{state.value}", mail, dict(facts))
