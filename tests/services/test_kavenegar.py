"""Kavenegar over real HTTP: what happens at each of its failures, and that nothing goes twice.

``pytest -s tests/services/test_kavenegar.py`` prints the table.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from accounts.models import SmsMessage, User
from messaging import checks, delivery, outbox
from messaging.kavenegar import REFUSALS, KavenegarGateway, Then
from messaging.outbox import send_sms
from tests.patience import PATIENCE
from tests.services.kavenegar_server import KEY, Kavenegar, kavenegar

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

MARYAM = "09130000001"
CODE = ("accounts/sign_in_code", {"code": "123456", "minutes": 2})
LOST = ("no answer", "a drop at a time", "cut off", "half a JSON", "a page of HTML", "a list",
        "no entries", "500 without words", "502 without words", "503")  # fmt: skip
State = SmsMessage.State


@pytest.fixture
def account(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kavenegar]:
    """A Kavenegar that the portal sends by, with little patience where that is to end."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with kavenegar() as account:
        for patience in ("read_seconds", "total_seconds"):
            waits = property(lambda gateway: 0.6 if account.will_be_silent else PATIENCE)
            monkeypatch.setattr(KavenegarGateway, patience, waits)
        settings.SMS_GATEWAY = "kavenegar"
        settings.KAVENEGAR_URL = account.url
        settings.KAVENEGAR_API_KEY = KEY
        yield account


@pytest.fixture
def message(transactional_db: None) -> SmsMessage:
    return written("step:1")


def written(event: str, **more: Any) -> SmsMessage:
    made = send_sms(event, MARYAM, *CODE, **more)
    assert made is not None
    return made


def tried(pk: int) -> SmsMessage:
    """The message after one more try, whatever its time was to be."""
    SmsMessage.objects.filter(pk=pk).update(not_before=None)
    delivery.deliver_sms(pk)
    return SmsMessage.objects.get(pk=pk)


def to_the_end(pk: int) -> SmsMessage:
    """The message when nothing more happens to it by itself."""
    message = tried(pk)
    while message.state == State.QUEUED:
        message = tried(pk)
    return message


def test_a_message_is_sent_with_our_name_for_it(account, message, settings):
    settings.KAVENEGAR_SENDER = "10004346"
    words = message.text

    message = tried(message.pk)

    assert account.calls == [
        (
            "sms/send",
            {
                "receptor": MARYAM,
                "message": words,
                "localid": message.local_id,
                "sender": "10004346",
            },
        )
    ]
    assert (message.state, message.reference, message.cost) == ("sent", "8792343", 120)
    assert message.local_id.isdecimal()
    assert int(message.local_id) < 2**63


def test_one_entry_may_come_without_its_list(account, message):
    account.one_object = True

    assert tried(message.pk).reference == "8792343"


def test_a_code_goes_by_the_template_and_other_messages_do_not(account, settings, message):
    settings.KAVENEGAR_CODE_TEMPLATE = "mizkhedmat-code"
    SmsMessage.objects.filter(pk=message.pk).update(code="")
    code = written("code:2")

    tried(message.pk)
    tried(code.pk)

    assert account.methods() == ["sms/send", "verify/lookup"]
    assert account.calls[1][1] == {
        "receptor": MARYAM, "token": "123456", "template": "mizkhedmat-code",
    }  # fmt: skip


# --- Failures -------------------------------------------------------------------


def outcome(account: Kavenegar, message: SmsMessage, failure: str, settings: Any) -> list[str]:
    """One row of the table: the failure once, and what came of it."""
    account.moods.append(failure)
    first = tried(message.pk)
    between = account.methods()[1:]
    last = to_the_end(message.pk)
    asked = "asked first, " if "statuslocal" in "".join(account.methods()) else ""
    again = account.methods()[1:].count(account.methods()[0])
    assert between == []
    if first.state == State.QUEUED:
        then = f"{asked}{'sent again' if again else 'not sent again'}"
    else:
        then = "stopped" + (", by hand" if first.retryable else "")
    words = first.last_error or "—"
    return [failure, words, then, last.state, str(len(account.phones))]


FAILURES = [
    *LOST,
    *(f"taken, then {mood}" for mood in LOST if mood != "503"),
    "200 in HTTP, 418 inside",
    *map(str, sorted(REFUSALS)),
    "599",
    "499",
]


