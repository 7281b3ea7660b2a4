"""A letter by the government network over real SMTP and IMAP servers, and each of their failures.

``pytest -s tests/services/test_ece_delivery.py`` prints the tables.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils.timezone import now

from letters.dispatch import acts
from letters.dispatch.models import Channel, Dispatch, DispatchState
from letters.dispatch.tasks import deliver_dispatch
from letters.ece import lines, matching, proving, receiving
from letters.ece.mailbox import Mailbox, open_mailbox
from letters.ece.models import HandedMail, MailKind, MailState, ReceivedMail, TestLetter
from letters.models import Letter
from persian.digits import to_persian
from services_catalog.models import Organisation
from tests import cast
from tests.cast import begin, pass_desks, step
from tests.patience import wait_until
from tests.services.ece.dovecot import free_port
from tests.services.ece.network import THEIRS, Network, network_settings
from tests.services.ece.smtp_server import OURS
from work import breakers
from work.models import Gateway

pytestmark = [pytest.mark.django_db, pytest.mark.services]
QUEUED, SENT, RECEIPTED, RETURNED, FAILED, IN_DOUBT = (
    DispatchState.QUEUED,
    DispatchState.SENT,
    DispatchState.RECEIPTED,
    DispatchState.RETURNED,
    DispatchState.FAILED,
    DispatchState.IN_DOUBT,
)

DELIVER = """
import django
django.setup()
from letters.dispatch.tasks import deliver_dispatch
deliver_dispatch({pk})
"""


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is silent is left sooner than in life; a slow machine is no failure of a server."""
    monkeypatch.setattr(breakers, "SLOW_SECONDS", 60.0)
    monkeypatch.setattr(lines, "SILENCE", 30.0)


@pytest.fixture
def body(house: None, staff: Any) -> Organisation:
    """A body that is reached by the network, as the receipt of a test letter has shown."""
    body = cast.a_body()
    body.ece_address, body.channel, body.channel_proved_at = THEIRS, Channel.ECE_EMAIL, now()
    body.save()
    TestLetter.objects.create(
        organisation=body, address=THEIRS, asked_by=staff["desk"], state=TestLetter.State.PROVED
    )
    return body


@pytest.fixture
def letter(two_ways: Any, maryam: Any, staff: Any, run_tasks: Callable[[], int]) -> Letter:
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = step(pass_desks(case, staff, "desk"), "approve", staff["deputy"])
    run_tasks()
    return case.letters.get()


@pytest.fixture
def dispatch(letter: Letter, body: Organisation) -> Dispatch:
    """On its way by the network, its holding time over."""
    made = {
        "submission": letter.submission,
        "organisation": body,
        "name": body.name,
        "channel": Channel.ECE_EMAIL,
        "state": QUEUED,
    }
    row, _ = Dispatch.objects.get_or_create(letter=letter, role=Dispatch.Role.MAIN, defaults=made)
    Dispatch.objects.filter(pk=row.pk).update(state=QUEUED, channel=Channel.ECE_EMAIL)
    return Dispatch.objects.get(pk=row.pk)


def tried(dispatch: Dispatch) -> Dispatch:
    """The dispatch after one more try, whatever its time was to be."""
    Gateway.objects.all().delete()
    Dispatch.objects.filter(pk=dispatch.pk).update(not_before=None)
    deliver_dispatch(dispatch.pk)
    return Dispatch.objects.get(pk=dispatch.pk)


def fetched() -> None:
    Gateway.objects.all().delete()
    receiving.fetch_mail()


def the_mail(kind: MailKind) -> ReceivedMail:
    return ReceivedMail.objects.get(kind=kind)


# --- The road ----------------------------------------------------------------------------


def test_a_letter_arrives_and_its_receipt_comes_back(
    network: Network, dispatch: Dispatch, letter: Letter
) -> None:
    assert tried(dispatch).state == SENT
    (there,) = network.letters()
    assert (there.number, there.subject) == (letter.number_text, letter.subject)
    assert there.origins[0].content == letter.file.open("rb").read()
    (raw,) = network.post.to(THEIRS)
    assert dispatch.message_id.encode() in raw

    network.answer(letter.number_text, received_number="1405/2/88")
    fetched()

    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    assert (dispatch.state, dispatch.receipt_number) == (RECEIPTED, "1405/2/88")
    kept = the_mail(MailKind.RECEIPT)
    assert (kept.state, kept.dispatch_id, kept.reason) == (MailState.MATCHED, dispatch.pk, "")
    assert the_mail(MailKind.COPY).state == MailState.CLOSED
    assert network.box.unseen() == 0


