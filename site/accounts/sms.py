"""Text messages: written in the transaction that causes them, sent later, once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from accounts import tasks
from accounts.models import SmsMessage, User
from accounts.parts import parts_of
from accounts.texts import about, said
from accounts.trial import is_kept_back
from work import audit, enqueue

__all__ = ["retry", "retry_all", "said", "send_sms"]
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

    ``template`` is the key of the message, see :mod:`accounts.texts`. A second call for
    the same event and number returns the message that is already there. None when there
    is no number. After ``good_for`` it is not sent any more. While the portal is on trial
    it is only kept, unless the number is a guest's.
    """
    if not mobile:
        return None
    text = said(template, context)
    parts = parts_of(text)
    facts = {
        "key": template,
        "text": text,
        "code": str(context.get(about(template).token, "")),
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
            enqueue(tasks.deliver_sms, message.pk)
    return message


@transaction.atomic
def retry(pk: int, *, by: User) -> bool:
    """Have a message that failed sent again; False when it cannot be (any more).

    One whose fate is not known is asked about first, as after any lost answer.
    """
    again = SmsMessage.objects.retryable().filter(pk=pk)
    moment = now()
    moved = again.update(
        state=SmsMessage.State.QUEUED, retryable=False, tries=0, not_before=None, queued_at=moment
    )
    if moved:
        audit.record(by, "retry_sms", f"accounts.smsmessage:{pk}")
        enqueue(tasks.deliver_sms, pk)
    return bool(moved)


def retry_all(*, by: User) -> int:
    """Have all messages sent again that can be, the oldest first; how many."""
    waiting = SmsMessage.objects.retryable().order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    return sum(retry(pk, by=by) for pk in pks)
