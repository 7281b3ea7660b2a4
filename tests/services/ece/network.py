"""Both mail servers, our office on the network, and a body on the other side that answers."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any

from django.utils.timezone import now

from letters.ece.reading import read_ece
from letters.ece.shapes import EceLetter, EceParty, EceReceipt
from letters.ece.writing import write_receipt
from tests.services.ece import dovecot, smtp_server
from tests.services.ece.certificates import HOST
from tests.services.ece.dovecot import MailServer
from tests.services.ece.smtp_server import OURS, Post

THEIRS = "ece@power.example"


def network_settings(smtp_port: int, imap_port: int, authority: Path) -> dict[str, Any]:
    """What an operator writes into the settings for these servers."""
    return {
        "ECE_ADDRESS": OURS,
        "ECE_CODE": "IP-1",
        "ECE_SMTP_HOST": HOST,
        "ECE_SMTP_PORT": smtp_port,
        "ECE_SMTP_USER": smtp_server.USER,
        "ECE_SMTP_PASSWORD": smtp_server.PASSWORD,
        "ECE_IMAP_HOST": HOST,
        "ECE_IMAP_PORT": imap_port,
        "ECE_IMAP_USER": dovecot.USER,
        "ECE_IMAP_PASSWORD": dovecot.PASSWORD,
        "ECE_CA_FILE": str(authority),
    }


BOUNCE = """\
From: MAILER-DAEMON <>\r
Message-ID: <{name}.bounce@mx.example>\r
Content-Type: multipart/report; report-type=delivery-status; boundary=q\r
\r
--q\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; {recipient}\r
Action: {action}\r
\r
--q\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {about}\r
\r
--q--\r
"""


class Network:
    """What a story asks of the world outside."""

    def __init__(self, post: Post, box: MailServer) -> None:
        self.post, self.box = post, box

    def letters(self) -> list[EceLetter]:
        """What the other side reads out of the mails that reached it."""
        found = []
        for content in self.post.to(THEIRS):
            (file,) = message_from_bytes(content, policy=default).iter_attachments()
            found.append(read_ece(file.get_payload(decode=True)))
        return found

    def answer(
        self,
        number: str,
        *,
        sender: str = THEIRS,
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> bytes:
        """A receipt comes into our mailbox."""
        told = {"received_number": "1405/2/88", "received_at": now(), "is_registered": True}
        receipt = EceReceipt(
            sender=EceParty("شرکت توزیع نیروی برق"),
            receiver=EceParty("شرکت شهرک‌های صنعتی"),
            number=number,
            at=now(),
            **{**told, **facts},
        )
        return self.bring(write_receipt(receipt), sender=sender, headers=headers)

    def bring(
        self,
        content: bytes | None,
        *,
        sender: str = THEIRS,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        """A mail with this file comes into our mailbox."""
        mail = EmailMessage(policy=SMTP)
        # Written by the server that takes it in, above what the sender has written.
        for name, value in (headers or {}).items():
            mail[name] = value
        mail["From"], mail["To"], mail["Subject"] = sender, OURS, "[ECE]"
        mail["Message-ID"] = f"<{len(self.box.mails())}.{id(mail)}@power.example>"
        mail.set_content("ECE")
        if content is not None:
            mail.add_attachment(content, maintype="application", subtype="xml", filename="a.xml")
        self.box.deliver(mail.as_bytes())
        return mail.as_bytes()

    def report(self, about: str, action: str = "failed", recipient: str = THEIRS) -> None:
        """A server tells what became of our mail of this Message-ID."""
        name = len(self.box.mails())
        text = BOUNCE.format(name=name, recipient=recipient, action=action, about=about)
        self.box.deliver(text.encode())
