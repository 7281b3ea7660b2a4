"""What the worker does for this app. All of it may run twice."""

import logging
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.timezone import now

from accounts.gateways import (
    Fate,
    InDoubt,
    NeverKnown,
    PermanentFailure,
    Receipt,
    SmsGateway,
    TemporaryFailure,
    gateway,
)
from accounts.models import SmsMessage
from accounts.trial import is_kept_back
from work.backoff import back_off

# Longer than a gateway may take, so that a message is never in two hands.
LEASE = timedelta(minutes=2)
MOST_TRIES = 10
# How long the traces of a sign-in are kept.
TRACES_KEPT = timedelta(days=1)
# Rows taken away at once: each user brings along a look at every table that names users.
# As many messages as Kavenegar speaks of in one answer.
AT_ONCE = 500
# Of AT_ONCE messages each that are asked about in one task.
MOST_ROUNDS = 10
_ENDS = {
    Fate.DELIVERED: (SmsMessage.State.DELIVERED, ""),
    Fate.UNDELIVERED: (SmsMessage.State.UNDELIVERED, "پیام به گوشی گیرنده نرسید"),
    Fate.BLOCKED: (SmsMessage.State.BLOCKED, "گیرنده این گونه پیام‌ها را نزد اپراتور بسته است"),
    Fate.FAILED: (SmsMessage.State.FAILED, "اپراتور پیام را نفرستاد"),
    Fate.LOST: (SmsMessage.State.UNKNOWN, "درگاه این پیام را نمی‌شناسد"),
}
logger = logging.getLogger(__name__)


def deliver_sms(pk: int) -> None:
    """Hand one message to the gateway, once."""
    message = SmsMessage.objects.claim(pk, LEASE)
    if message is None:
        return
    if is_kept_back(message.recipient):
        message.record_held()
        return
    way = gateway()
    try:
        receipt = _handed_over(message, way)
    except PermanentFailure as failure:
        message.record_failed(failure, by_hand=failure.by_hand)
    except NeverKnown as failure:
        message.record_unknown(failure, by_hand=False)
    except TemporaryFailure as failure:
        _rest(message, failure)
    else:
        message.record_sent(receipt.reference, cost=receipt.cost, follow=way.tells_fates)
        if receipt.fate is not Fate.UNDERWAY:
            message.record_settled(*_ENDS[receipt.fate])


def follow_deliveries() -> None:
    """Ask what became of the messages that the gateway took. Asking twice does no harm."""
    for _ in range(MOST_ROUNDS):
        due = list(SmsMessage.objects.to_follow().order_by("look_at")[:AT_ONCE])
        if not due:
            return
        try:
            fates = gateway().fates([message.reference for message in due])
        except (TemporaryFailure, PermanentFailure) as failure:
            logger.warning("The gateway does not say what became of messages: %s", failure)
            fates = {}
        with transaction.atomic():
            for message in due:
                _settle(message, fates.get(message.reference, Fate.UNDERWAY))


def clear_sign_in_traces() -> None:
    """Take away yesterday's codes, the rows of numbers that never gave theirs, and old sessions."""
    before = now() - TRACES_KEPT
    codes = SmsMessage.objects.filter(good_until__lt=before)
    codes.filter(pk__in=list(codes.values_list("pk", flat=True)[:AT_ONCE])).delete()
    users = get_user_model().objects
    strangers = list(users.never_arrived(before).values_list("pk", flat=True)[:AT_ONCE])
    # Asked again: somebody may have arrived while we looked.
    users.never_arrived(before).filter(pk__in=strangers).delete()
    # Every browser that asked for a code has a session.
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _handed_over(message: SmsMessage, to: SmsGateway) -> Receipt:
    """The gateway's receipt for the message, which it may have since an earlier try."""
    if message.in_doubt:
        known = _receipt_of(message, to)
        if known is not None:
            return known
    if message.came_too_late:
        raise PermanentFailure("مهلت این پیام گذشته بود")
    message.record_handing_over()
    return to.send(message.recipient, message.text, local_id=message.local_id, code=message.code)


def _receipt_of(message: SmsMessage, to: SmsGateway) -> Receipt | None:
    try:
        return to.receipt_of(message.local_id, code=message.code)
    except TemporaryFailure as failure:
        # As long as nobody answers, the message is not known to be unsent.
        raise InDoubt(str(failure)) from None


def _rest(message: SmsMessage, failure: TemporaryFailure) -> None:
    """Try again later, unless patience has come to its end."""
    in_doubt = isinstance(failure, InDoubt)
    if message.tries >= MOST_TRIES and in_doubt:
        message.record_unknown(failure, by_hand=True)
    elif message.tries >= MOST_TRIES:
        message.record_failed(failure, by_hand=True)
    else:
        if not in_doubt:
            message.record_unsent()
        message.release(after=back_off(message.tries), reason=failure)


def _settle(message: SmsMessage, fate: Fate) -> None:
    if fate is Fate.UNDERWAY:
        message.record_underway()
    else:
        message.record_settled(*_ENDS[fate])
