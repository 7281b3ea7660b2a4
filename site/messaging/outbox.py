"""Notices and text messages, written in the transaction that causes them and sent later, once."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from accounts.models import Notice, SmsMessage, User
from db.sealed import Sealed
from messaging import delivery
from messaging.gateways import is_kept_back
from messaging.texts import message_about, parts_of, say_message
from work import audit, enqueue

# Sent again by one click at most; the next click takes the next ones.
AT_ONCE = 500


def send_sms(
    event: str,
    mobile: str,
    template: str,
    context: Mapping[str, Any],
    *,
    good_for: timedelta | None = None,
) -> SmsMessage | None:
    """Have one message sent to ``mobile``, once for this ``event`` (100 characters at most).

    ``template`` is the key of the message, see :mod:`messaging.texts`. A second call for
    the same event and number returns the message that is already there. None when there
    is no number. After ``good_for`` it is not sent any more. Secret words are kept encrypted. While the portal is on trial
    it is only kept, unless the number is a guest's.
    """
    if not mobile:
        return None
    text, about = say_message(template, context), message_about(template)
    parts, kept = parts_of(text), Sealed if about.secret else str
    facts = {
        "key": template,
        "text": kept(text),
        "code": kept(context.get(about.token, "")),
        "parts": parts,
        "price": parts * settings.SMS_PRICE_PER_PART,
        "state": SmsMessage.State.HELD if is_kept_back(mobile) else SmsMessage.State.QUEUED,
        "good_until": now() + good_for if good_for else None,
    }
    with transaction.atomic():
        message, is_new = SmsMessage.objects.get_or_create(
            event=event, recipient=mobile, defaults=facts
        )
        if is_new and message.state == SmsMessage.State.QUEUED:
            _enqueue_message(message.pk, template)
    return message


def _enqueue_message(pk: int, key: str) -> None:
    is_urgent = message_about(key).urgent
    enqueue(delivery.deliver_code if is_urgent else delivery.deliver_sms, pk)


@transaction.atomic
def retry_message(pk: int, *, by: User) -> bool:
    """Have a message that failed sent again; False when it cannot be (any more).

    One whose fate is not known is asked about first, as after any lost answer.
    """
    again = SmsMessage.objects.retryable().filter(pk=pk)
    moment = now()
    moved = again.update(
        state=SmsMessage.State.QUEUED, retryable=False, tries=0, not_before=None, queued_at=moment
    )
    if moved:
        key = SmsMessage.objects.values_list("key", flat=True).get(pk=pk)
        audit.record_entry(by, "retry_sms", f"accounts.smsmessage:{pk}")
        _enqueue_message(pk, key)
    return bool(moved)


def retry_all(*, by: User) -> int:
    """Have all messages sent again that can be, the oldest first; how many."""
    waiting = SmsMessage.objects.retryable().order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    return sum(retry_message(pk, by=by) for pk in pks)


@transaction.atomic
def tell_users(
    event: str, users: Iterable[User], template: str, context: Mapping[str, Any], url: str = ""
) -> None:
    """Tell ``users`` the words of ``templates/messages/<template>.txt``, once for this ``event``.

    Everyone gets a notice that leads to ``url``, a path of the portal; those with a
    mobile number also a text message, which holds no link. ``event`` names what
    happened to what (``"step:815"``), 100 characters at most.
    """
    people = list({user.pk: user for user in users}.values())
    text = say_message(template, context)
    notices = [Notice(event=event, recipient=user, text=text, url=url) for user in people]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    for user in people:
        if user.mobile:
            send_sms(event, user.mobile, template, context)
