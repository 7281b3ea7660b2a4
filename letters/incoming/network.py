"""Letters of the government network enter the incoming register, each once, and get a receipt.

What a known body sent from its own address is entered by the system. What came from elsewhere takes
no number by itself: somebody of the secretariat enters it, or closes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.models import User
from letters.drafts.marks import Classification
from letters.ece.incoming import letter_of, note_registered
from letters.ece.models import MailKind, MailState, ReceivedMail
from letters.ece.refusals import MailAlreadyHandled
from letters.ece.shapes import EceFile, EceLetter, EceRelated
from letters.incoming.models import (
    ArrivalWay,
    IncomingLetter,
    IncomingState,
    RelationKind,
)
from letters.incoming.receipts import ask_for_receipt
from letters.incoming.refusals import AlreadyRegistered
from letters.incoming.registering import IncomingFacts, Related, register_letter
from letters.incoming.scans import MOST_BYTES, kept_papers
from letters.models import Letter
from persian.text import clean_text
from submissions.documents import inspection
from submissions.documents.inspection import BadFile
from submissions.inquiry_details import Paper
from submissions.models import WorkItem
from submissions.states import Urgency
from work import declare_task, enqueue
from work.places import NoPlace

# Entered in one run; the next goes on by the clock.
AT_ONCE = 50
# By their codes in the file; what says anything else is rather kept from others.
CLASSIFICATIONS: Final = dict(zip("1234", Classification, strict=True))
URGENCIES: Final = {"2": Urgency.URGENT, "3": Urgency.IMMEDIATE}
RELATIONS: Final = {"reply": RelationKind.REPLY, "followup": RelationKind.FOLLOW}
SHOWN: Final = {"pdf", "jpg", "jpeg", "png"}
LEFT_OUT = "این فایل‌ها در پیام شبکهٔ دولت باقی است و در دفتر نمایش داده نمی‌شود: {}"
NO_SUBJECT = "بدون موضوع"


@declare_task("chores")
def register_waiting() -> int:
    """Have what bodies have sent entered; how many letters are tried. Runs by the clock."""
    waiting = list(waiting_mails().order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for key in waiting:
        enqueue(register_by_itself, key)
    return len(waiting)


def waiting_mails() -> QuerySet[ReceivedMail]:
    """Letters that the system may enter: of a known body, and without anything to be said of them."""
    return ReceivedMail.objects.filter(
        kind=MailKind.LETTER, state=MailState.NEW, reason="", organisation__isnull=False
    )


@declare_task("chores")
def register_by_itself(mail_id: int) -> None:
    """Enter one letter; safe to run twice and at the same time, never enters it twice."""
    mail = waiting_mails().select_related("organisation").filter(pk=mail_id).first()
    if mail is None:
        return
    said = letter_of(mail)
    if said is None or not said.number or said.at is None:
        waiting_mails().filter(pk=mail_id).update(reason="شماره یا تاریخ نامه در فایل نیست.")
        return
    try:
        register_mail(mail, facts_of(mail, said), by=None)
    except NoPlace:
        # The host is busy with other files; by the clock it is tried again.
        return
    except MailAlreadyHandled:
        return
    except AlreadyRegistered as refusal:
        waiting_mails().filter(pk=mail_id).update(reason=refusal.message)


def register_mail(
    mail: ReceivedMail,
    facts: IncomingFacts,
    *,
    by: User | None,
    secretariat: str = "",
    papers: list[Paper] | None = None,
) -> IncomingLetter:
    """Enter the letter of a mail with its files, note that on the mail, and have a receipt sent.

    ``papers``: more scans. One transaction: a process that dies leaves number and mail as they were.
    Raises MailAlreadyHandled, AlreadyRegistered, PermissionDenied and NoPlace.
    """
    with papers_of(mail) as (found, left_out), transaction.atomic():
        if left_out:
            note = f"{facts.note}\n{LEFT_OUT.format('؛ '.join(left_out))}".strip()
            facts = IncomingFacts(**{**vars(facts), "note": note})
        letter = register_letter(
            facts, [*found, *(papers or [])], by=by, secretariat=secretariat, mail=mail
        )
        note_registered(mail, by=by, number=letter.number_text)
        ask_for_receipt(letter, mail)
    return letter


def facts_of(mail: ReceivedMail, said: EceLetter) -> IncomingFacts:
    """What the file says, as the register has it."""
    related = tuple(found for row in said.related if (found := _find_related(row)))
    ours = [target for _kind, target in related if isinstance(target, Letter)]
    body = mail.organisation
    sender = "، ".join(filter(None, (said.sender.organisation, said.sender.department)))
    inquiry = _inquiry_of(ours)
    return IncomingFacts(
        sender=(body.name if body else clean_text(sender) or mail.sender)[:300],
        organisation=body,
        sender_number=clean_text(said.number)[:40],
        sender_date=localdate(said.at) if said.at else None,
        subject=(clean_text(said.subject) or NO_SUBJECT)[:300],
        received_on=localdate(mail.received_at),
        way=ArrivalWay.ECE,
        urgency=URGENCIES.get(said.priority, Urgency.NORMAL),
        classification=CLASSIFICATIONS.get(said.classification, Classification.CONFIDENTIAL),
        submission=ours[0].submission if ours else None,
        inquiry=inquiry,
        related=related,
    )


def _find_related(row: EceRelated) -> Related | None:
    """A letter of ours under the number that the file names."""
    kind = RELATIONS.get(row.relation.lower(), RelationKind.BACK)
    number = clean_text(row.number)
    ours = Letter.objects.filter(number_text=number).select_related("submission", "inquiry").last()
    target = (
        ours
        or IncomingLetter.objects.filter(number_text=number, state=IncomingState.REGISTERED)
        .order_by("pk")
        .last()
    )
    return (kind.value, target) if target else None


def _inquiry_of(ours: list[Letter]) -> WorkItem | None:
    """The open question that one of these letters asks."""
    asked = [letter.inquiry for letter in ours if letter.inquiry is not None]
    return next((item for item in asked if item.closed_by_id is None), None)


@contextmanager
def papers_of(mail: ReceivedMail) -> Iterator[tuple[list[Paper], list[str]]]:
    """The files of the mail that can be shown, stored; and in words which cannot. Raises NoPlace."""
    said = letter_of(mail)
    uploads, types, left_out = [], [], list(said.left_out) if said else []
    for number, file in enumerate((*said.origins, *said.attachments) if said else (), 1):
        upload = _upload_of(file, number)
        try:
            content_type = _look_into(file, upload)
        except BadFile as refusal:
            left_out.append(f"{upload.name} ({refusal.message})")
            continue
        uploads.append(upload)
        types.append(content_type)
    with kept_papers(uploads, types) as papers:
        yield papers, left_out


def _upload_of(file: EceFile, number: int) -> SimpleUploadedFile:
    name = clean_text(file.description)[:80] or str(number)
    return SimpleUploadedFile(f"{name}.{file.extension}", file.content)


def _look_into(file: EceFile, upload: SimpleUploadedFile) -> str:
    if file.extension not in SHOWN:
        raise inspection.WrongType(file.extension.upper())
    content_type = inspection.recognise(upload, MOST_BYTES)
    inspection.require_fine(upload, content_type)
    return content_type
