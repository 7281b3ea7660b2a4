"""Finds what a receipt or a bounce belongs to; what belongs to nothing changes nothing."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from letters.dispatch import acts
from letters.dispatch.models import LEFT_THE_HOUSE, Channel, Dispatch, DispatchState
from letters.ece.models import HandedMail, MailKind, MailState, ReceivedMail, TestLetter, TestState
from letters.ece.proving import note_proof
from letters.ece.sending import COPY_FOUND
from letters.ece.shapes import EceReceipt
from web.refusals import Refusal

UNKNOWN = "نامه‌ای با این شماره از این راه ارسال نشده است."
FORGED = "فرستندهٔ رسید، گیرندهٔ این نامه نیست."
NOT_GENUINE = "سرور پست الکترونیک، درستی نشانی فرستنده را تأیید نکرده است."
REPEATED = "رسید این نامه پیش از این ثبت شده است."
TOO_EARLY = "نتیجهٔ ارسال این نامه هنوز ثبت نشده است؛ رسید پس از آن دوباره بررسی می‌شود."
REJECTED = "مقصد، نامه را ثبت نکرده است."
NOT_DELIVERED = "سرور مقصد، نامه را تحویل نگرفته است."
BOUNCE_TOO_EARLY = (
    "نتیجهٔ ارسال این نامه هنوز ثبت نشده است؛ خبر نرسیدن آن پس از آن دوباره بررسی می‌شود."
)
# The clocks of two servers are never quite the same.
CLOCKS_APART = timedelta(minutes=1)
# How the sending ended is not known yet.
OPEN_END = (DispatchState.SENDING, DispatchState.IN_DOUBT)
RECEIPT_FITS = (DispatchState.SENT, DispatchState.IN_DOUBT, DispatchState.RETURNED)
TEST_LEFT = (TestState.SENT, TestState.IN_DOUBT)


def match_receipt(mail: ReceivedMail, receipt: EceReceipt, *, is_genuine: bool) -> None:
    """Note the receipt where it belongs, and on ``mail`` what came of it (not saved)."""
    if not is_genuine:
        mail.reason = NOT_GENUINE
        return
    if test := TestLetter.objects.filter(number=receipt.number).first():
        _match_test(mail, test, receipt)
        return
    dispatches = list(
        Dispatch.objects.filter(
            letter__number_text=receipt.number, channel=Channel.ECE_EMAIL
        ).select_related("letter")
    )
    if not dispatches:
        mail.reason = UNKNOWN
        return
    theirs = HandedMail.objects.filter(address__iexact=mail.sender)
    names = set(
        theirs.filter(message_id__in=[row.message_id for row in dispatches]).values_list(
            "message_id", flat=True
        )
    )
    found = [row for row in dispatches if row.message_id in names]
    if not found:
        mail.reason = FORGED
        return
    _match_dispatch(mail, found[0], receipt)


def _match_test(mail: ReceivedMail, test: TestLetter, receipt: EceReceipt) -> None:
    mail.organisation_id = test.organisation_id
    if mail.sender.lower() != test.address.lower():
        mail.reason = FORGED
    elif not receipt.is_registered:
        mail.reason = f"{REJECTED} {receipt.description}".strip()
    elif note_proof(test):
        mail.state = MailState.MATCHED
    else:
        mail.reason = REPEATED


def _match_dispatch(mail: ReceivedMail, dispatch: Dispatch, receipt: EceReceipt) -> None:
    mail.dispatch, mail.organisation_id = dispatch, dispatch.organisation_id
    if dispatch.state == DispatchState.RECEIPTED:
        mail.reason = REPEATED
        return
    try:
        with transaction.atomic():
            _note_receipt(dispatch, receipt)
    except Refusal:
        # A worker is about to write how the sending ended, or somebody has decided otherwise.
        mail.reason = TOO_EARLY
        return
    mail.state = MailState.MATCHED
    mail.reason = "" if receipt.is_registered else f"{REJECTED} {receipt.description}".strip()


def _note_receipt(dispatch: Dispatch, receipt: EceReceipt) -> None:
    if dispatch.state == DispatchState.IN_DOUBT:
        note_arrival(dispatch, "رسید نامه از مقصد رسید.")
    if receipt.is_registered:
        number, at = receipt.received_number[:60], receipt.received_at or now()
        acts.record_receipt(dispatch, by=None, number=number, at=at)
    elif dispatch.state != DispatchState.RETURNED:
        acts.record_return(dispatch, by=None, note=f"{REJECTED} {receipt.description}".strip())


def note_arrival(dispatch: Dispatch, note: str) -> None:
    """It is known now that a letter in doubt has left. Raises Refusal when it moved meanwhile."""
    acts.decide_doubt(dispatch, by=None, was_sent=True, note=note)


def match_copy(message_id: str) -> None:
    """Our own copy has come: what was in doubt is sent, unless it is the copy of a mail before it."""
    kept = ReceivedMail.objects.filter(kind=MailKind.COPY, message_id=message_id).count()
    if HandedMail.objects.filter(message_id=message_id, copies__gt=kept).exists():
        return
    HandedMail.objects.filter(message_id=message_id, answer="").update(answer=COPY_FOUND)
    TestLetter.objects.filter(message_id=message_id, state=TestState.IN_DOUBT).update(
        state=TestState.SENT, last_error=""
    )
    doubtful = Dispatch.objects.filter(message_id=message_id, state=DispatchState.IN_DOUBT)
    for dispatch in doubtful.select_related("letter"):
        try:
            note_arrival(dispatch, COPY_FOUND)
        except Refusal:
            # Somebody has decided at this moment.
            return


def match_bounce(mail: ReceivedMail, message_id: str) -> None:
    """A server of the other side says that it could not deliver."""
    found = Dispatch.objects.filter(message_id=message_id).select_related("letter").first()
    if found is None:
        sent = TestLetter.objects.filter(message_id=message_id, state__in=TEST_LEFT)
        sent.update(state=TestState.FAILED, ended_at=now(), last_error=NOT_DELIVERED)
        mail.reason = NOT_DELIVERED
        return
    mail.dispatch, mail.organisation_id = found, found.organisation_id
    if found.state == DispatchState.RECEIPTED:
        mail.reason = REPEATED
    elif found.state in OPEN_END:
        mail.reason = BOUNCE_TOO_EARLY
    elif found.state not in LEFT_THE_HOUSE:
        # Of a mail that is to be sent again.
        mail.reason = NOT_DELIVERED
    else:
        _match_return(mail, found)


def match_bounce_again(mail: ReceivedMail, message_id: str) -> None:
    """The same of one that came too early, unless another mail has left since."""
    later = mail.received_at + CLOCKS_APART
    if HandedMail.objects.filter(message_id=message_id, begun_at__gt=later).exists():
        mail.reason = NOT_DELIVERED
    else:
        match_bounce(mail, message_id)


def _match_return(mail: ReceivedMail, dispatch: Dispatch) -> None:
    try:
        with transaction.atomic():
            if dispatch.state != DispatchState.RETURNED:
                acts.record_return(dispatch, by=None, note=NOT_DELIVERED)
    except Refusal:
        # Somebody has decided otherwise at this moment.
        mail.reason = BOUNCE_TOO_EARLY
        return
    mail.state, mail.reason = MailState.MATCHED, ""


def waiting_receipts() -> list[ReceivedMail]:
    """Receipts that came before the end of their sending was written, and may be matched now."""
    rows = _waiting(MailKind.RECEIPT, TOO_EARLY).filter(dispatch__state__in=RECEIPT_FITS)
    return list(rows[:50])


def waiting_bounces() -> list[ReceivedMail]:
    """Bounces that did, likewise."""
    rows = _waiting(MailKind.BOUNCE, BOUNCE_TOO_EARLY).exclude(dispatch__state__in=OPEN_END)
    return list(rows.select_related("dispatch")[:50])


def _waiting(kind: MailKind, reason: str) -> QuerySet[ReceivedMail]:
    return ReceivedMail.objects.filter(
        kind=kind, state=MailState.NEW, dispatch__isnull=False, reason=reason
    )
