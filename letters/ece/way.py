"""The government network as a way of dispatches; registered in AppConfig.ready()."""

from __future__ import annotations

from letters.attachments.enclosed import AttachmentBroken
from letters.dispatch.channels import Failed, Outcome
from letters.dispatch.models import Dispatch
from letters.ece.composing import compose_mail, write_for
from letters.ece.lines import is_on
from letters.ece.proving import is_proved
from letters.ece.sending import OutgoingMail, look_up, send_mail
from services_catalog.models import Organisation

IS_OFF = "ارسال از طریق شبکهٔ دولت (ECE) در این سامانه راه‌اندازی نشده است."
NO_ADDRESS = "برای گیرنده، نشانی در شبکهٔ دولت ثبت نشده است."
NOT_PROVED = "نشانی گیرنده در شبکهٔ دولت هنوز با نامهٔ آزمایشی تأیید نشده است."


class EceWay:
    """Hands letters over by e-mail, one letter a mail."""

    def why_not(self, organisation: Organisation | None) -> str:
        """Why the body cannot be reached by the network now; empty: it can."""
        if not is_on():
            return IS_OFF
        if organisation is None or not organisation.ece_address:
            return NO_ADDRESS
        return "" if is_proved(organisation) else NOT_PROVED

    def hand_over(self, dispatch: Dispatch) -> Outcome:
        """Send it, under the Message-ID of the dispatch."""
        body = dispatch.organisation
        if body is None:
            raise ValueError("A dispatch of the network has its body")
        number = dispatch.letter.number_text
        try:
            letter = write_for(dispatch)
        except AttachmentBroken as broken:
            return Failed(broken.message, for_good=True)
        content = compose_mail(dispatch.message_id, body.ece_address, number, letter)
        return send_mail(OutgoingMail(dispatch.message_id, body.ece_address, content))

    def look_up(self, dispatch: Dispatch) -> Outcome:
        """What became of a try that was broken off."""
        return look_up(dispatch.message_id)