def by_rule(failure: str) -> tuple[str, str, str]:
    """What is to follow, the state at the end, and how many messages reached the phone."""
    if failure.startswith("taken, then "):
        return "asked first, not sent again", State.SENT, "1"
    if failure in (*LOST, "599"):
        return "asked first, sent again", State.SENT, "1"
    code = int(failure.split(",")[-1].split()[0]) if "inside" in failure else int(failure)
    then = REFUSALS.get(code, (Then.BY_HAND, ""))[0]
    if then is Then.WAIT:
        return "sent again", State.SENT, "1"
    stopped = "stopped, by hand" if then is Then.BY_HAND else "stopped"
    return stopped, State.FAILED, "0"


def test_every_failure_and_what_happened(account, settings, transactional_db):
    table, wrong = [], []
    for failure in FAILURES:
        account.phones.clear()
        account.calls.clear()
        row = outcome(account, written(f"failure:{failure}"), failure, settings)
        table.append(row)
        if tuple(row[2:]) != by_rule(failure):
            wrong.append((row, by_rule(failure)))

    print("\n| failure | the staff read | what happened | state | reached the phone |")
    print("|---|---|---|---|---|")
    for row in table:
        print(f"| {' | '.join(row)} |")
    assert not wrong
    assert max(int(row[-1]) for row in table) == 1


def test_every_number_of_the_table_is_kept_apart():
    never = {code for code, (then, _) in REFUSALS.items() if then is not Then.WAIT}

    assert never >= {411, 418, 422, 424, 431}
    assert {code for code, (then, _) in REFUSALS.items() if then is Then.WAIT} == {409, 451}


@pytest.mark.parametrize("failure", LOST)
def test_a_code_by_template_is_never_repeated_when_its_answer_was_lost(account, settings, failure):
    settings.KAVENEGAR_CODE_TEMPLATE = "mizkhedmat-code"
    account.moods.append(f"taken, then {failure}")

    message = to_the_end(written("code:1").pk)

    assert (message.state, message.retryable) == ("unknown", False)
    assert account.methods() == ["verify/lookup"]
    assert len(account.phones) == 1


@pytest.mark.parametrize("code", ["409", "451"])
def test_a_code_by_template_is_repeated_when_it_was_refused_for_now(account, settings, code):
    settings.KAVENEGAR_CODE_TEMPLATE = "mizkhedmat-code"
    account.moods.append(code)

    assert to_the_end(written("code:1").pk).state == State.SENT
    assert len(account.phones) == 1


def test_a_wrong_receiver_of_a_template_and_a_missing_template_stop(account, settings):
    settings.KAVENEGAR_CODE_TEMPLATE = "mizkhedmat-code"
    account.moods.extend(["424", "431"])

    missing, wrong = to_the_end(written("code:1").pk), to_the_end(written("code:2").pk)

    assert (missing.state, missing.retryable) == ("failed", True)
    assert (wrong.state, wrong.retryable) == ("failed", False)


def test_nobody_listening_is_no_doubt(account, settings, message):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.KAVENEGAR_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
    message = tried(message.pk)
    assert (message.state, message.in_doubt) == ("queued", False)

    settings.KAVENEGAR_URL = account.url
    assert tried(message.pk).state == State.SENT
    assert account.methods() == ["sms/send"]


def test_as_long_as_the_question_is_not_answered_nothing_is_sent(account, message):
    account.moods.extend(["taken, then no answer", "409", "503", "half a JSON", "418"])

    for _ in range(5):
        tried(message.pk)
    assert account.methods() == ["sms/send", *["sms/statuslocalmessageid"] * 4]

    assert tried(message.pk).reference == "8792343"
    assert len(account.phones) == 1


def test_when_patience_ends_in_doubt_it_is_said_that_nobody_knows(account, message, manager):
    account.moods.extend(["taken, then no answer", *["503"] * 9])

    message = to_the_end(message.pk)

    assert (message.state, message.tries, message.retryable) == ("unknown", 10, True)
    assert outbox.retry_message(message.pk, by=manager)
    assert tried(message.pk).state == State.SENT
    assert len(account.phones) == 1


def test_a_worker_killed_while_it_sends_repeats_nothing(account, message, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*args: object, **kwargs: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SmsMessage, "record_sent", die)
        with pytest.raises(Killed):
            delivery.deliver_sms(message.pk)
    SmsMessage.objects.update(claimed_until=now() - timedelta(seconds=1), not_before=None)

    assert tried(message.pk).state == State.SENT
    assert len(account.phones) == 1