HERS = "maryam@applicant.example"


@pytest.fixture
def hers(letter: Letter, network: Network, staff: Any, client: Any, signed_in: Any) -> Dispatch:
    """The applicant's, whom the secretariat sends the letter by e-mail besides the portal."""
    row = Dispatch.objects.get(letter=letter, role=Dispatch.Role.APPLICANT)
    signed_in(client, cast.hire("head", "manager"))
    page = f"/admin/letters/dispatch/act/{row.pk}/besides/"
    for wrong in ("", "maryam", "مریم@applicant.example", "maryam@نمونه.ایران"):
        said = {"channel": Channel.APPLICANT_EMAIL, "email": wrong}
        assert client.post(page, said).status_code == 422, wrong
    answer = client.post(page, {"channel": Channel.APPLICANT_EMAIL, "email": HERS})
    assert answer.status_code == 302
    return Dispatch.objects.get(pk=row.pk)


def test_the_applicant_has_the_sealed_file_by_e_mail(
    network: Network, hers: Dispatch, letter: Letter
) -> None:
    assert (hers.state, hers.email) == (QUEUED, HERS)
    assert tried(hers).state == SENT
    (raw,) = network.post.to(HERS)
    mail = message_from_bytes(raw, policy=default)
    assert to_persian(letter.number_text) in mail["Subject"]
    (paper,) = mail.iter_attachments()
    assert paper.get_payload(decode=True) == letter.file.open("rb").read()
    assert letter.verify_code in mail.get_body().get_content()
    assert tried(hers).state == SENT
    assert len(network.post.to(HERS)) == 1


def test_an_address_that_does_not_exist_is_the_secretariats_to_mend(
    network: Network, hers: Dispatch
) -> None:
    network.post.moods.append("rcpt 550")
    assert tried(hers).state == FAILED
    assert network.post.to(HERS) == []


# --- Failures of SMTP ----------------------------------------------------------------------

# mood of the server: state of the dispatch, mails that reached the other side, state and mails in
# the end, when the mailbox was read and the dispatch was tried again as far as it is by itself.
SMTP_FAILURES = {
    "": (SENT, 1, SENT, 1),
    "rcpt 450": (QUEUED, 0, SENT, 1),
    "rcpt 550": (FAILED, 0, FAILED, 0),
    "own rcpt 450": (QUEUED, 0, SENT, 1),
    "data 451": (QUEUED, 0, SENT, 1),
    "data 554": (FAILED, 0, FAILED, 0),
    "taken, then lost": (IN_DOUBT, 1, SENT, 1),
    "lost": (IN_DOUBT, 0, IN_DOUBT, 0),
    "taken, then silent": (IN_DOUBT, 1, SENT, 1),
    "silent": (IN_DOUBT, 0, IN_DOUBT, 0),
}


