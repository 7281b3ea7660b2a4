"""Receipts («رسید») of ours for letters of the government network, sent to where these came from."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.timezone import now

from letters.dispatch.channels import Failed, Sent
from letters.ece.composing import compose_mail
from letters.ece.incoming import letter_of
from letters.ece.lines import is_on
from letters.ece.models import HandedMail, ReceivedMail
from letters.ece.sending import OutgoingMail, look_up, send_mail
from letters.ece.shapes import EceParty, EceReceipt
from letters.ece.writing import write_receipt
from letters.incoming.models import IncomingLetter, ReceiptState, SentReceipt
from web.models import OfficeSettings
from work import declare_task, enqueue
from work.queue import back_off

LEASE = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 5)
MOST_TRIES = 14


def ask_for_receipt(letter: IncomingLetter, mail: ReceivedMail) -> SentReceipt | None:
    """Have a receipt sent, in the transaction that enters the letter.

    None where there is nobody to send one to: senders that are no body of the catalog may be forged.
    """
    if not is_on() or mail.organisation_id is None:
        return None
    receipt = SentReceipt.objects.create(letter=letter, address=mail.sender)
    enqueue(send_receipt, receipt.pk)
    return receipt


@declare_task("letters")
def send_receipt(receipt_id: int) -> None:
    """Send one receipt; safe to run twice, never sends twice."""
    receipt = SentReceipt.objects.claim(receipt_id, LEASE)
    if receipt is None:
        return
    if HandedMail.objects.filter(message_id=receipt.message_id).exists():
        outcome = look_up(receipt.message_id)
    else:
        outcome = send_mail(_mail_of(receipt))
    if isinstance(outcome, Sent):
        receipt.finish(state=ReceiptState.SENT, ended_at=now())
    elif not isinstance(outcome, Failed):
        receipt.finish(state=ReceiptState.IN_DOUBT, last_error=outcome.reason, ended_at=now())
    elif outcome.for_good or receipt.tries >= MOST_TRIES:
        receipt.finish(state=ReceiptState.FAILED, last_error=outcome.reason, ended_at=now())
    else:
        receipt.release(after=back_off(receipt.tries), reason=outcome.reason)


def _mail_of(receipt: SentReceipt) -> OutgoingMail:
    letter = receipt.letter
    content = write_receipt(describe_receipt(letter))
    mail = compose_mail(receipt.message_id, receipt.address, letter.number_text, content)
    return OutgoingMail(receipt.message_id, receipt.address, mail)


def describe_receipt(letter: IncomingLetter) -> EceReceipt:
    """What the receipt of a registered letter of the network says."""
    said = letter_of(letter.mail) if letter.mail else None
    return EceReceipt(
        sender=EceParty(OfficeSettings.load().name, "دبیرخانه", code=settings.ECE_CODE),
        receiver=said.sender if said else EceParty(letter.sender),
        number=said.number if said else letter.sender_number,
        at=(said.at if said else None) or letter.registered_at,
        received_number=letter.number_text,
        received_at=letter.registered_at,
        is_registered=True,
        description="در دفتر وارده ثبت شد.",
    )
