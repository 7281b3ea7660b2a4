"""Hands text messages to the gateway and follows their delivery; every task may run twice."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from accounts.models import SmsMessage
from accounts.models.messages import SmsQuerySet
from messaging.gateways import (
    Fate,
    InDoubt,
    NeverKnown,
    PermanentFailure,
    Receipt,
    SmsGateway,
    TemporaryFailure,
    get_gateway,
    is_kept_back,
)
from messaging.texts import message_about, urgent_keys
from work import breakers, declare_task
from work.queue import back_off

# Longer than a gateway may take, so that a message is never in two hands.
LEASE = timedelta(minutes=2)
MOST_TRIES = 10
# As many messages as Kavenegar speaks of in one answer; as many rows as are taken away at once,
# because each user brings along a look at every table that names users.
AT_ONCE = 500
# Rounds of AT_ONCE messages are begun within this time: a last one must fit into the task.
ASKING = timedelta(seconds=20)
_ENDS = {
    Fate.DELIVERED: (SmsMessage.State.DELIVERED, ""),
    Fate.UNDELIVERED: (SmsMessage.State.UNDELIVERED, "پیام به گوشی گیرنده نرسید"),
    Fate.BLOCKED: (
        SmsMessage.State.BLOCKED,
        "گیرنده دریافت این نوع پیامک را نزد اپراتور غیرفعال کرده است",
    ),
    Fate.FAILED: (SmsMessage.State.FAILED, "پیام از سوی اپراتور ارسال نشد"),
    Fate.LOST: (SmsMessage.State.UNKNOWN, "این پیام در درگاه ثبت نشده است"),
}
# Stands on a message that was not tried.
SILENT = "درگاه پیامک پاسخ نمی‌دهد. ارسال پس از برقراری ارتباط انجام می‌شود."
# The name of its schedule, from when it was a task of accounts.
FOLLOWING = "accounts.follow_deliveries"
logger = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another host has the message: this one stood still until it was taken for lost."""


def urgent_messages() -> SmsQuerySet:
    """Codes and credentials: somebody waits for them at the door."""
    return SmsMessage.objects.filter(key__in=urgent_keys())


def other_messages() -> SmsQuerySet:
    """What can wait for a gateway that does not answer."""
    return SmsMessage.objects.exclude(key__in=urgent_keys())


def room_for_others() -> int | None:
    """How many other messages the gateway can be offered now; None: any number."""
    return breakers.room_for(get_gateway().outside)


def is_silent() -> bool:
    """Whether the gateway has failed so often that nobody should count on its messages now."""
    return breakers.resting_gateway(get_gateway().outside) is not None


@declare_task("codes")
def deliver_code(pk: int) -> None:
    """Hand one urgent message to the gateway, once, also while it rests."""
    _deliver(pk)


@declare_task("messages")
def deliver_sms(pk: int) -> None:
    """Hand one message to the gateway, once; give it back at once while the gateway rests."""
    until = breakers.resting_until(get_gateway().outside)
    if until is None or not other_messages().postpone(pk, until, SILENT):
        _deliver(pk)


def _deliver(pk: int) -> None:
    message = SmsMessage.objects.claim(pk, LEASE)
    if message is None:
        return
    if is_kept_back(message.recipient):
        message.record_held()
        return
    way = get_gateway()
    try:
        receipt = _handed_over(message, way)
    except TakenOver:
        logger.warning("Message %s was taken over by another host", message.pk)
    except breakers.Resting as rest:
        message.hand_back(rest.until, SILENT)
    except PermanentFailure as failure:
        message.record_failed(failure, by_hand=failure.by_hand)
    except NeverKnown as failure:
        message.record_unknown(failure, by_hand=False)
    except TemporaryFailure as failure:
        _retry_later(message, failure)
    else:
        message.record_sent(receipt.reference, cost=receipt.cost, follow=way.tells_fates)
        _forget_secret(message, way)
        if receipt.fate is not Fate.UNDERWAY:
            message.record_settled(*_ENDS[receipt.fate])


@declare_task("chores")
def follow_deliveries() -> None:
    """Ask what became of the messages that the gateway took. Asking twice does no harm."""
    way = get_gateway()
    if breakers.resting_until(way.outside):
        return
    latest = now() + ASKING
    while now() < latest:
        due = list(SmsMessage.objects.to_follow().order_by("look_at")[:AT_ONCE])
        if not due:
            return
        try:
            breakers.require_turn(way.outside)
            fates = way.fates([message.reference for message in due])
        except breakers.Resting:
            return
        except (TemporaryFailure, PermanentFailure) as failure:
            # Silent now, it will be so for the next ones: they keep their turn.
            logger.warning("The gateway does not say what became of messages: %s", failure)
            _settle_all(due, {})
            return
        _settle_all(due, fates)


def _handed_over(message: SmsMessage, to: SmsGateway) -> Receipt:
    """The gateway's receipt for the message, which it may have since an earlier try."""
    if not message.in_doubt:
        _require_in_time(message)
    if message.key not in urgent_keys():
        breakers.require_turn(to.outside)
    if message.in_doubt:
        known = _receipt_of(message, to)
        if known is not None:
            return known
    _require_in_time(message)
    if not message.text:
        raise PermanentFailure("متن رمزشدهٔ این پیام با هیچ‌یک از کلیدهای سامانه باز نمی‌شود")
    if not message.record_handing_over():
        raise TakenOver
    return to.send(message.recipient, message.text, local_id=message.local_id, code=message.code)


def _forget_secret(message: SmsMessage, taken_by: SmsGateway) -> None:
    # Where no service takes messages the row is all there is: it is read at /dev/sms/.
    about = message_about(message.key)
    if about.secret and taken_by.outside:
        message.forget_secret(about.masked())


def _require_in_time(message: SmsMessage) -> None:
    if message.came_too_late:
        raise PermanentFailure("مهلت ارسال این پیام به پایان رسیده بود")


def _receipt_of(message: SmsMessage, to: SmsGateway) -> Receipt | None:
    try:
        return to.receipt_of(message.local_id, code=message.code)
    except TemporaryFailure as failure:
        # As long as nobody answers, the message is not known to be unsent.
        raise InDoubt(str(failure)) from None


def _retry_later(message: SmsMessage, failure: TemporaryFailure) -> None:
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


@transaction.atomic
def _settle_all(messages: list[SmsMessage], fates: Mapping[str, Fate]) -> None:
    for message in messages:
        _settle_message(message, fates.get(message.reference, Fate.UNDERWAY))


def _settle_message(message: SmsMessage, fate: Fate) -> None:
    if fate is Fate.UNDERWAY:
        message.record_underway()
    else:
        message.record_settled(*_ENDS[fate])