@pytest.mark.parametrize("mood", SMTP_FAILURES)
def test_each_failure_of_smtp(
    mood: str, network: Network, dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    if mood.endswith("silent"):
        monkeypatch.setattr(lines, "SILENCE", 2.0)
    network.post.moods.extend([mood] if mood else [])
    state, arrived, in_the_end, in_all = SMTP_FAILURES[mood]

    dispatch = tried(dispatch)
    assert (dispatch.state, len(network.letters())) == (state, arrived)

    for _ in range(3):
        fetched()
        dispatch = tried(dispatch)
    said = dispatch.attempts.last().detail
    print(f"{mood or 'all well':20} {state:10} → {in_the_end:10} mails there: {in_all}  {said}")
    assert (dispatch.state, len(network.letters())) == (in_the_end, in_all)


def test_a_letter_in_doubt_is_sent_again_by_a_person_and_only_if_no_copy_came(
    network: Network, dispatch: Dispatch, staff: Any
) -> None:
    network.post.moods.extend(["lost", "taken, then lost"])
    dispatch = tried(dispatch)
    acts.decide_doubt(dispatch, by=staff["desk"], was_sent=False, note="نرسیده است")
    dispatch = tried(dispatch)
    assert (dispatch.state, len(network.letters())) == (IN_DOUBT, 1)

    # Somebody is wrong about it: our own mailbox knows better.
    acts.decide_doubt(dispatch, by=staff["desk"], was_sent=False, note="نرسیده است")
    dispatch = tried(dispatch)
    assert (dispatch.state, len(network.letters())) == (SENT, 1)


def test_nothing_in_doubt_is_repeated_while_the_mailbox_cannot_be_asked(
    network: Network, dispatch: Dispatch, staff: Any, settings: Any
) -> None:
    network.post.moods.append("taken, then lost")
    dispatch = tried(dispatch)
    acts.decide_doubt(dispatch, by=staff["desk"], was_sent=False, note="نرسیده است")
    port, settings.ECE_IMAP_PORT = settings.ECE_IMAP_PORT, free_port()
    dispatch = tried(dispatch)
    assert (dispatch.state, len(network.letters())) == (QUEUED, 1)

    settings.ECE_IMAP_PORT = port
    assert (tried(dispatch).state, len(network.letters())) == (SENT, 1)


@pytest.mark.parametrize("is_known", [True, False])
def test_what_came_back_is_sent_anew_under_the_same_name(
    is_known: bool, network: Network, dispatch: Dispatch, staff: Any
) -> None:
    dispatch = tried(dispatch)
    if is_known:
        fetched()
    acts.record_return(dispatch, by=staff["desk"], note="صندوق پر بود")
    acts.send_again(dispatch, by=staff["desk"])
    network.post.moods.append("lost")
    dispatch = tried(dispatch)
    # The copy of the first time proves nothing of the second.
    fetched()
    assert (Dispatch.objects.get(pk=dispatch.pk).state, len(network.letters())) == (IN_DOUBT, 1)


def test_the_late_copy_of_a_doubtful_try_counts_whatever_a_later_try_met(
    network: Network, dispatch: Dispatch, staff: Any, settings: Any
) -> None:
    network.post.moods.append("taken, then lost")
    dispatch = tried(dispatch)
    late = network.box.take_back()
    acts.decide_doubt(dispatch, by=staff["desk"], was_sent=False, note="نرسیده است")
    # One try that gives nothing away, and one whose text is refused.
    port, settings.ECE_SMTP_PORT = settings.ECE_SMTP_PORT, free_port()
    assert tried(dispatch).state == QUEUED
    settings.ECE_SMTP_PORT = port
    network.post.moods.append("text 451")
    assert tried(dispatch).state == QUEUED

    network.box.deliver(late)
    fetched()
    assert (tried(dispatch).state, len(network.letters())) == (SENT, 1)
    assert HandedMail.objects.get().address == THEIRS


def test_a_late_receipt_of_a_doubtful_try_is_no_forgery(
    network: Network, dispatch: Dispatch, letter: Letter, staff: Any, settings: Any
) -> None:
    network.post.moods.append("taken, then lost")
    dispatch = tried(dispatch)
    network.box.take_back()
    acts.decide_doubt(dispatch, by=staff["desk"], was_sent=False, note="نرسیده است")
    settings.ECE_SMTP_PORT = free_port()
    tried(dispatch)
    network.answer(letter.number_text)
    fetched()
    assert the_mail(MailKind.RECEIPT).reason == matching.TOO_EARLY


class Killed(BaseException):
    """A process that ends here: nothing in between may notice it."""


def die(*args: Any, **kwargs: Any) -> None:
    raise Killed


def killed_at(place: str, dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try whose worker dies when it comes to this place; its lease is over."""
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(place, die)
        tried(dispatch)
    found = Dispatch.objects.get(pk=dispatch.pk)
    assert found.state == DispatchState.SENDING
    Dispatch.objects.filter(pk=dispatch.pk).update(claimed_until=None)


@pytest.mark.parametrize("place", ["letters.ece.way.write_for", "letters.ece.smtp._signed_in_line"])
def test_the_answer_of_before_is_none_of_what_is_sent_anew(
    place: str, network: Network, dispatch: Dispatch, staff: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch = tried(dispatch)
    acts.record_return(dispatch, by=staff["desk"], note="صندوق پر بود")
    acts.send_again(dispatch, by=staff["desk"])
    killed_at(place, dispatch, monkeypatch)
    assert (tried(dispatch).state, len(network.letters())) == (QUEUED, 1)
    assert (tried(dispatch).state, len(network.letters())) == (SENT, 2)


def test_what_a_person_said_was_sent_is_sent_anew_when_it_comes_back(
    network: Network, dispatch: Dispatch, staff: Any
) -> None:
    network.post.moods.append("taken, then lost")
    dispatch = tried(dispatch)
    dispatch = acts.decide_doubt(dispatch, by=staff["desk"], was_sent=True, note="رسیده است")
    acts.record_return(dispatch, by=staff["desk"], note="صندوق پر بود")
    acts.send_again(dispatch, by=staff["desk"])
    # The copy of the first time is found, and proves nothing of the second.
    assert (tried(dispatch).state, len(network.letters())) == (SENT, 2)


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("how", ["refuses", "hangs", "untrusted", "wrong password"])
@pytest.mark.parametrize("which", ["SMTP", "IMAP"])
def test_servers_that_cannot_be_talked_to(
    which: str,
    how: str,
    network: Network,
    dispatch: Dispatch,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "SILENCE", 2.0)
    with silent_server() as deaf:
        wrong = {
            "refuses": {f"ECE_{which}_PORT": free_port()},
            "hangs": {f"ECE_{which}_PORT": deaf},
            "untrusted": {"ECE_CA_FILE": ""},
            "wrong password": {f"ECE_{which}_PASSWORD": "wrong"},
        }[how]
        right = {name: getattr(settings, name) for name in wrong}
        for name, value in wrong.items():
            setattr(settings, name, value)
        if which == "SMTP":
            dispatch = tried(dispatch)
            assert (dispatch.state, network.post.asked) == (QUEUED, 0)
            print(f"SMTP {how:15} → {dispatch.state}: {dispatch.attempts.last().detail}")
        else:
            network.bring(None)
            fetched()
            gateway = Gateway.objects.get(name=lines.IMAP)
            assert (ReceivedMail.objects.count(), gateway.failures) == (0, 1)
            print(f"IMAP {how:15} → nothing taken, one failure counted")
    for name, value in right.items():
        setattr(settings, name, value)
    monkeypatch.setattr(lines, "SILENCE", 30.0)
    dispatch = tried(dispatch)
    fetched()
    assert (dispatch.state, len(network.letters())) == (SENT, 1)
    assert ReceivedMail.objects.count() == (1 if which == "SMTP" else 2)


def test_an_hour_of_4xx_costs_patience_and_no_second_mail(
    network: Network, dispatch: Dispatch, clock_runs: Callable[[timedelta], None]
) -> None:
    network.post.moods.extend(["data 451"] * 7)
    asked, minutes = 0, 0
    while minutes < 90 and Dispatch.objects.get(pk=dispatch.pk).state != SENT:
        before = network.post.asked
        deliver_dispatch(dispatch.pk)
        asked += network.post.asked > before
        clock_runs(timedelta(minutes=1))
        minutes += 1
    print(f"4xx for an hour: {asked} tries in {minutes} minutes")
    assert Dispatch.objects.get(pk=dispatch.pk).state == SENT
    assert (len(network.letters()), asked) == (1, 8)


@pytest.fixture
def clock_runs() -> Callable[[timedelta], None]:
    """Lets the rests of rows and gateways go by, instead of the clock."""

    def go_on(by: timedelta) -> None:
        for row in Dispatch.objects.exclude(not_before=None):
            Dispatch.objects.filter(pk=row.pk).update(not_before=row.not_before - by)
        for gateway in Gateway.objects.exclude(rests_until=None):
            Gateway.objects.filter(pk=gateway.pk).update(rests_until=gateway.rests_until - by)

    return go_on


# --- A process that dies -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "state", "mails"),
    [("nothing", QUEUED, 0), ("the text", IN_DOUBT, 0), ("the answer", SENT, 1)],
)
def test_a_try_that_was_broken_off_is_looked_into_before_anything_is_repeated(
    before: str,
    state: str,
    mails: int,
    network: Network,
    dispatch: Dispatch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = {
        "nothing": "letters.ece.smtp._signed_in_line",
        "the text": "letters.ece.smtp._with_dots",
        "the answer": "letters.ece.sending._note_sent",
    }[before]
    killed_at(place, dispatch, monkeypatch)
    dispatch = tried(dispatch)
    print(f"killed before {before:10} → {dispatch.state}")
    assert (dispatch.state, len(network.letters())) == (state, mails)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("mood", "state", "mails"),
    [("rcpt silent", SENT, 1), ("silent", IN_DOUBT, 0), ("taken, then silent", SENT, 1)],
)
def test_kill_9_during_the_sending_sends_nothing_twice(
    mood: str, state: str, mails: int, network: Network, dispatch: Dispatch, settings: Any
) -> None:
    network.post.moods.append(mood)
    names = network_settings(0, 0, Path())
    process = subprocess.Popen(
        [sys.executable, "-c", DELIVER.format(pk=dispatch.pk)],
        env={
            **os.environ,
            **{name: str(getattr(settings, name)) for name in names},
            "DJANGO_SETTINGS_MODULE": "tests.services.settings_fast",
            "PYTHONPATH": os.pathsep.join([str(settings.BASE_DIR), str(settings.SITE_DIR)]),
            "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
            "KILLED_PRIVATE": str(settings.PRIVATE_ROOT),
        },
    )
    begun = HandedMail.objects.filter(message_id=dispatch.message_id)
    reached = {
        "rcpt silent": lambda: network.post.asked,
        "silent": begun.exists,
        "taken, then silent": network.letters,
    }[mood]
    try:
        wait_until(lambda: reached() or process.poll() is not None)
    finally:
        process.kill()
        process.wait()
    found = Dispatch.objects.get(pk=dispatch.pk)
    assert found.state == DispatchState.SENDING, found.last_error

    Dispatch.objects.filter(pk=dispatch.pk).update(claimed_until=None)
    for _ in range(3):
        dispatch = tried(dispatch)
    print(f"kill -9 at «{mood}» → {dispatch.state}, mails there: {len(network.letters())}")
    assert (dispatch.state, len(network.letters())) == (state, mails)


# --- Receipts ------------------------------------------------------------------------------


def test_receipts_that_belong_to_nothing_change_nothing(
    network: Network, dispatch: Dispatch, letter: Letter, settings: Any
) -> None:
    def reason_of(**receipt: Any) -> str:
        network.answer(**receipt)
        fetched()
        return ReceivedMail.objects.filter(kind=MailKind.RECEIPT).latest("pk").reason

    number = letter.number_text
    assert reason_of(number=number) == matching.FORGED  # nothing was sent to anybody
    dispatch = tried(dispatch)
    assert reason_of(number="1405/1/99999") == matching.UNKNOWN
    assert reason_of(number=number, sender="thief@power.example") == matching.FORGED
    settings.ECE_AUTH_SERVER = "mx.parks.example"
    assert reason_of(number=number) == matching.NOT_GENUINE
    assert Dispatch.objects.get(pk=dispatch.pk).state == SENT

    settings.ECE_AUTH_SERVER = ""
    assert reason_of(number=number) == ""
    assert reason_of(number=number, received_number="7") == matching.REPEATED
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    assert (dispatch.state, dispatch.receipt_number) == (RECEIPTED, "1405/2/88")
    rows = ReceivedMail.objects.filter(kind=MailKind.RECEIPT)
    print("receipts kept:", [(row.state, row.reason) for row in rows])
    assert rows.count() == 6


def test_only_what_our_own_server_says_of_a_sender_counts(
    network: Network, dispatch: Dispatch, letter: Letter, settings: Any
) -> None:
    settings.ECE_AUTH_SERVER = "mx.parks.example"
    dispatch = tried(dispatch)
    forged = "elsewhere.example; dkim=pass"
    network.answer(letter.number_text, headers={"Authentication-Results": forged})
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == SENT
    genuine = "mx.parks.example; dkim=pass header.d=power.example"
    network.answer(letter.number_text, headers={"Authentication-Results": genuine})
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == RECEIPTED


def test_a_receipt_that_is_faster_than_our_own_note_waits_for_it(
    network: Network, dispatch: Dispatch, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at("letters.dispatch.tasks._record_outcome", dispatch, monkeypatch)
    network.answer(letter.number_text)
    fetched()
    assert the_mail(MailKind.RECEIPT).reason == matching.TOO_EARLY
    dispatch = tried(dispatch)  # looks into our mailbox
    assert dispatch.state == SENT
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == RECEIPTED
    assert the_mail(MailKind.RECEIPT).state == MailState.MATCHED


def test_a_body_that_does_not_register_it_sends_it_back(
    network: Network, dispatch: Dispatch, letter: Letter
) -> None:
    tried(dispatch)
    network.answer(letter.number_text, is_registered=False, description="گیرنده نادرست است")
    fetched()
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    assert dispatch.state == DispatchState.RETURNED
    assert "گیرنده نادرست است" in dispatch.attempts.last().detail


# --- Bounces -------------------------------------------------------------------------------


def test_a_bounce_sends_it_back_and_the_receipt_that_comes_all_the_same_counts(
    network: Network, dispatch: Dispatch, letter: Letter
) -> None:
    tried(dispatch)
    network.report(dispatch.message_id, "delayed")
    network.report(dispatch.message_id, recipient=OURS)
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == SENT
    network.report(dispatch.message_id)
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == RETURNED
    assert the_mail(MailKind.BOUNCE).state == MailState.MATCHED

    network.answer(letter.number_text, is_registered=False)
    fetched()
    network.answer(letter.number_text)
    fetched()
    network.report(dispatch.message_id)
    fetched()
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    assert (dispatch.state, dispatch.receipt_number) == (RECEIPTED, "1405/2/88")
    late = ReceivedMail.objects.filter(kind=MailKind.BOUNCE).latest("pk")
    assert (late.state, late.reason) == (MailState.NEW, matching.REPEATED)


def test_a_receipt_that_came_while_it_was_sent_anew_counts_whatever_became_of_that(
    network: Network, dispatch: Dispatch, letter: Letter, staff: Any
) -> None:
    dispatch = tried(dispatch)
    acts.record_return(dispatch, by=staff["desk"], note="صندوق پر بود")
    acts.send_again(dispatch, by=staff["desk"])
    network.answer(letter.number_text)
    fetched()
    assert the_mail(MailKind.RECEIPT).reason == matching.TOO_EARLY
    acts.record_return(tried(dispatch), by=staff["desk"], note="باز هم پر بود")
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == RECEIPTED


def test_a_bounce_that_comes_too_early_is_looked_at_again(
    network: Network, dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_at("letters.dispatch.tasks._record_outcome", dispatch, monkeypatch)
    network.report(dispatch.message_id)
    fetched()
    bounce = the_mail(MailKind.BOUNCE)
    assert (bounce.state, bounce.reason) == (MailState.NEW, matching.BOUNCE_TOO_EARLY)
    assert tried(dispatch).state == SENT
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == RETURNED
    bounce = the_mail(MailKind.BOUNCE)
    assert (bounce.state, bounce.reason) == (MailState.MATCHED, "")


def test_an_early_bounce_is_none_of_a_mail_that_left_after_it(
    network: Network, dispatch: Dispatch, staff: Any
) -> None:
    network.post.moods.append("lost")
    dispatch = tried(dispatch)
    network.report(dispatch.message_id)
    fetched()
    assert the_mail(MailKind.BOUNCE).reason == matching.BOUNCE_TOO_EARLY
    long_ago = now() - timedelta(hours=1)
    ReceivedMail.objects.filter(kind=MailKind.BOUNCE).update(received_at=long_ago)
    acts.decide_doubt(dispatch, by=staff["desk"], was_sent=False, note="نرسیده است")
    assert tried(dispatch).state == SENT
    fetched()
    assert Dispatch.objects.get(pk=dispatch.pk).state == SENT
    assert the_mail(MailKind.BOUNCE).reason == matching.NOT_DELIVERED


# --- The mailbox ---------------------------------------------------------------------------


def test_new_numbers_in_the_mailbox_bring_nothing_twice(
    network: Network, dispatch: Dispatch, letter: Letter
) -> None:
    tried(dispatch)
    network.answer(letter.number_text)
    fetched()
    kept = list(ReceivedMail.objects.order_by("pk").values_list("digest", "uid_validity"))

    network.box.forget_numbers()
    network.answer("1405/1/99999")
    fetched()

    rows = list(ReceivedMail.objects.order_by("pk").values_list("digest", "uid_validity"))
    assert [digest for digest, _ in rows[:2]] == [digest for digest, _ in kept]
    assert len(rows) == 3
    assert len({validity for _, validity in rows}) == 1
    assert rows[0][1] != kept[0][1]


def test_a_mail_is_marked_only_once_it_is_kept(
    network: Network, house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.bring(None)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database is gone")

    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(receiving, "_judge_mail", fail)
        fetched()
    assert (network.box.unseen(), ReceivedMail.objects.count()) == (1, 0)
    fetched()
    assert (network.box.unseen(), ReceivedMail.objects.count()) == (0, 1)


def test_a_scan_of_40_megabytes_is_named_and_not_loaded(network: Network, house: None) -> None:
    network.bring(b"<Letter>" + b"x" * (40 * 2**20))
    network.bring(None)
    fetched()
    small, large = ReceivedMail.objects.order_by("size")
    assert (large.reason, large.file.name) == (receiving.TOO_LONG, "")
    assert small.reason == receiving.NO_FILE


def test_a_mail_that_is_cut_off_each_time_stands_in_nobodys_way(
    network: Network, house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.bring(b"<Letter>" + b"x" * (3 * 2**20))
    with open_mailbox() as mailbox:
        (heavy,) = mailbox.waiting(0)
    network.bring(b"<Letter/>")
    network.bring(b"<Letter>" + b"x" * (2 * 2**20))
    fetch = Mailbox.fetch

    def cut(mailbox: Mailbox, uid: int) -> Any:
        if uid == heavy:
            raise OSError("cut")
        return fetch(mailbox, uid)

    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "fetch", cut)
        fetched()
    light, middling = ReceivedMail.objects.order_by("pk")
    assert light.size < middling.size
    # It is tried again, though its number is lower than what was taken.
    fetched()
    assert (ReceivedMail.objects.latest("pk").uid, network.box.unseen()) == (heavy, 0)


# --- Test letters --------------------------------------------------------------------------


def test_a_body_is_reached_only_after_the_receipt_of_a_test_letter(
    network: Network, dispatch: Dispatch, body: Organisation, staff: Any, run_tasks: Any
) -> None:
    TestLetter.objects.all().delete()
    Organisation.objects.filter(pk=body.pk).update(channel_proved_at=None)
    dispatch = tried(dispatch)
    assert (dispatch.state, network.post.asked) == (FAILED, 0)
    assert "نامهٔ آزمایشی" in dispatch.attempts.last().detail

    test = proving.ask_for_test(body, by=staff["desk"])
    with pytest.raises(proving.TestUnderWay):
        proving.ask_for_test(body, by=staff["desk"])
    run_tasks()
    (there,) = network.letters()
    network.answer(there.number, sender="thief@power.example")
    fetched()
    assert not proving.is_proved(Organisation.objects.get(pk=body.pk))
    network.answer(there.number)
    fetched()
    body = Organisation.objects.get(pk=body.pk)
    assert proving.is_proved(body)
    assert TestLetter.objects.get(pk=test.pk).state == TestLetter.State.PROVED

    acts.send_again(dispatch, by=staff["desk"])
    assert tried(dispatch).state == SENT
    # Another address has to be proved anew.
    body.ece_address = "other@power.example"
    assert not proving.is_proved(body)


def test_nothing_is_left_of_a_refused_try(network: Network, dispatch: Dispatch) -> None:
    network.post.moods.append("data 554")
    tried(dispatch)
    assert not HandedMail.objects.exists()
