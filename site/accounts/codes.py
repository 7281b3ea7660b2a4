"""The code that lets somebody in: six digits by SMS, two minutes, five tries.

django-allauth makes the code and keeps it in the session of the browser that
asked. Ours are the limits, and that a code which has run out can be replaced
on the same page. Sources of the numbers: the settings, and here.
"""

import time
from enum import Enum

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.core.internal.cryptokit import compare_user_code
from django.conf import settings
from django.http import HttpRequest

from accounts import tasks
from accounts.limits import Limit
from accounts.models import User
from work import enqueue

ONE_A_MINUTE = Limit("code-minute", 1, 60)
FIVE_AN_HOUR = Limit("code-hour", 5, 3600)
# Many phones share an address of their operator, so this one only slows floods down.
FROM_ONE_ADDRESS = Limit("code-address", 60, 60)
TRIES = Limit(
    "code-tries",
    settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
)
ONCE_A_DAY = Limit("code-traces", 1, 24 * 3600)


class Answer(Enum):
    """What becomes of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    SPENT = "spent"
    EXPIRED = "expired"


class SignInCode(LoginCodeVerificationProcess):
    """The code on its way between us, a phone and the browser that asked for it."""

    @property
    def mobile(self) -> str:
        return self.state["phone"]

    @property
    def has_expired(self) -> bool:
        return not self.is_valid()

    @property
    def tries_left(self) -> int:
        return TRIES.left(self._key_of_tries)

    def judge(self, typed: str) -> Answer:
        """Hold what was typed against the code; every call but for an old code costs one try."""
        if self.has_expired:
            return Answer.EXPIRED
        # Counted in the cache: a session would lose tries that are made at the same moment.
        if TRIES.take(self._key_of_tries):
            return Answer.SPENT
        if compare_user_code(actual=typed, expected=self.code):
            return Answer.RIGHT
        return Answer.WRONG if self.tries_left else Answer.SPENT

    def resend(self) -> None:
        """Send another code, which has its own two minutes and its own tries."""
        self.state["at"] = time.time()
        self.send()
        self.persist()

    @property
    def _key_of_tries(self) -> str:
        return f"{self.mobile}:{self.state['at']}"


def take_turn(mobile: str, address: str) -> int:
    """Ask to send a code to ``mobile`` for a browser at ``address``: 0, or the seconds to wait."""
    return FROM_ONE_ADDRESS.take(address) or ONE_A_MINUTE.take(mobile) or FIVE_AN_HOUR.take(mobile)


def time_to_wait(mobile: str) -> int:
    """The seconds until another code may be sent to ``mobile``; 0 when it may be now."""
    return max(ONE_A_MINUTE.wait(mobile), FIVE_AN_HOUR.wait(mobile))


def send_code(request: HttpRequest, mobile: str) -> None:
    """Send a code to ``mobile``, whether anybody is known by it or not."""
    SignInCode.initiate(request=request, user=somebody_at(mobile), phone=mobile)
    if ONCE_A_DAY.take("") == 0:
        enqueue(tasks.clear_sign_in_traces)


def somebody_at(mobile: str) -> User:
    """The user of this number; a row is made for a number that nobody has used yet.

    Then known and unknown numbers go the same way, and nobody learns who is known.
    """
    user, is_new = User.objects.get_or_create(
        mobile=mobile, defaults={"username": f"applicant-{mobile}"}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
