"""Sends a mail once: what may have left is looked for in our own mailbox, and never just repeated."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.timezone import now

from letters.dispatch.channels import Failed, InDoubt, Outcome, Sent
from letters.dispatch.models import BY_MACHINE, DispatchAttempt, DispatchState
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
    known = HandedMail.objects.filter(message_id=mail.message_id).first()
    if known is not None:
        try:
            copies = _count_copies(known.message_id)
        except MailboxAway:
            return Failed(NOT_READABLE)
        if not _is_settled(known) and (known.answer or copies > known.copies):
            return _note_sent(known.message_id, known.answer or COPY_FOUND)
    return _hand_over(mail, copies, known)


def look_up(message_id: str) -> Outcome:
    """What became of a try that nobody saw ending; see ``letters.dispatch.channels.Way``."""
    known = HandedMail.objects.filter(message_id=message_id).first()
    if known is None or _is_settled(known):
        return Failed(NOTHING_LEFT)
    if known.answer:
        return Sent(known.answer)
    try:
        found = _count_copies(message_id) > known.copies
    except MailboxAway:
        return InDoubt(f"{BROKEN_OFF} {NOT_READABLE}")
    return _note_sent(message_id, COPY_FOUND) if found else InDoubt(BROKEN_OFF)


def _is_settled(note: HandedMail) -> bool:
    """Whether its letter has counted as sent since: what is sent now is another mail.

    By the history alone: the answer may have come after somebody had the mail tried again, and a
    person who says that it was sent writes none.
    """
    return DispatchAttempt.objects.filter(
        dispatch__message_id=note.message_id,
        channel__in=BY_MACHINE,
        state=DispatchState.SENT,
        at__gte=note.begun_at,
    ).exists()


def _hand_over(mail: OutgoingMail, copies: int, known: HandedMail | None) -> Outcome:
    begun = False

    def note_beginning() -> None:
        nonlocal begun
        facts = {"address": mail.address, "begun_at": now(), "answer": "", "copies": copies}
        HandedMail.objects.update_or_create(message_id=mail.message_id, defaults=facts)
        begun = True

    outcome = post_mail(mail.content, mail.address, note_beginning)
    if isinstance(outcome, Sent):
        return _note_sent(mail.message_id, outcome.detail or "250")
    if isinstance(outcome, Failed) and begun:
        _forget_beginning(mail.message_id, known)
    return outcome


def _forget_beginning(message_id: str, known: HandedMail | None) -> None:
    """The server has said no to what it was given; what left before, if anything, may still arrive."""
    if known is None:
        HandedMail.objects.filter(message_id=message_id).delete()
    else:
        known.save()


def _note_sent(message_id: str, answer: str) -> Sent:
    HandedMail.objects.filter(message_id=message_id).update(answer=answer[:300])
    return Sent(answer)


def _count_copies(message_id: str) -> int:
    with open_mailbox() as mailbox:
        return mailbox.count_copies(message_id)