def test_two_workers_at_once_send_once(account, message):
    def work() -> None:
        try:
            delivery.deliver_sms(message.pk)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(account.phones) == 1
    assert SmsMessage.objects.get().state == State.SENT


def test_a_code_that_ran_out_in_doubt_is_asked_about_and_not_sent(account):
    account.moods.append("no answer")
    message = written("code:1", good_for=timedelta(minutes=2))
    tried(message.pk)
    SmsMessage.objects.update(good_until=now() - timedelta(seconds=1))

    message = tried(message.pk)

    assert (message.state, message.retryable) == ("failed", False)
    assert not account.phones


def test_after_the_credit_is_there_again_the_staff_send_what_failed(account, manager):
    account.moods.extend(["418", "418", "411"])
    poor, also_poor, wrong = (to_the_end(written(f"step:{n}").pk) for n in range(3))

    assert outbox.retry_all(by=manager) == 2

    assert to_the_end(poor.pk).state == to_the_end(also_poor.pk).state == State.SENT
    assert SmsMessage.objects.get(pk=wrong.pk).state == State.FAILED
    assert not outbox.retry_message(poor.pk, by=manager)
    assert len(account.phones) == 2


def test_the_key_of_the_account_stands_in_no_log_and_no_row(account, settings, message, caplog):
    caplog.set_level(logging.DEBUG, logger="accounts")
    account.moods.extend(["no answer", "cut off"])
    tried(message.pk), tried(message.pk)
    settings.KAVENEGAR_URL = "http://127.0.0.1:9"
    message = tried(message.pk)

    assert KEY not in message.last_error
    assert KEY not in caplog.text
    assert not User.objects.filter(username__contains=KEY).exists()


def test_a_wrong_key_stops_until_somebody_puts_it_right(account, settings, message):
    settings.KAVENEGAR_API_KEY = "another"

    message = to_the_end(message.pk)

    assert (message.state, message.retryable) == ("failed", True)
    assert "کلید درگاه" in message.last_error


# --- What became of it --------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (1, "sent"), (2, "sent"), (4, "sent"), (5, "sent"), (77, "sent"), (6, "failed"),
        (10, "delivered"), (11, "undelivered"), (13, "failed"), (14, "blocked"), (100, "unknown"),
    ],
)  # fmt: skip
def test_the_state_of_a_message_is_asked_for_later(account, message, number, state):
    message = tried(message.pk)
    delivery.follow_deliveries()
    assert account.methods() == ["sms/send"]  # not yet

    account.states[message.reference] = number
    SmsMessage.objects.update(look_at=now())
    delivery.follow_deliveries()

    message = SmsMessage.objects.get()
    assert message.state == state
    assert (message.look_at is None) == (state != "sent")
    assert not message.retryable


def test_many_messages_are_asked_about_in_one_call(account, transactional_db):
    for number in range(30):
        tried(written(f"step:{number}").pk)
    SmsMessage.objects.update(look_at=now())
    account.calls.clear()

    delivery.follow_deliveries()

    assert account.methods() == ["sms/status"]
    assert SmsMessage.objects.filter(state=State.DELIVERED).count() == 30


def test_nobody_asks_after_two_days(account, message):
    message = tried(message.pk)
    account.states[message.reference] = 5
    SmsMessage.objects.update(look_at=now(), sent_at=now() - timedelta(days=2, minutes=1))

    delivery.follow_deliveries()

    message = SmsMessage.objects.get()
    assert (message.state, message.look_at) == ("sent", None)


def test_a_gateway_that_does_not_answer_is_asked_later(account, message):
    tried(message.pk)
    SmsMessage.objects.update(look_at=now())
    account.moods.append("500 without words")

    delivery.follow_deliveries()

    message = SmsMessage.objects.get()
    assert message.state == State.SENT
    assert message.look_at > now() + timedelta(seconds=60)


def test_a_message_may_be_blocked_at_once(account, message):
    account.first_state = 14

    assert tried(message.pk).state == State.BLOCKED


def test_kavenegar_without_a_key_is_an_error(settings):
    settings.SMS_GATEWAY, settings.KAVENEGAR_API_KEY = "kavenegar", ""

    assert [error.id for error in checks.sms_settings()] == ["accounts.E001"]

    settings.KAVENEGAR_API_KEY, settings.DEVELOPMENT = KEY, False
    assert checks.sms_settings() == []
    settings.KAVENEGAR_URL = "http://127.0.0.1:9"
    assert [warning.id for warning in checks.sms_settings()] == ["accounts.W002"]
