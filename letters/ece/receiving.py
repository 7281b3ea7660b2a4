"""Fetches our mailbox on the network and keeps what it brings, each mail once."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Max

from db.file_storage import kept_if_recorded
from letters.dispatch.models import Dispatch
from letters.ece import matching
from letters.ece.lines import is_on
from letters.ece.mailbox import FetchedMail, Mailbox, MailboxAway, open_mailbox
from letters.ece.models import HandedMail, MailKind, MailState, ReceivedMail, TestLetter, mail_path
from letters.ece.parcels import Parcel, open_parcel
from letters.ece.reading import NotEce, read_ece
from letters.ece.shapes import EceFile, EceLetter, EceReceipt
from services_catalog.models import Organisation
from work import declare_task

logger = logging.getLogger(__name__)

# Fetched in one run; the next goes on two minutes later.
AT_ONCE = 50
MATCHED_FIELDS = ["state", "reason", "dispatch", "organisation"]
NO_FILE = "پیام فایل ECE ندارد."
TOO_LONG = "حجم پیام بیش از حد مجاز است و فقط مشخصات آن نگهداری شد."
UNREADABLE = "پیام خوانده نشد و فقط مشخصات آن نگهداری شد. اصل پیام در صندوق پستی است."
SEVERAL = "پیام چند فایل ECE دارد و فقط فایل اول خوانده شد."


@declare_task("chores")
def fetch_mail() -> int:
    """Take in what is new in the mailbox; how many mails. Runs by the clock, and may run twice."""
    if not is_on():
        return 0
    try:
        with open_mailbox() as mailbox:
            taken = sum(_take_in(mailbox, uid) for uid in _numbers_waiting(mailbox))
    except MailboxAway as away:
        logger.warning("The mailbox of the government network cannot be read: %s", away)
        taken = 0
    _match_again()
    return taken


def _numbers_waiting(mailbox: Mailbox) -> list[int]:
    known = ReceivedMail.objects.filter(uid_validity=mailbox.uid_validity)
    last = known.aggregate(last=Max("uid"))["last"] or 0
    return mailbox.waiting(last)[:AT_ONCE]


def _take_in(mailbox: Mailbox, uid: int) -> bool:
    """Keep one mail and mark it afterwards: a process that dies between has it seen the next time."""
    known = ReceivedMail.objects.filter(uid_validity=mailbox.uid_validity, uid=uid)
    if not known.exists():
        mail = mailbox.fetch(uid)
        if mail is None:
            return False
        _keep_somehow(mailbox.uid_validity, mail)
    mailbox.mark_seen(uid)
    return True


def _keep_somehow(uid_validity: int, fetched: FetchedMail) -> None:
    """Keep it, unread where reading it fails: none stops those that came after it."""
    try:
        keep_mail(uid_validity, fetched)
    except (OperationalError, InterfaceError, OSError):
        # A neighbour is away: the next run tries again.
        raise
    except Exception:
        logger.exception("Mail %s of the government network cannot be read", fetched.uid)
        ReceivedMail.objects.create(
            uid_validity=uid_validity,
            uid=fetched.uid,
            digest=hashlib.sha256(fetched.content).hexdigest(),
            kind=MailKind.OTHER,
            reason=UNREADABLE,
            received_at=fetched.at,
            size=fetched.size,
        )


def keep_mail(uid_validity: int, fetched: FetchedMail) -> ReceivedMail | None:
    """Keep one mail with what comes of it; None for one that is kept already.

    After a change of UIDVALIDITY every mail has a new number; it is known by its bytes.
    """
    digest = hashlib.sha256(fetched.content).hexdigest()
    place = {"uid_validity": uid_validity, "uid": fetched.uid}
    if ReceivedMail.objects.filter(digest=digest).update(**place):
        return None
    parcel = open_parcel(fetched.content)
    mail = ReceivedMail(**place, digest=digest, received_at=fetched.at, size=fetched.size)
    mail.message_id, mail.sender, mail.subject = parcel.message_id, parcel.sender, parcel.subject
    mail.organisation = _organisation_at(parcel.sender)
    try:
        with kept_if_recorded(mail.file.storage) as save_file, transaction.atomic():
            _judge_mail(mail, parcel, is_whole=fetched.is_whole)
            if parcel.files and mail.kind != MailKind.COPY:
                mail.file.name = save_file(mail_path(mail, ""), ContentFile(parcel.files[0]))
            mail.save()
    except IntegrityError:
        # Another run has been faster.
        return None
    logger.info("Mail %s of the government network is kept: %s", mail.pk, mail.kind)
    return mail


def _judge_mail(mail: ReceivedMail, parcel: Parcel, *, is_whole: bool) -> None:
    """What the mail is, and what comes of it; written to ``mail``, which is not saved."""
    if _is_our_copy(parcel):
        mail.kind, mail.state = MailKind.COPY, MailState.CLOSED
        matching.match_copy(parcel.message_id)
    elif not is_whole:
        mail.kind, mail.reason = MailKind.OTHER, TOO_LONG
    elif parcel.bounced and _is_ours(parcel.bounced):
        mail.kind = MailKind.BOUNCE
        matching.match_bounce(mail, parcel.bounced)
    elif not parcel.files:
        mail.kind, mail.reason = MailKind.OTHER, NO_FILE
    else:
        _read_file(mail, parcel)


def _read_file(mail: ReceivedMail, parcel: Parcel) -> None:
    try:
        found = read_ece(parcel.files[0])
    except NotEce as error:
        mail.kind, mail.reason = MailKind.OTHER, str(error)
        return
    mail.content = describe_file(found)
    if isinstance(found, EceReceipt):
        mail.kind = MailKind.RECEIPT
        matching.match_receipt(mail, found, is_genuine=parcel.is_genuine)
        return
    mail.kind, mail.subject = MailKind.LETTER, found.subject or mail.subject
    mail.reason = SEVERAL if len(parcel.files) > 1 else ""
    if not parcel.is_genuine:
        mail.reason = f"{matching.NOT_GENUINE} {mail.reason}".strip()


def describe_file(found: EceLetter | EceReceipt) -> dict[str, Any]:
    """What the file says as JSON; of its files everything but their bytes."""
    facts = asdict(found)
    if isinstance(found, EceLetter):
        facts["origins"] = list(map(_describe_part, found.origins))
        facts["attachments"] = list(map(_describe_part, found.attachments))
    plain: dict[str, Any] = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return plain


def _describe_part(file: EceFile) -> dict[str, Any]:
    return {
        "extension": file.extension,
        "description": file.description,
        "size": len(file.content),
    }


def _is_our_copy(parcel: Parcel) -> bool:
    """A mail that we have sent, as it came to our own mailbox."""
    ours = parcel.sender.lower() == settings.ECE_ADDRESS.lower()
    return ours and _is_ours(parcel.message_id)


def _is_ours(message_id: str) -> bool:
    return (
        HandedMail.objects.filter(message_id=message_id).exists()
        or Dispatch.objects.filter(message_id=message_id).exists()
        or TestLetter.objects.filter(message_id=message_id).exists()
    )


def _organisation_at(address: str) -> Organisation | None:
    if not address:
        return None
    return Organisation.objects.filter(ece_address__iexact=address, retired=False).first()


def _match_again() -> None:
    """Receipts and bounces that were faster than our own note of the sending."""
    for mail in matching.waiting_receipts():
        with mail.file.open("rb") as file:
            receipt = read_ece(file.read())
        if isinstance(receipt, EceReceipt):
            # Whether the sender is genuine was judged when it came.
            matching.match_receipt(mail, receipt, is_genuine=True)
            mail.save(update_fields=MATCHED_FIELDS)
    for mail in matching.waiting_bounces():
        if mail.dispatch is not None:
            matching.match_bounce_again(mail, mail.dispatch.message_id)
            mail.save(update_fields=MATCHED_FIELDS)
