"""The letter by e-mail to its applicant, through the same mailbox; registered in AppConfig.ready()."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import now

from letters.attachments.enclosed import (
    AttachmentBroken,
    enclosed_in,
    name_file,
    read_attachment,
)
from letters.dispatch.channels import Failed, Outcome
from letters.dispatch.models import Dispatch
from letters.dispatch.refusals import IS_CLASSIFIED
from letters.ece.lines import is_on
from letters.ece.sending import OutgoingMail, look_up, send_mail
from persian.digits import to_persian
from services_catalog.models import Organisation
from web.models import OfficeSettings

IS_OFF = "صندوق پستی سامانه راه‌اندازی نشده است."


class ApplicantsMailWay:
    """Hands the sealed file over to the address that the applicant has named."""

    def why_not(self, organisation: Organisation | None) -> str:
        """Why no applicant can be reached by e-mail now; empty: they can."""
        return "" if is_on() else IS_OFF

    def hand_over(self, dispatch: Dispatch) -> Outcome:
        """Send it, under the Message-ID of the dispatch."""
        if dispatch.letter.is_classified:
            return Failed(IS_CLASSIFIED, for_good=True)
        try:
            content = compose_applicants_mail(dispatch)
        except AttachmentBroken as broken:
            return Failed(broken.message, for_good=True)
        return send_mail(OutgoingMail(dispatch.message_id, dispatch.email, content))

    def look_up(self, dispatch: Dispatch) -> Outcome:
        """What became of a try that was broken off."""
        return look_up(dispatch.message_id)


def compose_applicants_mail(dispatch: Dispatch) -> bytes:
    """The mail with the file of the letter and what goes with it, and where anyone may check it.

    Raises AttachmentBroken.
    """
    letter, office = dispatch.letter, OfficeSettings.load()
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = dispatch.message_id
    mail["Date"] = format_datetime(now())
    mail["From"] = Address(office.name, addr_spec=settings.ECE_ADDRESS)
    mail["To"] = Address(addr_spec=dispatch.email)
    mail["Subject"] = f"نامهٔ شمارهٔ {to_persian(letter.number_text)}: {letter.subject}"
    page = {"dispatch": dispatch, "letter": letter, "office": office, "site": settings.SITE_URL}
    mail.set_content(render_to_string("letters/applicants_mail.txt", page), cte="base64")
    with letter.file.open("rb") as paper:
        content = paper.read()
    name = f"letter-{letter.number_text.replace('/', '-')}.pdf"
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    for place, attachment in enumerate(enclosed_in(letter), 1):
        main, sub = attachment.content_type.split("/")
        content, name = read_attachment(attachment), name_file(attachment, place)
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()
