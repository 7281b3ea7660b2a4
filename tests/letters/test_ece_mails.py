"""Mails of strangers: whatever lies in one, it is kept, and so are those that came after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from random import Random
from typing import Any

import pytest
from django.utils.timezone import now

from letters.ece import receiving
from letters.ece.mailbox import FetchedMail
from letters.ece.models import MailKind, ReceivedMail
from letters.ece.parcels import open_parcel

BOUNCE = b"""\
From: MAILER-DAEMON <>\r
Message-ID: <b@mx.example>\r
Subject: Undelivered\r
Content-Type: multipart/report; report-type=delivery-status; boundary=q\r
\r
--q\r
Content-Type: message/delivery-status\r
\r
Final-Recipient: rfc822; ece@power.example\r
Action: failed\r
\r
--q\r
Content-Type: message/rfc822\r
\r
Message-ID: <%s>\r
\r
--q--\r
"""
WORDS = (
    b"\x00", b"\xff", b"=?utf-8?q?", b"?=", b"=?x?b?//?=", b"<", b">", b"@", b'"', b";", b":", b"\r\n",
    b"filename*0*=", b"charset=", b"boundary=", b"name=", b"''", b"%", b"*", b"(", b")", b"[", b",",
    b"base64", b"quoted-printable", b"message/rfc822", b"multipart/mixed", b"application/xml",
)  # fmt: skip


def letter_mail() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "برق <ece@power.example>", "<1@power.example>"
    mail["Subject"] = "نامهٔ وارده"
    mail["Authentication-Results"] = "mx.example; spf=pass smtp.mailfrom=power.example"
    mail.set_content("سلام")
    mail.add_attachment(b"<a/>", maintype="application", subtype="xml", filename="نامه.xml")
    return mail.as_bytes()


def mutate(content: bytes, chance: Random) -> bytes:
    """The same with some words put in, left out, or written twice."""
    mutated = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        at, other = chance.randrange(len(mutated)), chance.randrange(len(mutated))
        match chance.randrange(3):
            case 0:
                mutated[at:at] = chance.choice(WORDS)
            case 1:
                del mutated[at : at + chance.randrange(1, 20)]
            case _:
                mutated[at:at] = mutated[other : other + chance.randrange(1, 40)]
    return bytes(mutated)


def test_what_is_read_of_a_mail_can_be_kept_whatever_its_bytes(
    size: Callable[[int, int], int],
) -> None:
    chance, senders = Random(4), set()
    for _ in range(size(500, 10_000)):
        parcel = open_parcel(mutate(chance.choice((letter_mail(), BOUNCE % b"1@a")), chance))
        told = "".join((parcel.message_id, parcel.sender, parcel.subject, parcel.bounced))
        assert told.encode().decode() == told
        assert "\0" not in told
        senders.add(parcel.sender)
    assert len(senders) > 20


@pytest.mark.parametrize("name", [b"1\x00@a", b"1\xff@a", b"1 2@a", "۱@a".encode()])
def test_the_name_of_a_mail_is_of_visible_ascii(name: bytes) -> None:
    assert open_parcel(BOUNCE % b"1@a").bounced == "<1@a>"
    assert open_parcel(BOUNCE % name).bounced == ""


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "?"])
def test_only_a_failure_is_a_bounce(action: str) -> None:
    told = BOUNCE.replace(b"Action: failed", b"Action: " + action.encode())
    assert open_parcel(told % b"1@a").bounced == ""


def test_a_failure_is_found_among_the_fates_of_several_recipients() -> None:
    told = BOUNCE.replace(
        b"Final-",
        b"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
        b"Action: delayed\r\n\r\nFinal-",
    ).replace(b"failed", b"Failed")
    assert open_parcel(told % b"1@a").bounced == "<1@a>"


def test_who_has_read_it_and_our_own_copy_are_no_bounce(settings: Any) -> None:
    read = BOUNCE.replace(b"report-type=delivery-status", b"report-type=disposition-notification")
    untold = BOUNCE.replace(b" report-type=delivery-status;", b"")
    assert open_parcel(read % b"1@a").bounced == open_parcel(untold % b"1@a").bounced == ""
    settings.ECE_ADDRESS = "ece@power.example"
    assert open_parcel(BOUNCE % b"1@a").bounced == ""


def test_what_a_report_brings_back_is_no_letter_of_theirs() -> None:
    own = b"--q\r\nContent-Type: application/xml\r\n\r\n<Letter/>\r\n--q--"
    parcel = open_parcel(BOUNCE.replace(b"failed", b"delayed").replace(b"--q--", own) % b"1@a")
    assert (parcel.bounced, parcel.files) == ("", ())


# What stands above a mail of ece@power.example, each line by the server or by the sender.
GENUINE = (
    "mx.example; dmarc=pass header.from=power.example",
    "mx.example 1; dmarc=pass (p=reject)",
    "MX.example;\r\n\tdkim=pass (2048-bit key; unprotected) header.d=power.example header.s=a",
    "mx.example; dkim = pass header.i = @Mail.Power.Example",
    'mx.example; dkim=pass header.d="power.example"',
    "mx.example; spf=pass smtp.mailfrom=bounces@power.example.",
    'mx.example; spf=pass smtp.mailfrom="b o"@power.example',
    "mx.example; dkim=fail header.d=thief.example; spf=pass smtp.mailfrom=power.example",
    "mx.example; dmarc=pass header.from=power.example\r\n"
    "Authentication-Results: other.example; dmarc=fail",
)
FORGED = (
    "mx.example; none",
    "mx.example; dkim=pass",
    "mx.example; spf=pass smtp.helo=power.example",
    "mx.example; dkim=pass header.d=thief.example",
    "mx.example; spf=pass smtp.mailfrom=power.example@thief.example",
    'mx.example; spf=pass smtp.mailfrom="ece@power.example"@thief.example',
    "mx.example; dkim=pass header.d=thief.example header.i=@power.example",
    "mx.example; dkim=pass header.d=er.example",
    "mx.example; dkim=pass header.d=solarpower.example",
    "mx.example; dkim=pass header.d=example",
    "mx.example; dkim=pass header.d=.example",
    "mx.example; dkim=pass header.d=",
    "mx.example; dmarc=pass header.from=thief.example",
    "mx.example; dmarc=fail header.from=power.example; dkim=pass header.d=thief.example",
    "mx.example; dmarc=fail; spf=pass smtp.mailfrom=power.example",
    "mx.example; spf=pass smtp.mailfrom=power.example\r\n"
    "Authentication-Results: mx.example; dmarc=fail",
    "mx.example; dmarc=none\r\nAuthentication-Results: mx.example; dmarc=pass",
    "thief.example; dmarc=pass\r\nAuthentication-Results: mx.example; dmarc=pass",
    "mx.example.thief.example; dmarc=pass",
    "mx.example; spf=fail (dmarc=pass; dmarc=pass) smtp.mailfrom=power.example",
    "mx.example; spf=fail (a (b) ; dmarc=pass ; c) smtp.mailfrom=thief.example",
    "mx.example; spf=fail (a \\) ; dmarc=pass ; c) smtp.mailfrom=thief.example",
    "mx.example; spf=fail (a ; dmarc=pass ;",
    'mx.example; spf=fail reason="; dmarc=pass ;" smtp.mailfrom=thief.example',
    'mx.example; spf=fail smtp.mailfrom="a\\"; dmarc=pass ;"@thief.example',
    "mx.example; spf=fail smtp.mailfrom==?utf-8?q?a;_dmarc=3Dpass?=@thief.example",
)


def is_genuine(told: str) -> bool:
    head = f"Authentication-Results: {told}\r\nFrom: ece@power.example\r\n\r\n"
    return open_parcel(head.encode()).is_genuine


@pytest.mark.parametrize("told", GENUINE)
def test_who_is_vouched_for_by_name_is_genuine(told: str, settings: Any) -> None:
    settings.ECE_AUTH_SERVER = "mx.example"
    assert is_genuine(told)


@pytest.mark.parametrize("told", FORGED)
def test_what_passed_for_another_domain_or_was_written_by_the_sender_is_not(
    told: str, settings: Any
) -> None:
    settings.ECE_AUTH_SERVER = "mx.example"
    assert not is_genuine(told)


def test_whatever_stands_in_a_verdict_it_is_read_in_time(
    settings: Any, size: Callable[[int, int], int]
) -> None:
    settings.ECE_AUTH_SERVER, chance = "mx.example", Random(5)
    for _ in range(size(300, 10_000)):
        told = chance.choice((*GENUINE, *FORGED)).encode()
        open_parcel(mutate(b"Authentication-Results: " + told + b"\r\n" + letter_mail(), chance))
    assert not is_genuine("mx.example; " + "(" * 100_000)


@pytest.mark.parametrize("said", ["filename*=a%00''b.xml", "filename*=a\0''b.xml"])
def test_a_name_in_no_alphabet_is_no_name(said: str) -> None:
    head = f"Content-Type: application/xml\r\nContent-Disposition: attachment; {said}\r\n\r\n<a/>"
    assert open_parcel(head.encode()).files == (b"<a/>",)


class TwoMails:
    """A mailbox in which two letters wait."""

    uid_validity = 1

    def __init__(self) -> None:
        self.seen: list[int] = []

    def waiting(self, after: int) -> list[int]:
        return [uid for uid in (1, 2) if uid not in self.seen]

    def fetch(self, uid: int) -> FetchedMail:
        content = letter_mail().replace(b"<1@", b"<%d@" % uid)
        return FetchedMail(uid, len(content), now(), content)

    def mark_seen(self, uid: int) -> None:
        self.seen.append(uid)


@pytest.mark.django_db
def test_a_mail_that_cannot_be_read_stops_none_that_came_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mailbox = TwoMails()

    @contextmanager
    def open_mailbox() -> Iterator[TwoMails]:
        yield mailbox

    def stumble_over_the_first(content: bytes) -> object:
        if b"<1@" in content:
            raise IndexError
        return open_parcel(content)

    monkeypatch.setattr(receiving, "open_mailbox", open_mailbox)
    monkeypatch.setattr(receiving, "is_on", lambda: True)
    monkeypatch.setattr(receiving, "open_parcel", stumble_over_the_first)
    assert receiving.fetch_mail() == 2
    first, second = ReceivedMail.objects.order_by("uid")
    assert (first.kind, first.reason) == (MailKind.OTHER, receiving.UNREADABLE)
    assert second.message_id == "<2@power.example>"
    assert mailbox.seen == [1, 2]
