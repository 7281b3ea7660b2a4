"""Messages of this app, one function for each."""

import secrets
from datetime import timedelta

from django.conf import settings

from accounts.models import OneTimePassword, SmsMessage, User
from messaging.outbox import send_sms
from persian.digits import to_persian

SIGN_IN_CODE = "accounts/sign_in_code"


def sign_in_code(mobile: str, code: str) -> None:
    """The code that lets somebody in. It is not sent any more once it has run out."""
    seconds = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    send_sms(
        # Every code is an event of its own.
        f"sign-in-code:{secrets.token_hex(8)}",
        mobile,
        SIGN_IN_CODE,
        {"code": code, "minutes": seconds // 60},
        good_for=timedelta(seconds=seconds),
    )


def send_credentials(
    user: User, password: str, row: OneTimePassword, good_for: timedelta
) -> SmsMessage | None:
    """The user name and a one-time password, which is not sent any more once it is dead."""
    return send_sms(
        f"credentials:{row.pk}",
        user.mobile or "",
        "accounts/credentials",
        {
            "username": user.username,
            "password": password,
            "hours": to_persian(int(good_for.total_seconds() // 3600)),
        },
        good_for=good_for,
    )
