"""The ECE file of a letter for one recipient, and the mail that carries it."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import now

from letters.attachments.enclosed import EXTENSIONS, enclosed_in, read_attachment
from letters.attachments.models import LetterAttachment
from letters.dispatch.models import Dispatch
from letters.ece.models import TestLetter
from letters.ece.shapes import CLASSIFICATIONS, PRIORITIES, EceFile, EceLetter, EceParty
from letters.ece.writing import write_letter
from letters.facts import LetterFacts
from letters.models import Letter
from pdf.rendering import read_stylesheet, render_pdf
from services_catalog.models import Organisation
from web.models import OfficeSettings

TEST_CSS: Final = Path(__file__).parents[1] / "print" / "proof_report.css"
CONTENT: Final = "متن نامه در فایل پیوست این پیام است (شبکهٔ دولت، ECE).\r\n"


def file_name(number: str) -> str:
    """The name of the file of a letter with this number."""
    return f"{number.replace('/', '-')}.xml"


def write_for(dispatch: Dispatch) -> bytes:
    """The file of the letter for the recipient of ``dispatch``; it must have its paper.

    Raises AttachmentBroken.
    """
    return _write_to(dispatch.letter, _party_of(dispatch), without=dispatch.pk)


def write_letter_file(letter: Letter) -> bytes:
    """The same for the one whom the letter is addressed to, whether it is dispatched or not."""
    main = letter.dispatches.filter(role=Dispatch.Role.MAIN).select_related("organisation").first()
    if main:
        return write_for(main)
    said = _printed_facts(letter).recipient
    return _write_to(letter, EceParty(said.organisation or said.post, position=said.post))


def _write_to(letter: Letter, receiver: EceParty, without: int = 0) -> bytes:
    """What stands on the paper goes along, whatever the registers say now."""
    printed = _printed_facts(letter)
    with letter.file.open("rb") as paper:
        content = paper.read()
    others = letter.dispatches.filter(role=Dispatch.Role.COPY).exclude(pk=without)
    return write_letter(
        EceLetter(
            sender=_our_party(printed),
            receiver=receiver,
            number=letter.number_text,
            at=letter.issued_at,
            subject=printed.subject,
            origins=(EceFile("pdf", content, "اصل نامه"),),
            attachments=tuple(map(_file_of, enclosed_in(letter))),
            copies=tuple(map(_party_of, others.select_related("organisation"))),
            priority=str(PRIORITIES.index(printed.priority) + 1),
            classification=str(CLASSIFICATIONS.index(printed.classification) + 1),
            keywords=(printed.service_title,),
        )
    )


def _file_of(attachment: LetterAttachment) -> EceFile:
    extension = EXTENSIONS[attachment.content_type]
    return EceFile(extension, read_attachment(attachment), attachment.title)


def _printed_facts(letter: Letter) -> LetterFacts:
    printed = letter.facts_printed
    if printed is None:
        raise ValueError("The letter has no paper yet")
    return printed


def write_test(test: TestLetter) -> bytes:
    """The file of a letter that says nothing but that it is a test."""
    office, body = OfficeSettings.load(), test.organisation
    subject = "نامهٔ آزمایشی برای برقراری ارتباط در شبکهٔ دولت"
    return write_letter(
        EceLetter(
            sender=EceParty(office.name, "دبیرخانه", code=settings.ECE_CODE),
            receiver=EceParty(body.name, position=body.addressee, code=body.ece_code),
            number=test.number,
            at=test.asked_at,
            subject=subject,
            origins=(EceFile("pdf", _test_paper(subject), "اصل نامه"),),
        )
    )


def compose_mail(message_id: str, to: str, number: str, content: bytes) -> bytes:
    """The mail that carries one file, under the name that it has at every try."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message_id
    mail["Date"] = format_datetime(now())
    mail["From"] = Address(addr_spec=settings.ECE_ADDRESS)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = f"[ECE] {number}"
    mail.set_content(CONTENT, cte="base64")
    mail.add_attachment(content, maintype="application", subtype="xml", filename=file_name(number))
    return mail.as_bytes()


def _our_party(printed: LetterFacts) -> EceParty:
    # Of several who signed the last is named: with that signature the letter went out.
    signer = printed.signers[-1]
    return EceParty(
        printed.issuer.name, "دبیرخانه", signer.post, signer.name, code=settings.ECE_CODE
    )


def _party_of(dispatch: Dispatch) -> EceParty:
    body: Organisation | None = dispatch.organisation
    return EceParty(dispatch.name, position=dispatch.post, code=body.ece_code if body else "")


def _test_paper(subject: str) -> bytes:
    office = OfficeSettings.load().name
    html = render_to_string("letters/ece_test.html", {"office": office, "subject": subject})
    return render_pdf(html, css=read_stylesheet(TEST_CSS))
