"""Sign-in codes: six digits by SMS, valid for two minutes and five tries.

django-allauth makes the code and keeps it in the session of the browser that
asked. Sessions are rows: ours is that only a digest of it is written there, under a key that the
database does not hold. Ours are also that a code which has run out can be replaced on the same page, and that
a new code leaves the earlier ones their own time and tries: a message that comes late is
still good. Who may have one sent, and when, stands in code_turns.
"""

import time
from enum import Enum

from allauth.account.stages import LoginStageController
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Case, F, When
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.timezone import now

from accounts.models import User
from signin import sessions
from web.allauth_compat import (
    CODE_STAGE,
    LoginCodeVerificationProcess,
    user_id_to_str,
)
from web.rate_limits import Limit
from work import enqueue

ON_ITS_WAY_SECONDS = 60
DIGEST_LENGTH = 64
TRIES = Limit(
    "code-tries",
    settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS,
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
)
ONCE_A_DAY = Limit("code-traces", 1, 24 * 3600)


class Answer(Enum):
    """Outcome of a typed code."""

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
        return not self._live()

    @property
    def tries_left(self) -> int:
        return max((TRIES.left(self._key(sent)) for sent in self._live()), default=0)

    @property
    def is_just_sent(self) -> bool:
        """Whether it may still be on its way to the phone."""
        return bool(time.time() - self.state["at"] < ON_ITS_WAY_SECONDS)

    def judge(self, typed: str) -> Answer:
        """Hold what was typed against the live codes; a try of each of them is used up."""
        live = self._live()
        if not live:
            return Answer.EXPIRED
        # Counted in the cache: a session would lose tries that are made at the same moment.
        open_to_tries = [code for code, at in live if TRIES.take(self._key((code, at))) == 0]
        if not open_to_tries:
            return Answer.SPENT
        given = self._digests_of(typed)
        if len(typed) < DIGEST_LENGTH:
            # A code that was sent before digests were kept stands there as it was sent.
            given.append(typed)
        if any(constant_time_compare(own, code) for own in given for code in open_to_tries):
            return Answer.RIGHT
        return Answer.WRONG if self.tries_left else Answer.SPENT

    def resend(self) -> None:
        """Send another code, which has its own two minutes and its own tries."""
        earlier = self.earlier_codes()
        self._user = self.stage.login.user = somebody_at(self.mobile)
        self.state["user_id"] = user_id_to_str(self._user)
        self.state["at"] = time.time()
        self.send()
        self.remember(earlier)

    def earlier_codes(self) -> list[tuple[str, float]]:
        """The codes that are still good, to be kept when another one is sent."""
        return self._live()

    def remember(self, earlier: list[tuple[str, float]]) -> None:
        """Keep codes that were sent before beside the newest, of which now only the digest is left."""
        self.state["code"] = self._digests_of(self.code)[0]
        self.state["earlier"] = [list(sent) for sent in earlier]
        self.persist()

    def _live(self) -> list[tuple[str, float]]:
        """The codes that have not run out, newest first, each with its time.

        None for a user who is no longer there: a right code would lead nowhere.
        """
        if self.user is None:
            return []
        sent = [(self.code, self.state["at"]), *map(tuple, self.state.get("earlier", []))]
        oldest = time.time() - self.timeout
        return [(code, at) for code, at in sent if at >= oldest]

    def _digests_of(self, code: str) -> list[str]:
        """What may be kept of a code: its digest under today's key, then under those of before."""
        about = f"{self.mobile}:{code}"
        keys: list[str | bytes] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return [
            salted_hmac("signin.codes", about, secret=key, algorithm="sha256").hexdigest()
            for key in keys
        ]

    def _key(self, sent: tuple[str, float]) -> str:
        return f"{self.mobile}:{sent[1]}"


def send_code(request: HttpRequest, mobile: str) -> None:
    """Send a code to ``mobile``, whether anybody is known by it or not."""
    before = awaited_code(request)
    earlier = before.earlier_codes() if before is not None and before.mobile == mobile else []
    started = SignInCode.initiate(request=request, user=somebody_at(mobile), phone=mobile)
    SignInCode(started.stage).remember(earlier)
    if ONCE_A_DAY.take("") == 0:
        enqueue(sessions.clear_sign_in_traces)


def awaited_code(request: HttpRequest) -> SignInCode | None:
    """The code that this browser was sent and has not given yet."""
    stage = LoginStageController.enter(request, CODE_STAGE)
    return SignInCode(stage) if stage is not None else None


def somebody_at(mobile: str) -> User:
    """The user of this number; a row is made for a number that nobody has used yet.

    Known and unknown numbers go the same way and cost the same statements, so that neither
    the page nor its time tells who is known.
    """
    with transaction.atomic():
        User.objects.bulk_create(
            [User(username=f"applicant-{mobile}", mobile=mobile, password=make_password(None))],
            ignore_conflicts=True,
        )
        # Who never arrived begins their day anew: nobody may vanish with a code on its way.
        awaited = When(pk__in=User.objects.never_arrived(now()).values("pk"), then=now())
        User.objects.filter(mobile=mobile).update(
            date_joined=Case(awaited, default=F("date_joined"))
        )
        return User.objects.get(mobile=mobile)
