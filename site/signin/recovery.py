"""«فراموشی گذرواژه»: sends a user name and a one-time password to the owner of a number.

The page that takes the number never looks up whose it is: it writes the wish down, and
the worker does the rest. So known and unknown numbers cost the same and look the same.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import now

from accounts.models import RecoveryRequest, User
from signin.passwords import issue_credentials
from web.rate_limits import Limit
from work import declare_task, enqueue

ONE_A_MINUTE = Limit("recovery-minute", 1, 60)
FIVE_AN_HOUR = Limit("recovery-hour", 5, 3600)
FROM_ONE_ADDRESS = Limit("recovery-address", 60, 60)
# What one address may cost in messages to people who never asked for them.
MANY_FROM_ONE_ADDRESS = Limit("recovery-address-hour", 300, 3600)
LEASE = timedelta(minutes=1)
KEPT = timedelta(days=1)


def ask_recovery(mobile: str, address: str) -> None:
    """Have credentials sent to ``mobile`` if somebody has an account with it.

    More than one a minute or five an hour for a number, and floods from one address, are
    passed over in silence: the answer must not depend on the number.
    """
    if FROM_ONE_ADDRESS.take(address) or MANY_FROM_ONE_ADDRESS.take(address):
        return
    if ONE_A_MINUTE.take(mobile) or FIVE_AN_HOUR.take(mobile):
        return
    with transaction.atomic():
        wish = RecoveryRequest.objects.create(mobile=mobile)
        enqueue(send_recovery, wish.pk)


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
