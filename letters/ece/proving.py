"""Test letters: a body shows by the receipt of one that it can be reached by the network."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import User
from letters.dispatch.channels import Failed, Sent
from letters.ece.composing import compose_mail, write_test
from letters.ece.lines import is_on
from letters.ece.models import HandedMail, TestLetter, TestState
from letters.ece.refusals import NoNetworkAddress, NotOnNetwork, TestUnderWay
from letters.ece.sending import OutgoingMail, look_up, send_mail
from services_catalog.models import Organisation
from work import audit, declare_task, enqueue
from work.queue import back_off

LEASE = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 5)
MOST_TRIES = 14
# A receipt that has not come by then comes no more; another test may be asked for.
PATIENCE = timedelta(days=7)
UNDER_WAY = (TestState.QUEUED, TestState.SENT, TestState.IN_DOUBT)


def is_proved(organisation: Organisation) -> bool:
    """Whether a receipt has come from the very address that the body has now."""
    if organisation.channel_proved_at is None:
        return False
    proved = TestLetter.objects.filter(organisation=organisation, state=TestState.PROVED)
    return proved.filter(address__iexact=organisation.ece_address).exists()


def ask_for_test(organisation: Organisation, *, by: User) -> TestLetter:
    """Have a test letter sent. Raises NotOnNetwork, NoNetworkAddress and TestUnderWay."""
    if not is_on():
        raise NotOnNetwork
    if not organisation.ece_address:
        raise NoNetworkAddress
    try:
        with transaction.atomic():
            return _write_test(organisation, by)
    except IntegrityError as error:
        raise TestUnderWay from error


def _write_test(organisation: Organisation, by: User) -> TestLetter:
    before = TestLetter.objects.filter(organisation=organisation, state__in=UNDER_WAY)
    # What waits in vain, or went to an address of before, does not stand in the way.
    old = before.filter(asked_at__lt=now() - PATIENCE)
    (old | before.exclude(address__iexact=organisation.ece_address)).update(
        state=TestState.FAILED, ended_at=now()
    )
    address = organisation.ece_address
    test = TestLetter.objects.create(organisation=organisation, address=address, asked_by=by)
    audit.record_entry(by, "ask_for_test_letter", organisation, {"number": test.number})
    enqueue(send_test_letter, test.pk)
    return test


@declare_task("letters")
def send_test_letter(test_id: int) -> None:
    """Send one test letter; safe to run twice, never sends twice."""
    test = TestLetter.objects.claim(test_id, LEASE)
    if test is None:
        return
    if HandedMail.objects.filter(message_id=test.message_id).exists():
        outcome = look_up(test.message_id)
    else:
        content = compose_mail(test.message_id, test.address, test.number, write_test(test))
        outcome = send_mail(OutgoingMail(test.message_id, test.address, content))
    if isinstance(outcome, Sent):
        test.finish(state=TestState.SENT)
    elif not isinstance(outcome, Failed):
        test.finish(state=TestState.IN_DOUBT, last_error=outcome.reason)
    elif outcome.for_good or test.tries >= MOST_TRIES:
        test.finish(state=TestState.FAILED, last_error=outcome.reason, ended_at=now())
    else:
        test.release(after=back_off(test.tries), reason=outcome.reason)


@transaction.atomic
def note_proof(test: TestLetter) -> bool:
    """Its receipt has come: the body is reached by the network from now on. False: it had come before."""
    waiting = TestLetter.objects.filter(pk=test.pk).exclude(state=TestState.PROVED)
    if not waiting.update(state=TestState.PROVED, ended_at=now(), last_error=""):
        return False
    body = Organisation.objects.filter(pk=test.organisation_id, ece_address__iexact=test.address)
    if body.update(channel_proved_at=now()):
        audit.record_entry(None, "prove_channel", test.organisation, {"number": test.number})
    return True
