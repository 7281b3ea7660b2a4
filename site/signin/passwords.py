"""The password rule, one-time passwords sent by SMS, and authentication with both.

A password that is sent works once, beside the old one, and dies after a day. It opens
nothing but the page on which its owner chooses the next one.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from accounts.models import OneTimePassword, SmsMessage, User
from persian.digits import to_ascii, to_persian
from persian.identifiers import InvalidIdentifier, normal_mobile
from signin import notifications

GOOD_FOR = timedelta(hours=24)
# Without what looks alike on a small screen: 0 O o, 1 I l.
_LETTERS = "abcdefghijkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
ONE_TIME_LENGTH = 10
# Names that sign-in gave to a row before its owner had been issued any.
_PROVISIONAL = re.compile(r"(?:applicant|dolat)-")


@dataclass(frozen=True)
class Part:
    """One part of the rule; ``pattern`` means the same to Python and to a browser."""

    words: str
    pattern: str

    def is_met_by(self, password: str) -> bool:
        return re.search(self.pattern, password) is not None


# The guide: «حروف بزرگ و کوچک انگلیسی، کاراکتر خاص و عدد». The length is Django's usual one.
RULE = (
    Part("حرف بزرگ انگلیسی، مانند A", "[A-Z]"),
    Part("حرف کوچک انگلیسی، مانند a", "[a-z]"),
    Part("عدد، مانند ۷", "[0-9]"),
    Part("کاراکتر خاص، مانند ! یا @", r"[!-/:-@\[-`{-~]"),
    Part("حداقل ۸ کاراکتر", "^.{8,}$"),
)
# What cannot be typed with an English keyboard could not be typed again elsewhere.
ENGLISH_ONLY = Part("فقط حروف و نشانه‌های صفحه‌کلید انگلیسی", "^[ -~]*$")


class LeastLength(MinimumLengthValidator):
    """Django's rule of the least length; its hint has Persian digits."""

    def get_help_text(self) -> str:
        return to_persian(super().get_help_text())


@dataclass(frozen=True)
class Known:
    """A user who gave a right name and password; ``one_time``: the password had been sent."""

    user: User
    one_time: OneTimePassword | None


def issue_credentials(user: User) -> SmsMessage | None:
    """Send ``user`` a user name and a one-time password; None when there is no number.

    To be called in the transaction that decides it. The user name is the mobile number
    as it is at the first issue and stays from then on; a name that an office gave is
    kept. Older one-time passwords end, the lasting password goes on working.
    """
    if not user.mobile:
        return None
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        _settle_name(user)
        password = _draw_password()
        user.one_time_passwords.live().update(expires_at=now())
        row = user.one_time_passwords.create(
            digest=_digests_of(password)[0], expires_at=now() + GOOD_FOR
        )
        return notifications.send_credentials(user, password, row, GOOD_FOR)


def recognise_user(name: str, typed: str) -> Known | None:
    """Who comes in with this name and password; None when they do not belong together.

    The work is the same for names that nobody has. Whether the account is open is not
    asked here.
    """
    user = user_named(name)
    if user is not None and user.has_usable_password():
        is_right = user.check_password(typed)
    else:
        # A password is hashed either way, so that the time does not tell who is known.
        User().set_password(typed)
        is_right = False
    sent = OneTimePassword.objects.live().filter(
        user=user, digest__in=_digests_of(to_ascii(typed.strip()))
    )
    one_time = sent.first()
    if user is None or not (is_right or one_time):
        return None
    return Known(user, None if is_right else one_time)


def user_named(name: str) -> User | None:
    """The user of this name in any case; a mobile number may be spelled in any usual way."""
    return User.objects.filter(username__iexact=spell_name(name)).first()


def spell_name(name: str) -> str:
    """The one spelling by which a name is looked for, apart from its case."""
    name = name.strip()
    try:
        return normal_mobile(name)
    except InvalidIdentifier:
        return to_ascii(name)


@transaction.atomic
def replace_password(user: User, sent: int, password: str) -> bool:
    """Make ``password`` the user's own and use up the one-time password ``sent``.

    False when that one has been used or has run out meanwhile; nothing was changed then.
    """
    used = OneTimePassword.objects.live().filter(pk=sent, user=user).update(used_at=now())
    if not used:
        return False
    user.one_time_passwords.live().update(expires_at=now())
    user.set_password(password)
    # The SMS reached them: that proves the number, as a code does.
    user.mobile_verified = True
    user.save(update_fields=["password", "mobile_verified"])
    return True


def _settle_name(user: User) -> None:
    if not _PROVISIONAL.match(user.username):
        return
    name, number = str(user.mobile), 1
    # A number that was given out anew may still be the name of its earlier holder.
    while User.objects.filter(username__iexact=name).exclude(pk=user.pk).exists():
        number += 1
        name = f"{user.mobile}-{number}"
    user.username = name
    user.save(update_fields=["username"])


def _draw_password() -> str:
    kinds = [_LETTERS, _CAPITALS, _DIGITS]
    every = "".join(kinds)
    drawn = [secrets.choice(kind) for kind in kinds]
    drawn += [secrets.choice(every) for _ in range(ONE_TIME_LENGTH - len(kinds))]
    secrets.SystemRandom().shuffle(drawn)
    return "".join(drawn)


def _digests_of(password: str) -> list[str]:
    """Its digest under today's key, then under those of before."""
    return [
        salted_hmac("accounts.one_time", password, secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
