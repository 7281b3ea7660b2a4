"""What the worker does for this app. Both may run twice."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.timezone import now

from accounts.gateways import PermanentFailure, SmsGateway, TemporaryFailure, gateway
from accounts.models import SmsMessage
from work.backoff import back_off

# Longer than a gateway may take, so that a message is never in two hands.
LEASE = timedelta(minutes=2)
MOST_TRIES = 10
# How long the traces of a sign-in are kept.
TRACES_KEPT = timedelta(days=1)
# Rows taken away at once: each user brings along a look at every table that names users.
AT_ONCE = 500


def deliver_sms(pk: int) -> None:
    """Hand one message to the gateway, once."""
    message = SmsMessage.objects.claim(pk, LEASE)
    if message is None:
        return
    if message.came_too_late:
        message.record_failed("came too late")
        return
    try:
        reference = _handed_over(message, gateway())
    except PermanentFailure as failure:
        message.record_failed(failure)
    except TemporaryFailure as failure:
        if message.tries >= MOST_TRIES:
            message.record_failed(failure)
        else:
            message.release(after=back_off(message.tries), reason=failure)
    else:
        message.record_sent(reference)


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


def _handed_over(message: SmsMessage, to: SmsGateway) -> str:
    """The gateway's name for the message, which it may have had since an earlier try."""
    known = to.reference_of(message.local_id) if message.tries > 1 else ""
    return known or to.send(message.recipient, message.text, local_id=message.local_id)
