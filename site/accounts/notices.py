"""Tells people something inside the portal, and on their phones."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import Notice, User
from accounts.sms import said, send_sms


@transaction.atomic
def tell(
    event: str, users: Iterable[User], template: str, context: Mapping[str, Any], url: str = ""
) -> None:
    """Tell ``users`` the words of ``templates/messages/<template>.txt``, once for this ``event``.

    Everyone gets a notice that leads to ``url``, a path of the portal; those with a
    mobile number also a text message, which holds no link. ``event`` names what
    happened to what (``"step:815"``), 100 characters at most.
    """
    people = list({user.pk: user for user in users}.values())
    text = said(template, context)
    notices = [Notice(event=event, recipient=user, text=text, url=url) for user in people]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    for user in people:
        if user.mobile:
            send_sms(event, user.mobile, template, context)
