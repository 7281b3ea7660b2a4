"""Text messages: written in the transaction that causes them, sent later, once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.template import Context, Engine
from django.utils.timezone import now

from accounts import tasks
from accounts.models import SmsMessage
from work import enqueue


def said(template: str, context: Mapping[str, Any]) -> str:
    """The words of ``templates/messages/<template>.txt``: plain text, nothing escaped."""
    words = Engine.get_default().get_template(f"messages/{template}.txt")
    return words.render(Context(dict(context), autoescape=False)).strip()


def send_sms(
    event: str,
    mobile: str,
    template: str,
    context: Mapping[str, Any],
    *,
    good_for: timedelta | None = None,
) -> SmsMessage | None:
    """Have one message sent to ``mobile``, once for this ``event`` (100 characters at most).

    A second call for the same event and number returns the message that is already
    there. None when there is no number. After ``good_for`` it is not sent any more.
    """
    if not mobile:
        return None
    facts = {
        "text": said(template, context),
        "good_until": now() + good_for if good_for else None,
    }
    with transaction.atomic():
        message, is_new = SmsMessage.objects.get_or_create(
            event=event, recipient=mobile, defaults=facts
        )
        if is_new:
            enqueue(tasks.deliver_sms, message.pk)
    return message
