"""Sends a mail once: what may have left is looked for in our own mailbox, and never just repeated."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.timezone import now

from letters.dispatch.channels import Failed, InDoubt, Outcome, Sent
from letters.ece.mailbox import MailboxAway, open_mailbox
from letters.ece.models import HandedMail
from letters.ece.smtp import BROKEN_OFF, post_mail

NOT_READABLE = "صندوق پستی سامانه خوانده نمی‌شود و پیش از بررسی آن، ارسال تکرار نمی‌شود."
COPY_FOUND = "رونوشت پیام در صندوق پستی سامانه یافت شد."
NOTHING_LEFT = "تلاش قبلی پیش از ارسال متن نامه متوقف شده بود."


@dataclass(frozen=True)
class OutgoingMail:
    """One mail under the name that it has at every try."""

    message_id: str
    address: str
    content: bytes = field(repr=False)


def send_mail(mail: OutgoingMail) -> Outcome:
    """Send it now, as somebody has decided; asks our mailbox first when it may have left before.

    Called outside of any transaction.
    """
    copies = 0
    if known := HandedMail.objects.filter(message_id=mail.message_id).first():
        try:
            copies = _count_copies(known.message_id)
        except MailboxAway:
            return Failed(NOT_READABLE)
        if not known.answer and copies > known.copies:
            return _note_sent(known.message_id, COPY_FOUND)
    return _hand_over(mail, copies)


def look_up(message_id: str) -> Outcome:
    """What became of a try that nobody saw ending; see ``letters.dispatch.channels.Way``."""
    known = HandedMail.objects.filter(message_id=message_id).first()
    if known is None:
        return Failed(NOTHING_LEFT)
    if known.answer:
        return Sent(known.answer)
    try:
        found = _count_copies(message_id) > known.copies
    except MailboxAway:
        return InDoubt(f"{BROKEN_OFF} {NOT_READABLE}")
    return _note_sent(message_id, COPY_FOUND) if found else InDoubt(BROKEN_OFF)


def _hand_over(mail: OutgoingMail, copies: int) -> Outcome:
    def note_beginning() -> None:
        facts = {"address": mail.address, "begun_at": now(), "answer": "", "copies": copies}
        HandedMail.objects.update_or_create(message_id=mail.message_id, defaults=facts)

    outcome = post_mail(mail.content, mail.address, note_beginning)
    if isinstance(outcome, Sent):
        return _note_sent(mail.message_id, outcome.detail or "250")
    if isinstance(outcome, Failed):
        # The server has said no, to whatever it was given.
        HandedMail.objects.filter(message_id=mail.message_id).delete()
    return outcome


def _note_sent(message_id: str, answer: str) -> Sent:
    HandedMail.objects.filter(message_id=message_id).update(answer=answer[:300])
    return Sent(answer)


def _count_copies(message_id: str) -> int:
    with open_mailbox() as mailbox:
        return mailbox.count_copies(message_id)
