"""Every message that this app sends, one function each."""

import secrets
from datetime import timedelta

from django.conf import settings

from accounts.sms import send_sms


def sign_in_code(mobile: str, code: str) -> None:
    """The code that lets somebody in. It is not sent any more once it has run out."""
    seconds = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    send_sms(
        # Every code is an event of its own.
        f"sign-in-code:{secrets.token_hex(8)}",
        mobile,
        "accounts/sign_in_code",
        {"code": code, "minutes": seconds // 60},
        good_for=timedelta(seconds=seconds),
    )
