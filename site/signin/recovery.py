"""«فراموشی گذرواژه»: sends a user name and a one-time password to the owner of a number.

The page that takes the number never looks up whose it is: it writes the wish down, and
the worker does the rest. So known and unknown numbers cost the same and look the same.
"""

from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import now

from accounts.models import RecoveryRequest, User
from signin.known_browsers import Kind, known_browser
from signin.passwords import issue_credentials
from web.doors.turns import Answer, Tally, ask_door
from web.rate_limits import Limit
from web.security.visitors import network_of, wide_network_of
from work import declare_task, enqueue

DOOR = "recovery"
# Of one number, asked for from one network or by one browser that knows it.
ONE_A_MINUTE = Limit("recovery-minute", 1, 60)
FIVE_AN_HOUR = Limit("recovery-number-network", 5, 3600)
# Of one number, whoever asks.
FROM_EVERYWHERE = Limit("recovery-hour", 10, 3600)
# Beyond these, however much is calculated: each message ends the password sent before.
SOLD_OF_A_NUMBER = 10
# Of one number by all browsers that know it: whoever owns it can make any number of them.
KEPT_IN_ALL = Limit("recovery-kept", 10, 3600)
FROM_ONE_ADDRESS = Limit("recovery-address", 60, 60)
# What one address may cost in messages to people who never asked for them.
MANY_FROM_ONE_ADDRESS = Limit("recovery-address-hour", 300, 3600)
LEASE = timedelta(minutes=1)
KEPT = timedelta(days=1)


def ask_recovery(request: HttpRequest, mobile: str, solution: str = "") -> Answer:
    """Have credentials sent to ``mobile`` if somebody has an account with it.

    The answer depends on how often was asked, never on whether the number is known. A second
    press within the minute is passed over in silence: the message is on its way.
    """
    counted = _counted(request, mobile)
    if _is_on_its_way(counted):
        return Answer()
    answer = ask_door(DOOR, counted, mobile, solution)
    if answer.wait:
        # Of several presses at once all but one come here.
        return Answer() if _is_on_its_way(counted) else answer
    with transaction.atomic():
        wish = RecoveryRequest.objects.create(mobile=mobile)
        enqueue(send_recovery, wish.pk)
    return answer


def _is_on_its_way(counted: list[Tally]) -> bool:
    """Whether nothing but the minute's one turn is used up."""
    return bool(counted[0].wait()) and not any(tally.wait() for tally in counted[1:])


def _counted(request: HttpRequest, mobile: str) -> list[Tally]:
    browser = known_browser(request, Kind.NUMBER, mobile)
    asks = f"{mobile}@{browser or wide_network_of(request)}"
    of_asking = [Tally(ONE_A_MINUTE, asks), Tally(FIVE_AN_HOUR, asks)]
    if browser:
        return [*of_asking, Tally(KEPT_IN_ALL, mobile, for_sale=0)]
    line = network_of(request)
    return [
        *of_asking,
        Tally(FROM_EVERYWHERE, mobile, for_sale=SOLD_OF_A_NUMBER),
        Tally(FROM_ONE_ADDRESS, line),
        Tally(MANY_FROM_ONE_ADDRESS, line),
    ]


@declare_task("codes")
def send_recovery(pk: int) -> None:
    """Do what one request asks for, once. A task."""
    wish = RecoveryRequest.objects.claim(pk, LEASE)
    if wish is None:
        return
    with transaction.atomic():
        if wish.finish(done_at=now()):
            owner = _owner_of(wish.mobile)
            if owner is not None:
                issue_credentials(owner)
    RecoveryRequest.objects.filter(created_at__lt=now() - KEPT).delete()


def _owner_of(mobile: str) -> User | None:
    """The applicant of this number; the staff and rows that never acted for anybody are not."""
    user = User.objects.filter(mobile=mobile, is_active=True).first()
    if user is None or user.is_staff_member or not user.parties:
        return None
    return user
